import type { StoreScope } from './database.ts';

/** What a provider gave for a mailbox; the tokens are sealed (EP-22). */
export interface MailboxConsent {
  readonly accessToken: string;
  /** Null where the provider gave none: then the consent ends with the access token. */
  readonly refreshToken: string | null;
  /** Account at the provider that consented; null where it was not told. */
  readonly account: string | null;
  readonly issuedOn: Date;
  readonly expiresOn: Date;
  /** When the provider refused to go on, and its words; null while it is good. */
  readonly refusedOn: Date | null;
  readonly refusal: string | null;
}

/** The consents of mailboxes, in table `mr_consent`, and who of all processes refreshes one. */
export interface MailboxConsents {
  read(mailboxid: string): Promise<MailboxConsent | undefined>;
  /** Stores what a person's consent or a refresh brought, and notes on the mailbox that it is set. */
  save(
    mailboxid: string,
    tokens: Pick<MailboxConsent, 'accessToken' | 'refreshToken' | 'account' | 'issuedOn' | 'expiresOn'>,
  ): Promise<void>;
  /** True when the caller may refresh until then, and nobody else: the consent is still the one issued at `issuedOn`. */
  claim(mailboxid: string, issuedOn: Date, now: Date, until: Date): Promise<boolean>;
  /** Gives the claim back; with words, the provider refused. */
  release(mailboxid: string, refusal?: { readonly on: Date; readonly words: string }): Promise<void>;
}

/** Consents over `scope`. */
export function createMailboxConsents(scope: Pick<StoreScope, 'sql'>): MailboxConsents {
  return {
    async read(mailboxid) {
      const [row] = await scope.sql<MailboxConsent>(
        `select accesstoken as "accessToken", refreshtoken as "refreshToken", account, issuedon as "issuedOn",
           expireson as "expiresOn", refusedon as "refusedOn", refusal from mr_consent where mailboxid = $1::uuid`,
        [mailboxid],
      );
      return row;
    },
    async save(mailboxid, { accessToken, refreshToken, account, issuedOn, expiresOn }) {
      await scope.sql(
        `with stored as (
           insert into mr_consent (mailboxid, accesstoken, refreshtoken, account, issuedon, expireson)
           values ($1::uuid, $2, $3, $4, $5, $6)
           on conflict (mailboxid) do update set accesstoken = excluded.accesstoken, refreshtoken = excluded.refreshtoken,
             account = excluded.account, issuedon = excluded.issuedon, expireson = excluded.expireson,
             refreshinguntil = null, refusedon = null, refusal = null)
         update mailbox set isoauthaccesstokenset = true, isoauthrefreshtokenset = $3::text is not null, oauthtokenexpireson = $6
         where mailboxid = $1::uuid`,
        [mailboxid, accessToken, refreshToken, account, issuedOn, expiresOn],
      );
    },
    async claim(mailboxid, issuedOn, now, until) {
      const rows = await scope.sql(
        `update mr_consent set refreshinguntil = $4 where mailboxid = $1::uuid and issuedon = $2 and refusedon is null
           and (refreshinguntil is null or refreshinguntil <= $3) returning 1`,
        [mailboxid, issuedOn, now, until],
      );
      return rows.length > 0;
    },
    async release(mailboxid, refusal) {
      await scope.sql(
        `update mr_consent set refreshinguntil = null, refusedon = coalesce($2, refusedon), refusal = coalesce($3, refusal)
         where mailboxid = $1::uuid`,
        [mailboxid, refusal?.on ?? null, refusal?.words ?? null],
      );
    },
  };
}

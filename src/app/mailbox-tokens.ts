import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { OAuthClient, OAuthTokens } from '../connectors/oauth/oauth-client.ts';
import { consentRefused } from '../connectors/oauth/oauth-errors.ts';
import type { Database } from '../store/database.ts';
import { createMailboxConsents, type MailboxConsent } from '../store/mailbox-consents.ts';
import { secretPlace } from '../store/sealed-columns.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { readOAuthProvider } from './oauth-provider.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;

export interface MailboxTokensOptions {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly client: OAuthClient;
  /** Where a person consents for a mailbox. */
  readonly consentUrl: (mailboxid: string) => string;
}

/** Access tokens of mailboxes whose owners consented (CN-05, CN-17). */
export interface MailboxTokens {
  /**
   * A token that is good now: refreshed once four fifths of its life are over, by one process at a time; `rejected` is one the mail
   * server did not take. Throws `mr_ConsentMissing` or `mr_ConsentRefused` with the address where consent is given.
   */
  accessToken(mailbox: Mailbox, profile: Profile, signal: AbortSignal, rejected?: string): Promise<string>;
  /** Stores what a person's consent brought. */
  store(mailboxid: string, tokens: OAuthTokens): Promise<void>;
}

/** Share of a token's life after which it is refreshed. */
const refreshAt = 0.8;
/** A refresh that takes longer is taken over by another process, milliseconds. */
const claimMs = 30_000;
const waitMs = 200;

/** Tokens over the table `mr_consent`. */
export function createMailboxTokens(options: MailboxTokensOptions): MailboxTokens {
  const { database, secretBox, clock } = options;
  const consents = createMailboxConsents(database);
  const place = (mailboxid: string, column: string): string => secretPlace('mr_consent', mailboxid, column);
  const openToken = (mailboxid: string, consent: MailboxConsent): string =>
    secretBox.open(consent.accessToken, place(mailboxid, 'accesstoken'));

  const store = async (mailboxid: string, tokens: OAuthTokens, before?: MailboxConsent): Promise<void> => {
    const now = clock.now();
    const { refreshToken } = tokens;
    await consents.save(mailboxid, {
      accessToken: secretBox.seal(tokens.accessToken, place(mailboxid, 'accesstoken')),
      refreshToken: refreshToken
        ? secretBox.seal(refreshToken, place(mailboxid, 'refreshtoken'))
        : (before?.refreshToken ?? null),
      account: tokens.account ?? before?.account ?? null,
      issuedOn: now,
      expiresOn: new Date(now.getTime() + tokens.lifeSeconds * 1000),
    });
  };

  /** Asks the provider; the claim is ours. */
  const refresh = async (mailbox: Mailbox, profile: Profile, consent: MailboxConsent): Promise<string> => {
    const mailboxid = mailbox.mailboxid ?? '';
    try {
      const provider = await readOAuthProvider(database.records, profile, secretBox);
      const sealed = consent.refreshToken;
      if (sealed === null)
        throw new MailroomError(`${provider.name} gave no way to refresh the consent, and it ran out.`, {
          code: consentRefused,
          kind: 'credentials',
        });
      const tokens = await options.client.refresh(provider, secretBox.open(sealed, place(mailboxid, 'refreshtoken')));
      await store(mailboxid, tokens, consent);
      return tokens.accessToken;
    } catch (thrown) {
      const isRefused = thrown instanceof MailroomError && thrown.code === consentRefused;
      await consents.release(mailboxid, isRefused ? { on: clock.now(), words: thrown.message } : undefined);
      throw isRefused ? refused(options, mailbox, thrown.message, thrown.serverReply) : thrown;
    }
  };

  return {
    store: (mailboxid, tokens) => store(mailboxid, tokens),
    async accessToken(mailbox, profile, signal, rejected) {
      const mailboxid = mailbox.mailboxid ?? '';
      for (;;) {
        const consent = await consents.read(mailboxid);
        if (consent === undefined) throw missing(options, mailbox, profile);
        if (consent.refusedOn !== null) throw refused(options, mailbox, consent.refusal ?? '', undefined);
        const token = openToken(mailboxid, consent);
        const now = clock.now();
        if (token !== rejected && isFresh(consent, now)) return token;
        const until = new Date(now.getTime() + claimMs);
        if (await consents.claim(mailboxid, consent.issuedOn, now, until))
          return await refreshOrUse(
            () => refresh(mailbox, profile, consent),
            token !== rejected && consent.expiresOn > now ? token : undefined,
          );
        // Another process is refreshing: the token at hand does while it lives.
        if (token !== rejected && consent.expiresOn > now) return token;
        if (signal.aborted)
          throw new MailroomError('Waiting for a new access token was given up.', {
            code: 'mr_OAuthUnavailable',
            kind: 'transient',
          });
        await clock.sleep(waitMs, signal);
      }
    },
  };
}

/** A provider that is down does no harm while the token at hand lives. */
async function refreshOrUse(refresh: () => Promise<string>, usable: string | undefined): Promise<string> {
  try {
    return await refresh();
  } catch (thrown) {
    if (usable !== undefined && thrown instanceof MailroomError && thrown.kind === 'transient') return usable;
    throw thrown;
  }
}

function isFresh({ issuedOn, expiresOn }: MailboxConsent, now: Date): boolean {
  const lifeMs = expiresOn.getTime() - issuedOn.getTime();
  return now.getTime() < issuedOn.getTime() + lifeMs * refreshAt;
}

function missing({ consentUrl }: MailboxTokensOptions, mailbox: Mailbox, profile: Profile): MailroomError {
  return new MailroomError(
    `Nobody has allowed the use of mailbox "${mailbox.name}" yet, whose profile "${profile.name}" signs in by consent (OAuth). Open ${consentUrl(mailbox.mailboxid ?? '')} and consent.`,
    { code: 'mr_ConsentMissing', kind: 'configuration' },
  );
}

function refused(
  { consentUrl }: MailboxTokensOptions,
  mailbox: Mailbox,
  words: string,
  serverReply: string | undefined,
): MailroomError {
  return new MailroomError(
    `The consent for mailbox "${mailbox.name}" is not good any more. ${words} Open ${consentUrl(mailbox.mailboxid ?? '')} and consent again.`,
    { code: consentRefused, kind: 'credentials', serverReply },
  );
}

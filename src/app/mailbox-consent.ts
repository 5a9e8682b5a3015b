import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { OAuthClient, OAuthTokens, PendingConsent } from '../connectors/oauth/oauth-client.ts';
import { consentRefused } from '../connectors/oauth/oauth-errors.ts';
import type { OAuthProvider } from '../connectors/oauth/oauth-provider.ts';
import { resolveAlert } from '../pipelines/trace.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { lockFor } from '../rules/visible-row.ts';
import type { Database } from '../store/database.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { OAuthProviderChoice } from '../tables/choices.ts';
import { type ConsentService, expired } from '../webapi/consent/consent-routes.ts';
import { HttpError } from '../webapi/http-error.ts';
import type { Caller } from '../webapi/sign-in.ts';
import type { MailboxTokens } from './mailbox-tokens.ts';
import { readOAuthProvider, signsInByConsent } from './oauth-provider.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;

export interface MailboxConsentOptions {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly client: OAuthClient;
  readonly tokens: MailboxTokens;
  readonly leases: MailboxLeases;
  readonly storeFor: (caller: Caller) => RuledStore;
  /** A user as the Web API knows it; undefined when gone or disabled. */
  readonly callerOf: (systemuserid: string) => Promise<Caller | undefined>;
  readonly clock: Clock;
}

/** What the browser keeps, sealed, while its user is at the provider. */
interface Pending extends PendingConsent {
  readonly mailboxid: string;
  readonly systemuserid: string;
  readonly untilMs: number;
}

const pendingMs = 600_000;
const pendingPlace = 'consent/pending';

/** Consent for mailboxes: begun and ended by the same user, who may change the mailbox both times. */
export function createMailboxConsent(options: MailboxConsentOptions): ConsentService {
  const { secretBox, client, clock } = options;
  return {
    async begin(caller, mailboxid, redirectUri) {
      const { mailbox, provider } = await readOwn(options, caller, mailboxid);
      const { url, pending } = await client.begin(provider, redirectUri, loginOf(mailbox));
      const kept: Pending = {
        ...pending,
        mailboxid,
        systemuserid: caller.systemuserid,
        untilMs: clock.now().getTime() + pendingMs,
      };
      return { url, pending: Buffer.from(secretBox.seal(JSON.stringify(kept), pendingPlace)).toString('base64url') };
    },
    async finish(url, redirectUri, sealed) {
      const pending = openPending(secretBox, sealed);
      if (pending === undefined || pending.untilMs < clock.now().getTime()) throw expired();
      const caller = await options.callerOf(pending.systemuserid);
      if (caller === undefined) throw new HttpError(403, 'mr_SignInRefused', 'Your user is disabled here.');
      const { mailbox, profile, provider } = await readOwn(options, caller, pending.mailboxid);
      const tokens = await client.finish(provider, url, redirectUri, pending);
      checkAccount(mailbox, profile, provider, tokens);
      await options.tokens.store(pending.mailboxid, tokens);
      await closeAlerts(options, mailbox, profile);
      await options.storeFor(caller).update('mailbox', pending.mailboxid, { testemailconfigurationscheduled: true });
      await options.leases.schedule(pending.mailboxid, 'test', clock.now());
      return { mailbox: mailbox.name ?? '', provider: provider.name, account: tokens.account };
    },
  };
}

function openPending(secretBox: SecretBox, sealed: string): Pending | undefined {
  try {
    return JSON.parse(secretBox.open(Buffer.from(sealed, 'base64url').toString(), pendingPlace)) as Pending;
  } catch {
    return undefined;
  }
}

/** The mailbox, as far as the caller may change it, with the provider of its profile. */
async function readOwn(
  { storeFor, database, secretBox }: MailboxConsentOptions,
  caller: Caller,
  mailboxid: string,
): Promise<{ readonly mailbox: Mailbox; readonly profile: Profile; readonly provider: OAuthProvider }> {
  const mailbox = await storeFor(caller).act((rules) => lockFor(rules, 'write', 'mailbox', mailboxid));
  const profile = mailbox.emailserverprofile
    ? await database.records.retrieve('emailserverprofile', mailbox.emailserverprofile.id)
    : undefined;
  if (profile === undefined || !(signsInByConsent(profile, 'incoming') || signsInByConsent(profile, 'outgoing'))) {
    throw new HttpError(
      400,
      'mr_ConsentNotNeeded',
      `Mailbox "${mailbox.name}" does not sign in by consent. Choose Gmail OAuth (5) as credentials on its profile, or enter a password.`,
    );
  }
  return { mailbox, profile, provider: await readOAuthProvider(database.records, profile, secretBox) };
}

/** The name that goes with the token; without Gmail's word for POP3 (CN-06). */
const loginOf = (mailbox: Mailbox): string | undefined =>
  (mailbox.username || mailbox.emailaddress || undefined)?.replace(/^recent:/i, '');

/** Google gives a token for one account alone: of another, every sign-in would fail. */
function checkAccount(mailbox: Mailbox, profile: Profile, provider: OAuthProvider, tokens: OAuthTokens): void {
  const isGoogle = (profile.mr_oauthprovider ?? OAuthProviderChoice.google) === OAuthProviderChoice.google;
  const wanted = loginOf(mailbox);
  const { account } = tokens;
  if (!isGoogle || account === undefined || wanted === undefined) return;
  if (account.toLowerCase() === wanted.toLowerCase()) return;
  throw new HttpError(
    400,
    'mr_ConsentOtherAccount',
    `You consented at ${provider.name} as ${account}, but mailbox "${mailbox.name}" signs in as ${wanted}. Begin again and choose that account, or enter ${account} as user name of the mailbox.`,
  );
}

/** What was told of the consent that is replaced; on the profile only when no other of its mailboxes waits. */
async function closeAlerts({ database, clock }: MailboxConsentOptions, mailbox: Mailbox, profile: Profile) {
  const now = clock.now();
  const profileid = profile.emailserverprofileid ?? '';
  await database.transaction(async (scope) => {
    for (const code of [consentRefused, 'mr_ConsentMissing']) {
      await resolveAlert(scope, { table: 'mailbox', id: mailbox.mailboxid ?? '' }, code, now);
      const waiting = await scope.sql(
        `select 1 from tracelog t join mailbox m on m.mailboxid = t.regardingobjectid
         where m.emailserverprofile = $1::uuid and t.mr_code = $2 and t.mr_resolvedon is null limit 1`,
        [profileid, code],
      );
      if (waiting.length === 0) await resolveAlert(scope, { table: 'emailserverprofile', id: profileid }, code, now);
    }
  });
}

import { type Clock, systemClock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import { gather } from '../base/gather.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { type AppTokens, createAppTokens } from '../connectors/exchange/oauth/app-tokens.ts';
import { openExchange } from '../connectors/exchange/open-exchange.ts';
import type { ServerPauses } from '../connectors/exchange/server-pauses.ts';
import { KeptLines } from '../connectors/exchange/soap/kept-lines.ts';
import { StreamGroups } from '../connectors/exchange/stream-groups.ts';
import { KeptInboxes } from '../connectors/imap/kept-inboxes.ts';
import { imapOpener, openImapSentFolder } from '../connectors/imap/open-imap.ts';
import { restingConnector } from '../connectors/imap/resting-connector.ts';
import { KnownServers } from '../connectors/pop3/known-servers.ts';
import { pop3Opener } from '../connectors/pop3/open-pop3.ts';
import { openSmtp } from '../connectors/smtp/open-smtp.ts';
import { withSentFolder } from '../connectors/with-sent-folder.ts';
import type { Connector, Endpoint, OpenConnector } from '../contracts/connector.ts';
import type { ConnectTerms } from '../scheduler/scheduler-options.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { CredentialRetrieval, ServerType } from '../tables/choices.ts';
import { endpointFor } from './endpoints.ts';
import { exchangeEndpointFor } from './exchange-endpoint.ts';
import { openDiscovered } from './exchange-location.ts';
import { asApp, forExchange, readClientSecret, signsInAsApp } from './exchange-sign-in.ts';
import type { MailboxTokens } from './mailbox-tokens.ts';
import { signsInByConsent } from './oauth-provider.ts';
import { createProfilePasswords, type ProfilePasswords } from './profile-passwords.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;
type Direction = 'incoming' | 'outgoing';

/** Opens the way to a mailbox's server for one direction. */
export type Connect = (
  mailbox: Mailbox,
  profile: Profile,
  direction: Direction,
  signal: AbortSignal,
  terms?: ConnectTerms,
) => Promise<Connector>;

export interface ConnectOptions {
  readonly records: RecordStore;
  readonly secretBox: SecretBox;
  /** Tells how long an inbox has been as it was; the machine's when absent. */
  readonly clock?: Clock | undefined;
  /** Name given in EHLO. */
  readonly clientName: string | undefined;
  /** Tokens of mailboxes whose owners consented; without it such mailboxes cannot be opened. */
  readonly tokens?: MailboxTokens | undefined;
  /** What users call the tracking category of a mailbox now (CT-06); undefined when that is not known. */
  readonly presentCategory?: ((mailboxid: string) => Promise<string | undefined>) | undefined;
  /** Pauses that servers asked for, shared with other processes; none are kept when absent. */
  readonly pauses?: ServerPauses | undefined;
}

/** Chooses the connector by the profile's server type. Secrets are read here, so that no other part carries them. */
export function createConnect(options: ConnectOptions): Connect {
  const passwordOf = gather((ids) => readPasswords(options.records, ids));
  const profilePasswords = createProfilePasswords(options.records);
  const groups = new StreamGroups(systemClock);
  const lines = new KeptLines(systemClock);
  const apps = createAppTokens(systemClock);
  const openPop3 = pop3Opener(systemClock, new KnownServers(systemClock));
  const inboxes = new KeptInboxes(options.clock ?? systemClock);
  const openImap = imapOpener(inboxes);
  const around = { ...options, passwordOf, profilePasswords };
  return async (mailbox, profile, direction, signal, terms = {}) => {
    checkServerType(profile, direction);
    const opening = { mailbox, profile, direction, signal, terms, groups, lines, apps, openPop3, openImap };
    const token = await tokenFor(options, mailbox, profile, direction, signal);
    const open = async (): Promise<Connector> => {
      try {
        return await openWith(around, opening, token);
      } catch (thrown) {
        // A token may be withdrawn before its time: a new one, or the provider's refusal, tells which.
        const isRejected = thrown instanceof MailroomError && thrown.kind === 'credentials';
        if (token === undefined || !isRejected) throw thrown;
        return openWith(around, opening, await tokenFor(options, mailbox, profile, direction, signal, token));
      }
    };
    // A consent is proven by signing in, so that one that was withdrawn is told in time (PAIN-03).
    const mayRest =
      terms.mayRest === true &&
      direction === 'incoming' &&
      token === undefined &&
      profile.servertype === ServerType.imapSmtp;
    const inbox = mayRest ? inboxes.of(await readSecretEndpoint(around, opening, token)) : undefined;
    return inbox === undefined ? open() : restingConnector(inbox, open);
  };
}

interface OpenOptions extends ConnectOptions {
  /** The sealed password of a mailbox; many turns begin at once. */
  readonly passwordOf: (mailboxid: string) => Promise<string | null | undefined>;
  readonly profilePasswords: ProfilePasswords;
}

interface Opening {
  readonly mailbox: Mailbox;
  readonly profile: Profile;
  readonly direction: Direction;
  readonly signal: AbortSignal;
  readonly terms: ConnectTerms;
  readonly groups: StreamGroups;
  readonly lines: KeptLines;
  readonly apps: AppTokens;
  readonly openPop3: OpenConnector;
  readonly openImap: OpenConnector;
}

async function openWith(options: OpenOptions, opening: Opening, token: string | undefined): Promise<Connector> {
  const { mailbox, profile, direction, signal, terms } = opening;
  // EP-12: an Exchange server is the same for both directions unless the profile says otherwise.
  const isSame = isExchange(profile) && profile.usesamesettingsforoutgoingconnections !== false;
  const side = isSame ? 'incoming' : direction;
  if (isExchange(profile)) return openExchangeMailbox(options, opening, side);
  const endpoint = await readSecretEndpoint(options, opening, token);
  if (direction === 'outgoing') {
    const smtp = await openSmtp({ ...endpoint, maxConnections: terms.connections ?? 1 }, signal);
    if (profile.servertype !== ServerType.imapSmtp || terms.savesSentCopy === false) return smtp;
    return withSentFolder(smtp, async (until) => {
      const incoming = await tokenFor(options, mailbox, profile, 'incoming', until);
      const imap = await readEndpoint(options, opening, profile, 'incoming', incoming);
      checkSecrecy(imap, profile, 'incoming', terms);
      return openImapSentFolder(imap, until);
    });
  }
  const openIncoming = profile.servertype === ServerType.imapSmtp ? opening.openImap : opening.openPop3;
  return openIncoming(endpoint, signal);
}

/** The way to the opening's server, POP3, IMAP or SMTP, where passwords and tokens may go it. */
async function readSecretEndpoint(
  options: OpenOptions,
  opening: Opening,
  token: string | undefined,
): Promise<Endpoint> {
  const { profile, direction, terms } = opening;
  const endpoint = await readEndpoint(options, opening, profile, direction, token);
  checkSecrecy(endpoint, profile, direction, terms);
  return endpoint;
}

async function openExchangeMailbox(options: OpenOptions, opening: Opening, side: Direction): Promise<Connector> {
  const { mailbox, profile, direction, signal, terms, groups, lines, apps } = opening;
  const { records, secretBox, pauses } = options;
  const general = await readEndpoint(options, opening, forExchange(profile, side), side, undefined);
  const plain = {
    ...exchangeEndpointFor(side, general, mailbox, profile, terms.savesSentCopy ?? true),
    categories: await categoriesOf(options, mailbox, terms),
  };
  const exchange = signsInAsApp(profile, side)
    ? asApp(plain, profile, side, await readClientSecret(records, profile), secretBox, apps)
    : plain;
  checkSecrecy(exchange, profile, direction, terms);
  // A remembered address must be proven before it is trusted (CN-16); who sends is told of a refusal before anything is claimed.
  const checks = terms.checks === true || direction === 'outgoing' || profile.useautodiscover === true;
  // What held when the turn began holds for one that connects at once.
  const hasPauses = direction === 'incoming' ? terms.hasPauses : undefined;
  const around = { clock: systemClock, groups, lines, pauses, checks, hasPauses };
  return profile.useautodiscover
    ? openDiscovered(exchange, mailbox, records, signal, around)
    : openExchange(exchange, signal, around);
}

/** The names of the tracking category: what it is called in the mailbox now first. */
async function categoriesOf({ presentCategory }: ConnectOptions, mailbox: Mailbox, { trackedCategory }: ConnectTerms) {
  if (trackedCategory === undefined) return undefined;
  const present = await presentCategory?.(mailbox.mailboxid ?? '');
  return [...new Set([present ?? trackedCategory, trackedCategory])];
}

/** The access token of a mailbox whose owner consented (CN-05); undefined where the profile signs in otherwise. */
async function tokenFor(
  { tokens }: ConnectOptions,
  mailbox: Mailbox,
  profile: Profile,
  side: Direction,
  signal: AbortSignal,
  rejected?: string,
): Promise<string | undefined> {
  if (tokens === undefined || isExchange(profile) || !signsInByConsent(profile, side)) return undefined;
  return tokens.accessToken(mailbox, profile, signal, rejected);
}

/** The general way to a server, as `profile` tells it: the opening's own, or a view of it. */
async function readEndpoint(
  options: OpenOptions,
  opening: Opening,
  profile: Profile,
  side: Direction,
  token: string | undefined,
): Promise<Endpoint> {
  const secrets = token === undefined ? await readSecrets(options, opening, profile, side) : {};
  const own = withSecrets(opening.mailbox, secrets.mailbox);
  return endpointFor(side, own, withSecrets(profile, secrets.profile), options.secretBox, options.clientName, token);
}

/** Rows of a hundred columns are copied only where there is something to add. */
const withSecrets = <T extends object>(row: T, secrets: Partial<T> | undefined): T =>
  secrets === undefined || Object.keys(secrets).length === 0 ? row : { ...row, ...secrets };

const exchangeTypes: readonly (number | null | undefined)[] = [
  ServerType.exchangeServer,
  ServerType.exchangeHybrid,
  ServerType.exchangeOnlineHybrid,
];

const isExchange = (profile: Profile): boolean => exchangeTypes.includes(profile.servertype);

function checkServerType(profile: Profile, direction: Direction): void {
  const type = profile.servertype;
  if (type === ServerType.pop3Smtp || type === ServerType.imapSmtp || isExchange(profile)) return;
  throw new MailroomError(
    `Profile "${profile.name}" is of server type ${type ?? '(none)'}, which this version does not speak for ${direction} mail. Use a profile of type 0, 2 or 3 (Exchange), 1 (POP3/SMTP) or 4 (IMAP/SMTP).`,
    { code: 'mr_ServerTypeUnavailable', kind: 'configuration' },
  );
}

/** EP-07, EP-14: whatever the profile was saved with, no password or token leaves unencrypted unless both gates are open now. */
function checkSecrecy(endpoint: Endpoint, profile: Profile, direction: Direction, terms: ConnectTerms): void {
  if (endpoint.security !== 'none') return;
  const name = `Profile "${profile.name}"`;
  if (!terms.gates?.allowNonSsl) {
    throw new MailroomError(
      `${name}: SSL is off for ${direction} mail, which this organisation does not allow. Set SSL to Yes, or have an administrator set organization.mr_allownonsslemail.`,
      { code: '8005E234', kind: 'configuration' },
    );
  }
  if ((endpoint.signIn.kind === 'none' && !isBearer(endpoint)) || terms.gates.allowBasicOverPlain) return;
  throw new MailroomError(
    `${name}: without SSL the ${direction} password would cross the network in the clear, which this organisation does not allow; nothing was sent. Set SSL to Yes, or have an administrator set organization.mr_allowbasicauthenticationonnonsecurechannel.`,
    { code: '8005E23D', kind: 'configuration' },
  );
}

/** True for tokens of an application, which are as secret as a password. */
const isBearer = (endpoint: Endpoint & { readonly bearer?: unknown }): boolean => endpoint.bearer !== undefined;

/** Turns that receive connect once, with the profile as it is; those that send may connect again later, and have the password read then. */
async function readSecrets(
  { records, passwordOf, profilePasswords }: OpenOptions,
  { mailbox, profile: row, direction }: Opening,
  profile: Profile,
  side: Direction,
): Promise<{ readonly mailbox?: Mailbox | undefined; readonly profile?: Profile | undefined }> {
  const retrieval = side === 'incoming' ? profile.incomingcredentialretrieval : profile.outgoingcredentialretrieval;
  if (retrieval === CredentialRetrieval.anonymous) return {};
  if (retrieval === CredentialRetrieval.profile) {
    const column = side === 'incoming' ? 'incomingpassword' : 'outgoingpassword';
    if (direction === 'incoming') return { profile: await profilePasswords(row, column) };
    return { profile: await records.retrieve('emailserverprofile', row.emailserverprofileid ?? '', [column]) };
  }
  return { mailbox: { password: (await passwordOf(mailbox.mailboxid ?? '')) ?? null } };
}

async function readPasswords(
  records: RecordStore,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null | undefined>> {
  const filter = { column: 'mailboxid', operator: 'in', value: ids } as const;
  const { rows } = await records.retrieveMultiple({ table: 'mailbox', columns: ['password'], filter });
  return new Map(rows.map(({ mailboxid, password }) => [mailboxid ?? '', password]));
}

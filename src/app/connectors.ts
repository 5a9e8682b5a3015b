import { systemClock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { openExchange } from '../connectors/exchange/open-exchange.ts';
import { StreamGroups } from '../connectors/exchange/stream-groups.ts';
import { openImap, openImapSentFolder } from '../connectors/imap/open-imap.ts';
import { openPop3 } from '../connectors/pop3/open-pop3.ts';
import { openSmtp } from '../connectors/smtp/open-smtp.ts';
import { withSentFolder } from '../connectors/with-sent-folder.ts';
import type { Connector, Endpoint } from '../contracts/connector.ts';
import type { ConnectTerms } from '../scheduler/scheduler-options.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { CredentialRetrieval, ServerType } from '../tables/choices.ts';
import { endpointFor } from './endpoints.ts';
import { exchangeEndpointFor } from './exchange-endpoint.ts';
import { openDiscovered } from './exchange-location.ts';
import type { MailboxTokens } from './mailbox-tokens.ts';
import { signsInByConsent } from './oauth-provider.ts';

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
  /** Name given in EHLO. */
  readonly clientName: string | undefined;
  /** Tokens of mailboxes whose owners consented; without it such mailboxes cannot be opened. */
  readonly tokens?: MailboxTokens | undefined;
}

/** Chooses the connector by the profile's server type. Secrets are read here, so that no other part carries them. */
export function createConnect(options: ConnectOptions): Connect {
  const groups = new StreamGroups(systemClock);
  return async (mailbox, profile, direction, signal, terms = {}) => {
    checkServerType(profile, direction);
    const open = (token: string | undefined): Promise<Connector> =>
      openWith(options, { mailbox, profile, direction, signal, terms, groups }, token);
    const token = await tokenFor(options, mailbox, profile, direction, signal);
    try {
      return await open(token);
    } catch (thrown) {
      // A token may be withdrawn before its time: a new one, or the provider's refusal, tells which.
      const isRejected = thrown instanceof MailroomError && thrown.kind === 'credentials';
      if (token === undefined || !isRejected) throw thrown;
      return open(await tokenFor(options, mailbox, profile, direction, signal, token));
    }
  };
}

interface Opening {
  readonly mailbox: Mailbox;
  readonly profile: Profile;
  readonly direction: Direction;
  readonly signal: AbortSignal;
  readonly terms: ConnectTerms;
  readonly groups: StreamGroups;
}

async function openWith(options: ConnectOptions, opening: Opening, token: string | undefined): Promise<Connector> {
  const { mailbox, profile, direction, signal, terms, groups } = opening;
  // EP-12: an Exchange server is the same for both directions unless the profile says otherwise.
  const isSame = isExchange(profile) && profile.usesamesettingsforoutgoingconnections !== false;
  const side = isSame ? 'incoming' : direction;
  const endpoint = await readEndpoint(options, mailbox, profile, side, token);
  if (isExchange(profile)) {
    const exchange = exchangeEndpointFor(side, endpoint, mailbox, profile, terms.savesSentCopy ?? true);
    checkSecrecy(exchange, profile, direction, terms);
    return profile.useautodiscover
      ? openDiscovered(exchange, mailbox, options.records, systemClock, signal, groups)
      : openExchange(exchange, signal, systemClock, groups);
  }
  checkSecrecy(endpoint, profile, direction, terms);
  if (direction === 'outgoing') {
    const smtp = await openSmtp({ ...endpoint, maxConnections: terms.connections ?? 1 }, signal);
    if (profile.servertype !== ServerType.imapSmtp || terms.savesSentCopy === false) return smtp;
    return withSentFolder(smtp, async (until) => {
      const incoming = await tokenFor(options, mailbox, profile, 'incoming', until);
      const imap = await readEndpoint(options, mailbox, profile, 'incoming', incoming);
      checkSecrecy(imap, profile, 'incoming', terms);
      return openImapSentFolder(imap, until);
    });
  }
  return profile.servertype === ServerType.imapSmtp ? openImap(endpoint, signal) : openPop3(endpoint, signal);
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

async function readEndpoint(
  { records, secretBox, clientName }: ConnectOptions,
  mailbox: Mailbox,
  profile: Profile,
  side: Direction,
  token: string | undefined,
): Promise<Endpoint> {
  const secrets = token === undefined ? await readSecrets(records, mailbox, profile, side) : {};
  const own = { ...mailbox, ...secrets.mailbox };
  return endpointFor(side, own, { ...profile, ...secrets.profile }, secretBox, clientName, token);
}

const isExchange = (profile: Profile): boolean => profile.servertype === ServerType.exchangeServer;

function checkServerType(profile: Profile, direction: Direction): void {
  const type = profile.servertype;
  if (type === ServerType.pop3Smtp || type === ServerType.imapSmtp || isExchange(profile)) return;
  throw new MailroomError(
    `Profile "${profile.name}" is of server type ${type ?? '(none)'}, which this version does not speak for ${direction} mail. Use a profile of type 0 (Exchange Server), 1 (POP3/SMTP) or 4 (IMAP/SMTP).`,
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
  if (endpoint.signIn.kind === 'none' || terms.gates.allowBasicOverPlain) return;
  throw new MailroomError(
    `${name}: without SSL the ${direction} password would cross the network in the clear, which this organisation does not allow; nothing was sent. Set SSL to Yes, or have an administrator set organization.mr_allowbasicauthenticationonnonsecurechannel.`,
    { code: '8005E23D', kind: 'configuration' },
  );
}

async function readSecrets(
  records: RecordStore,
  mailbox: Mailbox,
  profile: Profile,
  direction: Direction,
): Promise<{ readonly mailbox?: Mailbox | undefined; readonly profile?: Profile | undefined }> {
  const retrieval =
    direction === 'incoming' ? profile.incomingcredentialretrieval : profile.outgoingcredentialretrieval;
  if (retrieval === CredentialRetrieval.anonymous) return {};
  if (retrieval === CredentialRetrieval.profile) {
    const column = direction === 'incoming' ? 'incomingpassword' : 'outgoingpassword';
    return { profile: await records.retrieve('emailserverprofile', profile.emailserverprofileid ?? '', [column]) };
  }
  return { mailbox: await records.retrieve('mailbox', mailbox.mailboxid ?? '', ['password']) };
}

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
}

/** Chooses the connector by the profile's server type. Secrets are read here, so that no other part carries them. */
export function createConnect(options: ConnectOptions): Connect {
  const groups = new StreamGroups(systemClock);
  return async (mailbox, profile, direction, signal, terms = {}) => {
    checkServerType(profile, direction);
    // EP-12: an Exchange server is the same for both directions unless the profile says otherwise.
    const isSame = isExchange(profile) && profile.usesamesettingsforoutgoingconnections !== false;
    const side = isSame ? 'incoming' : direction;
    const secrets = await readSecrets(options.records, mailbox, profile, side);
    const endpoint = endpointFor(
      side,
      { ...mailbox, ...secrets.mailbox },
      { ...profile, ...secrets.profile },
      options.secretBox,
      options.clientName,
    );
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
        const own = await readSecrets(options.records, mailbox, profile, 'incoming');
        const imap = endpointFor(
          'incoming',
          { ...mailbox, ...own.mailbox },
          { ...profile, ...own.profile },
          options.secretBox,
          options.clientName,
        );
        checkSecrecy(imap, profile, 'incoming', terms);
        return openImapSentFolder(imap, until);
      });
    }
    return profile.servertype === ServerType.imapSmtp ? openImap(endpoint, signal) : openPop3(endpoint, signal);
  };
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

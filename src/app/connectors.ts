import { MailroomError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { openPop3 } from '../connectors/pop3/open-pop3.ts';
import { openSmtp } from '../connectors/smtp/open-smtp.ts';
import type { Connector } from '../contracts/connector.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { CredentialRetrieval, ServerType } from '../tables/choices.ts';
import { endpointFor } from './endpoints.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;
type Direction = 'incoming' | 'outgoing';

/** Opens the way to a mailbox's server for one direction, with at most `connections` at once (1 when absent; EP-18). */
export type Connect = (
  mailbox: Mailbox,
  profile: Profile,
  direction: Direction,
  signal: AbortSignal,
  connections?: number | undefined,
) => Promise<Connector>;

export interface ConnectOptions {
  readonly records: RecordStore;
  readonly secretBox: SecretBox;
  /** Name given in EHLO. */
  readonly clientName: string | undefined;
}

/** Chooses the connector by the profile's server type. Secrets are read here, so that no other part carries them. */
export function createConnect(options: ConnectOptions): Connect {
  return async (mailbox, profile, direction, signal, connections) => {
    checkServerType(profile, direction);
    const secrets = await readSecrets(options.records, mailbox, profile, direction);
    const endpoint = endpointFor(
      direction,
      { ...mailbox, ...secrets.mailbox },
      { ...profile, ...secrets.profile },
      options.secretBox,
      options.clientName,
    );
    return direction === 'incoming'
      ? openPop3(endpoint, signal)
      : openSmtp({ ...endpoint, maxConnections: connections ?? 1 }, signal);
  };
}

function checkServerType(profile: Profile, direction: Direction): void {
  const type = profile.servertype;
  if (type === ServerType.pop3Smtp || (type === ServerType.imapSmtp && direction === 'outgoing')) return;
  throw new MailroomError(
    `Profile "${profile.name}" is of server type ${type ?? '(none)'}, which this version does not speak for ${direction} mail. Use a profile of type 1 (POP3/SMTP).`,
    { code: 'mr_ServerTypeUnavailable', kind: 'configuration' },
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

import { MailroomError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { openPop3 } from '../connectors/pop3/open-pop3.ts';
import { openSmtp } from '../connectors/smtp/open-smtp.ts';
import type { Connector } from '../contracts/connector.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ServerType } from '../tables/choices.ts';
import { endpointFor } from './endpoints.ts';

/** Opens the way to a mailbox's server for one direction. */
export type Connect = (
  mailbox: RecordOf<'mailbox'>,
  profile: RecordOf<'emailserverprofile'>,
  direction: 'incoming' | 'outgoing',
  signal: AbortSignal,
) => Promise<Connector>;

/** Chooses the connector by the profile's server type. */
export function createConnect(secretBox: SecretBox, clientName: string | undefined): Connect {
  return async (mailbox, profile, direction, signal) => {
    const type = profile.servertype;
    if (type !== ServerType.pop3Smtp && !(type === ServerType.imapSmtp && direction === 'outgoing')) {
      throw new MailroomError(
        `Profile "${profile.name}" is of server type ${type ?? '(none)'}, which this version does not speak for ${direction} mail. Use a profile of type 1 (POP3/SMTP).`,
        { code: 'mr_ServerTypeUnavailable', kind: 'configuration' },
      );
    }
    const endpoint = endpointFor(direction, mailbox, profile, secretBox, clientName);
    return direction === 'incoming' ? openPop3(endpoint, signal) : openSmtp(endpoint, signal);
  };
}

import { asMailroomError } from '../base/errors.ts';
import type { Connector } from '../contracts/connector.ts';
import type { MailSender, SentFate } from '../contracts/mail-sender.ts';
import type { OpenSentFolder } from './imap/open-imap.ts';

/** Opens the sent folder of the mailbox that sends. */
export type OpenSent = (signal: AbortSignal) => Promise<OpenSentFolder>;

/**
 * A connector that sends by one protocol and keeps its copies in a folder of another, which is opened when it is first needed: the
 * copy is stored after the server took the message, and a message of unknown fate is looked for there (OU-06, OU-14).
 */
export function withSentFolder(connector: Connector, openSent: OpenSent): Connector {
  const { sender } = connector;
  if (sender === undefined) return connector;
  let opened: Promise<OpenSentFolder> | undefined;
  const sent = async (signal: AbortSignal): Promise<OpenSentFolder['folder']> => {
    opened ??= openSent(signal);
    try {
      return (await opened).folder;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  const lookUp = async (messageId: string, signal: AbortSignal): Promise<SentFate> =>
    (await (await sent(signal)).holds(messageId)) ? 'sent' : 'unknown';
  return {
    ...connector,
    sender: {
      send: (...order) => sendAndLook(sender, lookUp, ...order),
      lookUp,
      keepCopy: async (mail, signal) => (await sent(signal)).append(mail.messageId, mail.raw),
    },
    close: async () => {
      await connector.close();
      await opened?.then((folder) => folder.close()).catch(() => undefined);
    },
    abort: () => {
      connector.abort();
      void opened?.then((folder) => folder.abort()).catch(() => undefined);
    },
  };
}

/** Some servers put what they send into the folder themselves: there a lost answer is found again. */
async function sendAndLook(
  sender: MailSender,
  lookUp: NonNullable<MailSender['lookUp']>,
  ...order: Parameters<MailSender['send']>
): ReturnType<MailSender['send']> {
  const [mail, signal] = order;
  try {
    return await sender.send(...order);
  } catch (thrown) {
    const error = asMailroomError(thrown);
    if (!error.uncertain || signal.aborted) throw error;
    const fate = await lookUp(mail.messageId, signal).catch((): SentFate => 'unknown');
    if (fate !== 'sent') throw error;
    return foundReport(mail.envelope.to);
  }
}

function foundReport(addresses: readonly string[]): Awaited<ReturnType<MailSender['send']>> {
  const reply = 'The answer was lost; the message was found in the sent folder.';
  return { recipients: addresses.map((address) => ({ address, outcome: 'accepted', reply })), serverReply: reply };
}

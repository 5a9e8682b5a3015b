import type { MailAddress, MailMessage } from '../../contracts/mail-message.ts';
import { isValidAddress, normaliseAddress } from '../../formats/address.ts';
import { type AutomaticMail, readAutomaticMail } from '../../formats/delivery/automatic-kind.ts';
import { mailIdentity } from '../../formats/mail-identity.ts';
import { readMailDate } from '../../formats/mime/mail-date.ts';
import { parseMail } from '../../formats/mime-parse.ts';
import { PartyMask } from '../../tables/choices.ts';

/** Where a message came from: the server, or the quarantine. */
export interface MailSource {
  /** The server's id of it. */
  readonly serverId: string;
  /** The message, or as much of it as was fetched. */
  readonly raw: Buffer;
  /** Key of the bytes, where it was computed already. */
  readonly rawKey?: string | undefined;
  /** Size of the whole message in bytes, where `raw` is its head alone. */
  readonly wholeBytes?: number | undefined;
  /** When the server received it, where it says so. */
  readonly receivedOn?: Date | undefined;
  /** The message it was attached to, for an original recovered in a forward mailbox (FW-02). */
  readonly carrier?: Carrier | undefined;
  /** Row of `mr_quarantine` it was taken out of. */
  readonly quarantineId?: string | undefined;
}

/** A message in a forward mailbox that carries originals. */
export interface Carrier {
  readonly raw: Buffer;
  readonly messageId: string;
  readonly subject: string;
  /** When the server received it, where it says so. */
  readonly receivedOn: Date | undefined;
  /** Who may have forwarded it, the surest first. */
  readonly forwarders: readonly MailAddress[];
}

/** One address of To, Cc or Bcc. */
export interface MailRecipient {
  /** PartyMask.to, cc or bcc. */
  readonly mask: number;
  readonly written: MailAddress;
  /** Normalised; what the address book is asked for. */
  readonly address: string;
}

/** A message read and understood, before anything is decided about it. */
export interface IncomingMail {
  readonly source: MailSource;
  readonly message: MailMessage;
  /** What makes it the same message elsewhere (IN-30, IN-32). */
  readonly identity: string;
  readonly receivedOn: Date;
  /** From, else Sender; undefined when neither holds a valid address (IN-44). */
  readonly sender: MailAddress | undefined;
  /** Normalised address of the sender; empty when there is none. */
  readonly senderAddress: string;
  /** In the order To, Cc, Bcc. */
  readonly recipients: readonly MailRecipient[];
  /** What is automatic about it; undefined for what a person wrote (PAIN-08). */
  readonly automatic: AutomaticMail | undefined;
}

/** Recipients looked at, at most; mail to more is still taken. */
const mostRecipients = 1000;

/** Reads a message from its bytes. Throws MailroomError (kind `item`) when it cannot be read at all. */
export async function readIncomingMail(source: MailSource, now: Date): Promise<IncomingMail> {
  return understand(source, await parseMail(source.raw), now);
}

/** What the pipeline makes of a message that was read. Pure. */
export function understand(source: MailSource, message: MailMessage, now: Date): IncomingMail {
  const sender = [...message.from, ...message.sender].find((one) => isValidAddress(one.address));
  return {
    source,
    message,
    identity: mailIdentity(message),
    receivedOn: receivedOn(source, message, now),
    sender,
    senderAddress: sender === undefined ? '' : normaliseAddress(sender.address),
    recipients: recipientsOf(message).slice(0, mostRecipients),
    automatic: readAutomaticMail(message),
  };
}

/** When the message arrived: the server's word, else the last hop's Received field, else Date; never in the future (IN-06). */
export function receivedOn(
  source: { readonly receivedOn?: Date | undefined },
  message: Pick<MailMessage, 'headers' | 'date'>,
  now: Date,
): Date {
  const hop = message.headers.get('received')?.[0] ?? '';
  const stamp = hop.includes(';') ? readMailDate(hop.slice(hop.lastIndexOf(';') + 1)) : undefined;
  const said = source.receivedOn ?? stamp ?? message.date ?? now;
  return said.getTime() > now.getTime() ? now : said;
}

function recipientsOf(message: MailMessage): MailRecipient[] {
  const seen = new Set<string>();
  const lists = [
    [PartyMask.to, message.to],
    [PartyMask.cc, message.cc],
    [PartyMask.bcc, message.bcc],
  ] as const;
  return lists.flatMap(([mask, list]) =>
    list.flatMap((written) => {
      const address = normaliseAddress(written.address);
      const key = `${mask} ${address}`;
      if (address === '' || seen.has(key)) return [];
      seen.add(key);
      return [{ mask, written, address }];
    }),
  );
}

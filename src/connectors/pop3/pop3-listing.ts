import { MailroomError } from '../../base/errors.ts';
import type { MailHandle } from '../../contracts/mail-retriever.ts';
import { configurationError, conversationError, pop3Unexpected, refusalError } from './pop3-errors.ts';
import type { Pop3Reply } from './pop3-reply.ts';
import type { Pop3Stream } from './pop3-stream.ts';

/** The maildrop as one session sees it: message numbers hold for this session only, UIDLs last (RFC 1939 7). */
export interface Pop3Listing {
  /** In the order of message numbers: oldest first on every server we know. */
  readonly handles: readonly MailHandle[];
  readonly numbers: ReadonlyMap<string, number>;
}

/** More messages than this in one maildrop cannot be polled in useful time, and their list alone takes some 200 MB. */
export const maxMessages = 1_000_000;
/** A UIDL line is a number, a space and at most 70 characters (RFC 1939 7); twice that a message is generous. */
const maxListBytes = maxMessages * 160;
/** RFC 1939 7 allows 70 characters; some servers exceed it, none needs more than this, and it is stored for every message. */
const maxUidlLength = 512;

/** What asks for a listing in one write. */
export const listingCommands = 'UIDL\r\nLIST\r\n';

/** Asks UIDL and LIST, together when `pipelined`, not at all when `asked` already. Throws MailroomError; `configuration` when the server has no UIDL. */
export async function readListing(stream: Pop3Stream, how: 'asked' | 'pipelined' | 'inTurn'): Promise<Pop3Listing> {
  if (how !== 'asked') stream.send(how === 'pipelined' ? listingCommands : 'UIDL\r\n');
  const uidl = await readTable(stream, 'UIDL');
  if (how === 'inTurn') stream.send('LIST\r\n');
  const sizes = await readSizes(stream);
  const handles: MailHandle[] = [];
  const numbers = new Map<string, number>();
  const copies = new Map<string, number>();
  forEachLine(stream, 'UIDL', uidl, (number, words) => {
    const uid = words.split(' ', 1)[0] ?? words;
    const serverId = distinct(uid, numbers, copies);
    numbers.set(serverId, number);
    handles.push({ serverId, sizeBytes: sizes.get(number) });
  });
  return { handles, numbers };
}

/**
 * RFC 1939 lets two identical messages share a UIDL, and careless servers let different ones; a space cannot be part
 * of a UIDL, so `id 2` names the second without ever meeting another message's id.
 */
function distinct(uid: string, taken: ReadonlyMap<string, number>, copies: Map<string, number>): string {
  if (!taken.has(uid)) return uid;
  const copy = (copies.get(uid) ?? 1) + 1;
  copies.set(uid, copy);
  return `${uid} ${copy}`;
}

async function readSizes(stream: Pop3Stream): Promise<Map<number, number>> {
  const sizes = new Map<number, number>();
  const list = await readTable(stream, 'LIST');
  forEachLine(stream, 'LIST', list, (number, words) => {
    const size = Number.parseInt(words, 10);
    if (Number.isSafeInteger(size) && size >= 0) sizes.set(number, size);
  });
  return sizes;
}

async function readTable(stream: Pop3Stream, command: 'UIDL' | 'LIST'): Promise<string> {
  const reply = await stream.readReply(command);
  if (reply.status !== 'ok') {
    const refusal = refusalError(stream.where, command, reply, 'configuration');
    const error = command === 'UIDL' && refusal.kind === 'configuration' ? noUidl(stream.where, reply) : refusal;
    // The answer to a LIST sent along may still come; nobody will want it.
    stream.fail(error);
    throw error;
  }
  const body = await stream.readBody({ maxBytes: maxListBytes, excess: 'drop' }, maxListBytes);
  if (body.truncated) throw stream.fail(tooManyMessages(stream.where));
  return body.bytes.toString('latin1');
}

function forEachLine(
  stream: Pop3Stream,
  command: string,
  text: string,
  take: (number: number, words: string) => void,
): void {
  let count = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\r\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 2;
    const space = line.indexOf(' ');
    const number = Number(line.slice(0, Math.max(space, 0)));
    const words = line.slice(space + 1).trim();
    if (!Number.isSafeInteger(number) || number < 1 || words === '' || words.length > maxUidlLength) {
      throw stream.fail(conversationError(stream.where, `${command} gave a line that is none: "${line.slice(0, 80)}"`));
    }
    count += 1;
    if (count > maxMessages) throw stream.fail(tooManyMessages(stream.where));
    take(number, words);
  }
}

function noUidl(where: string, reply: Pop3Reply): MailroomError {
  return configurationError(
    pop3Unexpected,
    `The POP3 server ${where} has no UIDL, without which a message cannot be known again (IN-04). ` +
      'Use IMAP for this mailbox, or switch UIDL on in the server.',
    reply.line,
  );
}

function tooManyMessages(where: string): MailroomError {
  return new MailroomError(
    `The mailbox on ${where} holds more than ${maxMessages} messages, too many to list over POP3. ` +
      'Move old messages away, or use IMAP for this mailbox.',
    { code: pop3Unexpected, kind: 'configuration' },
  );
}

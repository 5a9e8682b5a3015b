import { rawMail } from '../pipelines/incoming/incoming-fixtures.ts';

/** A message of a list as it lies on a server. */
export interface ListMail {
  /** Message-ID without brackets. */
  readonly id: string;
  readonly raw: Buffer;
}

/** Threads as mailing lists have them, in the order in which they were written. */
export interface MailingList {
  readonly mails: readonly ListMail[];
  /** Message-IDs and subjects of our own emails that some threads answer. */
  readonly ours: readonly { readonly id: string; readonly subject: string; readonly index: string }[];
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A shuffled copy. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other] as T, copy[at] as T];
  }
  return copy;
}

interface Written {
  readonly id: string;
  readonly subject: string;
  readonly references: readonly string[];
  readonly index: string;
  readonly sentOn: number;
  /** False for a message that went to the others but not to us. */
  readonly isHere: boolean;
}

const writers = [
  'Carla Customer <carla@customer.example>',
  'Carlo Customer <carlo@customer.example>',
  'Lea Lead <lea@lead.example>',
  'Zoe Stranger <zoe@else.example>',
  'Ben Ours <ben@ours.example>',
];
const topics = ['Delivery of pallets', 'Price list', 'Invoice 4711', 'Login fails', 'Meeting minutes'];
const prefixes = ['Re: ', 'RE: ', 'AW: ', 'Re: [crew] ', ''];
const start = Date.UTC(2026, 0, 1, 6);

/**
 * `count` messages in some threads: programs that name the parent only, or all ancestors, or the newest few, or nothing; that change
 * subjects; clocks that go wrong; messages that never reached us; conversation indexes of Outlook here and there.
 */
export function writeMailingList(random: () => number, count: number): MailingList {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const mails: ListMail[] = [];
  const written: Written[] = [];
  const ours = topics.slice(0, 2).map((subject, at) => {
    const index = threadIndex(random, '');
    const id = `ours-${at}@ours.example`;
    written.push({ id, subject, references: [], index, sentOn: start, isHere: true });
    return { id, subject, index };
  });
  for (let at = 0; mails.length < count; at += 1) {
    const parent = random() < 0.12 ? undefined : pick(written.slice(-40));
    const mail = compose(at, parent, random, pick);
    written.push(mail.written);
    if (mail.written.isHere) mails.push({ id: mail.written.id, raw: mail.raw });
  }
  return { mails, ours };
}

function compose(
  at: number,
  parent: Written | undefined,
  random: () => number,
  pick: <T>(items: readonly T[]) => T,
): { readonly written: Written; readonly raw: Buffer } {
  const id = `m${at}.${Math.floor(random() * 1e9).toString(36)}@lists.example`;
  const topic = parent === undefined ? `${pick(topics)} ${at}` : `${pick(prefixes)}${bare(parent.subject)}`;
  const subject = parent !== undefined && random() < 0.1 ? `Now something else (was: ${bare(parent.subject)})` : topic;
  const references = parent === undefined ? [] : [...parent.references, parent.id];
  const index = threadIndex(random, parent?.index ?? '');
  const clock = random() < 0.1 ? -3_600_000 : 0;
  const sentOn = Math.max(parent?.sentOn ?? start, start + at * 20_000) + Math.floor(random() * 3) * 30_000;
  const style = random();
  const named = style < 0.55 ? references : style < 0.7 ? references.slice(-3) : [];
  const raw = rawMail({
    id,
    from: pick(writers),
    to: 'crew@lists.example, support@ours.example',
    subject,
    date: new Date(sentOn + clock),
    ...(style < 0.9 && parent !== undefined && style !== 0.6 ? { inReplyTo: parent.id } : {}),
    ...(named.length > 0 ? { references: named.map((one) => `<${one}>`).join(' ') } : {}),
    headers: {
      ...(random() < 0.4 && index !== '' ? { 'Thread-Index': index } : {}),
      'List-Id': '<crew.lists.example>',
    },
    body: `Message ${at}.`,
  });
  return { written: { id, subject, references, index, sentOn, isHere: random() > 0.08 }, raw };
}

const bare = (subject: string): string => subject.replace(/^(?:(?:re|aw): |\[crew\] )+/i, '');

/** A conversation index: 22 bytes for a new thread, 5 more for an answer ([MS-OXOMSG] 2.2.1.3). */
function threadIndex(random: () => number, parent: string): string {
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  if (parent === '') return Buffer.concat([Buffer.from([1]), bytes(21)]).toString('base64');
  return Buffer.concat([Buffer.from(parent, 'base64'), bytes(5)]).toString('base64');
}

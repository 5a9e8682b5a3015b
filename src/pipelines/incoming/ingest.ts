import { asMailroomError, MailroomError } from '../../base/errors.ts';
import { giveWay } from '../../base/give-way.ts';
import type { FetchedMail, MailHandle, MailRetriever } from '../../contracts/mail-retriever.ts';
import { commitGroup, type GroupOutcome } from './commit-group.ts';
import type { IncomingMail, MailSource } from './incoming-mail.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import { createPlanner, type PlannedGroup } from './plan-ahead.ts';
import { type BrokenMail, goneCode, type OpenQuarantine } from './quarantine.ts';
import { readSource } from './read-source.ts';
import { createStoreAhead, type StoreAhead } from './store-ahead.ts';
import { tooLarge } from './too-large.ts';

/** Messages of one transaction, at most. */
const groupCount = 100;

/** Bytes of one transaction, at most by a message. */
const groupBytes = 4 * 1024 * 1024;

/** Bytes of all groups in memory, the one being read among them; a group that is larger by itself waits for the one before it alone. */
const heldBytes = 4 * groupBytes;

/** Bytes read before others may go first: about half a millisecond. */
const atATime = 16_384;

/** Groups that may wait for the one that is being committed. */
const mostWaiting = 3;

/** What became of the messages of a turn so far; kept up to date as groups are committed. */
export interface IngestTally {
  processed: number;
  failed: number;
  newestOn: Date | undefined;
}

interface Group {
  readonly mails: IncomingMail[];
  readonly broken: BrokenMail[];
  /** Give the memory of its messages back. */
  readonly releases: (() => void)[];
  bytes: number;
}

const emptyGroup = (broken: BrokenMail[] = []): Group => ({ mails: [], broken, releases: [], bytes: 0 });

/** Takes messages in, share by share. */
export interface Ingest {
  /** Reads a share; its last groups may still have to be committed when it returns. Throws what ends the turn; groups before it stay done. */
  take(handles: readonly MailHandle[]): Promise<void>;
  /** Returns when everything is committed. */
  finish(): Promise<void>;
}

/** Fetches messages and commits them in groups, the next ones being read while one is written. Throws what ends the turn; groups before it stay done. */
export async function ingest(
  turn: IncomingTurn,
  retriever: Pick<MailRetriever, 'fetch'>,
  handles: readonly MailHandle[],
  open: readonly OpenQuarantine[],
  tally: IngestTally,
): Promise<void> {
  const ingesting = startIngest(turn, retriever, open, tally);
  await ingesting.take(handles);
  await ingesting.finish();
}

/** The same for messages that come share by share. */
export function startIngest(
  turn: IncomingTurn,
  retriever: Pick<MailRetriever, 'fetch'>,
  open: readonly OpenQuarantine[],
  tally: IngestTally,
): Ingest {
  const quarantined = new Map(open.map((one) => [one.serverId, one.id]));
  const ahead = createStoreAhead(turn);
  const writer = createWriter(turn, tally, ahead);
  const reader = { turn, quarantined, ahead };
  return {
    take: (handles) => takeShare(reader, retriever, handles, writer),
    finish: () => writer.finish(),
  };
}

/** What reading messages takes. */
interface Reader {
  readonly turn: IncomingTurn;
  /** Quarantine rows by server id. */
  readonly quarantined: ReadonlyMap<string, string>;
  readonly ahead: StoreAhead;
}

async function takeShare(
  reader: Reader,
  retriever: Pick<MailRetriever, 'fetch'>,
  handles: readonly MailHandle[],
  writer: Writer,
): Promise<void> {
  const { turn } = reader;
  const { signal } = turn.context;
  const { fetchable, refused } = partBySize(turn, handles);
  let group = emptyGroup(refused);
  let unbroken = 0;
  try {
    for await (const fetched of retriever.fetch(fetchable, signal)) {
      await takeIn(reader, group, fetched);
      // Reading is what can wait: the group that is being committed goes on as soon as the database has answered.
      unbroken += 'error' in fetched ? 0 : fetched.raw.length;
      if (unbroken >= atATime) {
        unbroken = 0;
        await giveWay();
      }
      if (group.mails.length + group.broken.length < groupCount && group.bytes < groupBytes) continue;
      await writer.write(group);
      group = emptyGroup();
    }
  } catch (thrown) {
    await commitWhatCame(writer, group);
    throw thrown;
  }
  await writer.write(group);
}

/** Reads messages from bytes kept in the quarantine and deals with them as if they had just come (SC-14). */
export async function ingestStored(
  turn: IncomingTurn,
  sources: readonly MailSource[],
  tally: IngestTally,
): Promise<void> {
  const group = emptyGroup();
  for (const source of sources) await readInto(turn, group, source);
  const writer = createWriter(turn, tally, createStoreAhead(turn));
  await writer.write(group);
  await writer.finish();
}

interface Writer {
  /** Commits a group once those before it are; returns when there is room to read the next. */
  write(group: Group): Promise<void>;
  finish(): Promise<void>;
}

function createWriter(turn: IncomingTurn, tally: IngestTally, ahead: StoreAhead): Writer {
  let running: Promise<void> = Promise.resolve();
  /** Groups not yet committed, in their order. */
  const pending: { readonly bytes: number; readonly done: Promise<void> }[] = [];
  const hasRoom = (): boolean =>
    pending.length <= 1 ||
    (pending.length <= mostWaiting && sum(pending.map(({ bytes }) => bytes)) + groupBytes <= heldBytes);
  const note = (outcome: GroupOutcome): void => {
    tally.processed += outcome.processed;
    tally.failed += outcome.failed;
    const { newestOn } = outcome;
    if (newestOn !== undefined && (tally.newestOn === undefined || newestOn > tally.newestOn))
      tally.newestOn = newestOn;
  };
  const planner = createPlanner(turn);
  const commit = async (
    { mails, broken, releases }: Group,
    stored: Promise<boolean>,
    planned: PlannedGroup,
  ): Promise<void> => {
    const isStored = await stored;
    const outcome = await commitGroup(turn, { mails, broken }, await planned.usable());
    planned.end(outcome.asPlanned);
    note(outcome);
    // Memory that a given up connection may still be sending from is used for no other message.
    if (isStored) for (const release of releases) release();
  };
  return {
    async write(group) {
      if (group.mails.length === 0 && group.broken.length === 0) return;
      const stored = ahead.settled();
      const planned = planner.plan(group.mails);
      running = running.then(() => commit(group, stored, planned));
      running.catch(() => undefined);
      pending.push({ bytes: group.bytes, done: running });
      while (!hasRoom()) {
        await pending[0]?.done;
        pending.shift();
      }
    },
    finish: () => running,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The line dropped: what had come already is dealt with; its own trouble does not hide the first. */
async function commitWhatCame(writer: Writer, group: Group): Promise<void> {
  await writer
    .write(group)
    .then(() => writer.finish())
    .catch(() => undefined);
}

async function takeIn({ turn, quarantined, ahead }: Reader, group: Group, fetched: FetchedMail): Promise<void> {
  const { serverId } = fetched.handle;
  if ('error' in fetched) {
    const isGone = fetched.error.kind === 'notFound';
    if (!isGone) group.broken.push(unread(fetched.handle, fetched.error));
    else if (quarantined.has(serverId)) group.broken.push(unread(fetched.handle, gone()));
    return;
  }
  if (fetched.release !== undefined) group.releases.push(fetched.release);
  const rawKey = ahead.put(fetched.raw);
  if (rawKey !== undefined) await giveWay();
  await readInto(turn, group, {
    serverId,
    raw: fetched.raw,
    rawKey,
    receivedOn: fetched.receivedOn ?? fetched.handle.receivedOn,
    quarantineId: quarantined.get(serverId),
  });
}

async function readInto(turn: IncomingTurn, group: Group, source: MailSource): Promise<void> {
  group.bytes += source.raw.length;
  try {
    group.mails.push(...(await readSource(turn, source)));
  } catch (thrown) {
    const { serverId, raw } = source;
    const error = asMailroomError(thrown);
    group.broken.push({ serverId, raw, sizeBytes: raw.length, messageId: '', subject: '', sender: '', error });
  }
}

/** Messages announced above the profile's limit are not fetched at all (PAIN-14). */
function partBySize(
  turn: IncomingTurn,
  handles: readonly MailHandle[],
): { fetchable: readonly MailHandle[]; refused: BrokenMail[] } {
  const fetchable: MailHandle[] = [];
  const refused: BrokenMail[] = [];
  for (const handle of handles) {
    const error = tooLarge(handle, turn.context.profile);
    if (error === undefined) fetchable.push(handle);
    else refused.push(unread(handle, error));
  }
  return { fetchable, refused };
}

/** A message that waits in the quarantine without its bytes, and cannot be had any more. */
function gone(): MailroomError {
  return new MailroomError('It is no longer on the server, and its bytes were never had. Discard it.', {
    code: goneCode,
    kind: 'item',
  });
}

function unread(handle: MailHandle, error: MailroomError): BrokenMail {
  const { serverId, sizeBytes = 0 } = handle;
  return { serverId, raw: undefined, sizeBytes, messageId: '', subject: '', sender: '', error };
}

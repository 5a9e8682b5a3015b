import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { Connector } from '../../contracts/connector.ts';
import type { MailHandle, MailHandlePage, MailRetriever } from '../../contracts/mail-retriever.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../turn.ts';
import { acknowledge } from './acknowledge.ts';
import { writeCursor } from './cursors.ts';
import { lagOf, writeGauge } from './gauge.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import { type IngestTally, ingest, startIngest } from './ingest.ts';
import { type OpenQuarantine, readOpenQuarantine } from './quarantine.ts';
import { retryQuarantined } from './retry-quarantined.ts';
import { endRevisit, noteListed } from './revisit-progress.ts';
import { type ScreenedPage, screen } from './screen.ts';
import { siftPage } from './sift.ts';
import { type StartedTurn, startTurn } from './start-turn.ts';
import { withPlacements } from './tracking/pending-placements.ts';
import { trackElsewhere } from './tracking/track-elsewhere.ts';

/**
 * One incoming turn of a mailbox: retrieve, evaluate, correlate, promote and route in groups, each committed as a whole, and only
 * then acknowledge to the server (ch. IN to QU). What was committed before an error stays.
 */
export const runIncomingTurn: RunTurn = async (context) => {
  const startedAt = context.clock.now().getTime();
  const tally: IngestTally = { processed: 0, failed: 0, newestOn: undefined };
  try {
    const started = await startTurn(context);
    const { database } = context;
    const open = started.hasOpenQuarantine ? await readOpenQuarantine(database, started.turn.mailboxid) : [];
    const turn = open.length === 0 ? started.turn : await withPlacements(started.turn);
    const refetched = await retryQuarantined(turn, open, tally);
    const beginning = { open, refetched, startedAt };
    const { left: backlog, readsFolders, hasMoreMarks } = await readMailbox({ ...started, turn }, beginning, tally);
    await writeGauge(started.turn, lagOf(backlog, tally.newestOn, context.clock.now()));
    const hasTrouble = open.length > 0 || tally.failed > 0;
    return {
      ...outcomeOf(tally, backlog > 0 || hasMoreMarks, hasTrouble ? await nextTry(started.turn) : undefined),
      readsFolders,
    };
  } catch (thrown) {
    if (context.signal.aborted) return outcomeOf(tally, true, undefined);
    return { ...outcomeOf(tally, false, undefined), error: asMailroomError(thrown) };
  }
};

/** A turn that took its share in less holds nobody up and takes another, milliseconds. */
const quickMs = 5000;

/** What a turn begins with. */
interface Beginning {
  readonly open: readonly OpenQuarantine[];
  readonly refetched: readonly MailHandle[];
  /** Unix milliseconds. */
  readonly startedAt: number;
}

/** Reads everything new on the server, at most `maxItems` and as many again while that is quick; returns how many messages are left, whether folders beyond the inbox were read, and whether more are to be marked at once. */
async function readMailbox(
  { turn, cursor }: StartedTurn,
  { open, refetched, startedAt }: Beginning,
  tally: IngestTally,
): Promise<{ readonly left: number; readonly readsFolders: boolean; readonly hasMoreMarks: boolean }> {
  const { context } = turn;
  const connector = await context.connect('incoming', context.signal);
  try {
    const retriever = requireRetriever(connector, context);
    if (refetched.length > 0) await ingest(turn, retriever, refetched, open, tally);
    let room = context.maxItems;
    let left = 0;
    for await (const page of retriever.list(cursor, context.signal)) {
      const screened = await chooseWanted(turn, retriever, page, { open, room, tally });
      const ingesting = startIngest(turn, retriever, open, tally);
      let taken = 0;
      while (taken < screened.wanted.length) {
        if (room <= 0 && context.clock.now().getTime() - startedAt < quickMs) room += context.maxItems;
        if (room <= 0) break;
        const share = screened.wanted.slice(taken, taken + room);
        await ingesting.take(share);
        taken += share.length;
        room -= share.length;
      }
      await ingesting.finish();
      left += screened.wanted.length - taken + screened.left;
      if (left > 0) break;
      if (page.cursor !== null && page.cursor !== cursor) await saveCursor(turn, page.cursor);
    }
    const elsewhere = connector.folders && (await trackElsewhere(turn, connector.folders, open, tally));
    left += elsewhere?.left ?? 0;
    await acknowledge(turn, connector, retriever);
    if (left === 0) await endRevisit(turn);
    return { left, readsFolders: elsewhere?.readsFolders ?? false, hasMoreMarks: elsewhere?.hasMoreMarks ?? false };
  } catch (thrown) {
    connector.abort();
    throw thrown;
  }
}

/** Many new messages at once: the first of them may be old or known, which their heads tell. */
const manyFresh = 200;

/** The messages of a page whose bodies are needed; the rest is dealt with by its heads, or was before. */
async function chooseWanted(
  turn: IncomingTurn,
  retriever: MailRetriever,
  page: MailHandlePage,
  { open, room, tally }: { open: readonly OpenQuarantine[]; room: number; tally: IngestTally },
): Promise<ScreenedPage> {
  const { fresh, looksRenumbered, isFirstLook } = await siftPage(turn, page, open);
  await noteListed(turn, fresh.length);
  if (turn.isForward) return { wanted: fresh, left: 0 };
  const throughout = turn.headsFirst || turn.revisit !== undefined || looksRenumbered;
  if (!throughout && !isFirstLook && fresh.length < manyFresh) return { wanted: fresh, left: 0 };
  const isOpen = new Set(open.map((one) => one.serverId));
  const again = fresh.filter(({ serverId }) => isOpen.has(serverId));
  const unseen = fresh.filter(({ serverId }) => !isOpen.has(serverId));
  const screened = await screen(turn, retriever, unseen, { room, throughout }, tally);
  return { wanted: [...again, ...screened.wanted], left: screened.left };
}

function saveCursor(turn: IncomingTurn, cursor: string): Promise<void> {
  return withLease(turn, (scope) => writeCursor(scope, turn.mailboxid, 'inbox', cursor));
}

/** When the next quarantined message is to be tried again. */
async function nextTry(turn: IncomingTurn): Promise<Date | undefined> {
  const open = await readOpenQuarantine(turn.context.database, turn.mailboxid);
  const times = open.flatMap((one) => one.nextAttemptOn ?? []);
  return times.length === 0 ? undefined : new Date(Math.min(...times.map((time) => time.getTime())));
}

function outcomeOf(tally: IngestTally, more: boolean, nextDueOn: Date | undefined): TurnOutcome {
  return { itemsProcessed: tally.processed, itemsFailed: tally.failed, more, nextDueOn };
}

function requireRetriever(connector: Connector, context: TurnContext): MailRetriever {
  if (connector.retriever !== undefined) return connector.retriever;
  throw new MailroomError(
    `Profile "${context.profile.name ?? ''}" reaches a server from which mail cannot be read. Choose a server type with incoming mail.`,
    { code: '8005E228', kind: 'configuration' },
  );
}

import { MailroomError } from '../../base/errors.ts';
import type { StoreScope } from '../../store/database.ts';
import { decideGroup } from './decide-group.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import { addQueueItems } from './promote.ts';
import { recordDecisions, remember } from './record-group.ts';
import { noteProgress, writeProgress } from './revisit-progress.ts';
import { noteTracking } from './tracking/note-tracking.ts';

/** What judging heads settled. */
export interface SettledHeads {
  /** Server ids of messages whose bodies are not needed. */
  readonly serverIds: ReadonlySet<string>;
  /** How many of them were judged now; the rest was before. */
  readonly judged: number;
  /** When the newest of them arrived. */
  readonly newestOn: Date | undefined;
}

const nothingSettled: SettledHeads = { serverIds: new Set(), judged: 0, newestOn: undefined };

/**
 * Decides about messages by their heads, with the same code as about whole ones, and commits what needs no body: what was judged
 * before, what another mailbox brought, what nobody takes (PAIN-18). What would be accepted is left for its body to be fetched.
 */
export async function settleHeads(turn: IncomingTurn, mails: readonly IncomingMail[]): Promise<SettledHeads> {
  if (mails.length === 0) return nothingSettled;
  try {
    const { settled, judged, added } = await withLease(turn, (scope) => writeSettled(scope, turn, mails));
    noteProgress(turn, added);
    return {
      serverIds: new Set(settled.map((mail) => mail.source.serverId)),
      judged,
      newestOn: settled.reduce<Date | undefined>(
        (latest, { receivedOn }) => (latest === undefined || receivedOn > latest ? receivedOn : latest),
        undefined,
      ),
    };
  } catch (thrown) {
    // A head that cannot be written down goes the way of whole messages, which finds out which one it is.
    if (thrown instanceof MailroomError && thrown.kind === 'item') return nothingSettled;
    throw thrown;
  }
}

async function writeSettled(scope: StoreScope, turn: IncomingTurn, mails: readonly IncomingMail[]) {
  const decided = (await decideGroup(scope, turn, mails)).filter(
    ({ kind }) => kind !== 'accepted' && kind !== 'failed',
  );
  const settled = decided.map((one) => one.identified.mail);
  await addQueueItems(
    scope,
    turn,
    decided.filter((one) => one.kind === 'stored'),
  );
  await recordDecisions(scope, turn, decided, [], new Map(), new Map());
  await noteTracking(scope, turn, { mails: settled, decided, broken: [] });
  const done = await remember(scope, turn, settled, decided, [], []);
  const added = { done, tracked: 0 };
  await writeProgress(scope, turn, added);
  return { settled, judged: decided.filter(({ kind }) => kind !== 'known').length, added };
}

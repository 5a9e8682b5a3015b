import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { RecordStore } from '../../store/record-store.ts';
import { catalog } from '../../tables/catalog.ts';
import { writeAlert } from '../trace.ts';
import { type FolderTurn, noteInTurn } from './folder-turn.ts';
import { LinkState } from './link.ts';
import { createLink, readLinks } from './links.ts';
import type { Pair } from './pair-up.ts';

/** Tries after which an item counts as given up; it is still looked at once a day (SC-14). */
export const mostItemTries = 5;

const dayMs = 86_400_000;

/** Errors that are one item's: the others go on (AC-06, AC-18). */
export function isItemTrouble(thrown: unknown): boolean {
  const error = asMailroomError(thrown);
  if (error.code === 'mr_LeaseLost' || error.uncertain) return false;
  return ['item', 'conflict', 'notFound', 'internal'].includes(error.kind);
}

/** When an item is tried again after so many failures: 5 minutes, doubled each time, a day once given up. Pure. */
export function nextTry(retries: number, now: Date): Date {
  const waitMs = retries >= mostItemTries ? dayMs : 300_000 * 2 ** Math.max(0, retries - 1);
  return new Date(now.getTime() + waitMs);
}

/** Notes on the link, and to the mailbox's owner, that one item could not be synchronised (AC-18, SC-14). */
export async function noteFailure(turn: FolderTurn, pair: Pair, thrown: unknown): Promise<void> {
  const error = asMailroomError(thrown);
  const now = turn.context.clock.now();
  const retries = (pair.link?.retries ?? 0) + 1;
  const nextTryOn = nextTry(retries, now);
  turn.tally.failed += 1;
  const { tally } = turn;
  if (tally.nextTryOn === undefined || nextTryOn < tally.nextTryOn) tally.nextTryOn = nextTryOn;
  await noteInTurn(turn, async (records, scope) => {
    const id = await linkOf(turn, pair, records);
    await records.update('exchangesyncidmapping', id, {
      retries,
      lastsyncerror: error.message.slice(0, 2048),
      lastsyncerrorcode: numberOf(error),
      lastsyncerroroccurredon: now,
      mr_nexttryon: nextTryOn,
      mr_changekey: null,
      ...(pair.type === undefined ? {} : { objecttypecode: catalog[pair.type.table].objectTypeCode }),
    });
    // A change on the other side at the same moment is no trouble yet.
    if (error.kind === 'conflict' && retries < 3) return;
    await writeAlert({ ...scope, records }, turn.context.settings, now, {
      level: retries >= mostItemTries ? 'error' : 'warning',
      code: error.code,
      text: `An item of ${turn.folder} of mailbox "${turn.context.mailbox.name ?? ''}" could not be synchronised: ${error.message} It is tried again at ${nextTryOn.toISOString()}; "mailroom act resync" tries at once.`,
      regarding: { table: 'mailbox', id: turn.mailboxid },
      regardingOwner: turn.context.mailbox.ownerid,
      nextAttemptOn: nextTryOn,
      details: error.serverReply,
    });
  });
}

const numberOf = (error: MailroomError): number | null =>
  /^[0-9A-F]{8}$/i.test(error.code) ? Number.parseInt(error.code, 16) | 0 : null;

/** The link of a pair; the one that the failed work itself began with, or a new one. */
async function linkOf(turn: FolderTurn, pair: Pair, records: RecordStore): Promise<string> {
  if (pair.link !== undefined) return pair.link.id;
  const { recordId, itemId } = pair;
  const links = await readLinks(records, turn.mailboxid, turn.folder);
  const begun = links.find((link) => (recordId === null ? link.itemId === itemId : link.recordId === recordId));
  if (begun !== undefined) return begun.id;
  const owner = { mailboxid: turn.mailboxid, folder: turn.folder, systemuserid: turn.user.systemuserid };
  return createLink(records, owner, {
    state: recordId === null ? LinkState.notTaken : LinkState.making,
    recordId,
    itemId,
  });
}

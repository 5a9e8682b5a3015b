import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import { catalog } from '../../tables/catalog.ts';
import { writeAlert } from '../trace.ts';
import { type FolderTurn, noteInTurn } from './folder-turn.ts';
import { LinkState } from './link.ts';
import { createLink } from './links.ts';
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
  await noteInTurn(turn, async (records, scope) => {
    const id =
      pair.link?.id ??
      (await createLink(
        records,
        { mailboxid: turn.mailboxid, folder: turn.folder, systemuserid: turn.user.systemuserid },
        {
          state: pair.recordId === null ? LinkState.notTaken : LinkState.making,
          recordId: pair.recordId,
          itemId: pair.itemId,
        },
      ));
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

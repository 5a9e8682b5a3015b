import { organizerChange } from './change-organizer.ts';
import { type FolderTurn, noteInTurn } from './folder-turn.ts';
import { type Link, LinkState } from './link.ts';
import { type LinkUpdate, updateLinks } from './links.ts';
import { agreedLink, isSettled, mergeOf, refOf } from './merge-pair.ts';
import { isUntracked } from './pair-up.ts';
import type { PairWork } from './pair-work.ts';
import { planAction } from './plan.ts';

/**
 * Notes of all pairs whose sides agree already that they do, in one transaction: the echoes of what was written before (AC-08). Returns
 * the others.
 */
export async function settlePairs(turn: FolderTurn, works: readonly PairWork[]): Promise<readonly PairWork[]> {
  const now = turn.context.clock.now();
  const updates: LinkUpdate[] = [];
  const others: PairWork[] = [];
  for (const work of works) {
    const update = settledUpdate(work, now);
    if (update === undefined) others.push(work);
    else updates.push(update);
  }
  if (updates.length > 0) await noteInTurn(turn, (records) => updateLinks(records, updates));
  return others;
}

function settledUpdate(work: PairWork, now: Date): LinkUpdate | undefined {
  const { pair, near, item, type, turn } = work;
  const { link } = pair;
  if (link === undefined || near === undefined || item === undefined || !isPlain(work, link)) return undefined;
  if (item.refusal !== undefined || near.refusal !== undefined) return undefined;
  if (item.stamp?.recordId !== near.id || type.cancelsItem?.(near, turn.user) === true) return undefined;
  if (type.notedColumns?.(near, item, turn.user) !== undefined) return undefined;
  const merge = mergeOf(work, near);
  if (!isSettled(merge)) return undefined;
  const { agreed, pending, ...values } = agreedLink(work, near, merge, refOf(work));
  const isSame = JSON.stringify(agreed) === JSON.stringify(work.memory.agreed);
  return {
    id: link.id,
    values: {
      ...values,
      ...(isSame || agreed === undefined ? {} : { agreed }),
      ...(work.memory.pending === undefined || pending === undefined ? {} : { pending }),
      syncedOn: now,
      isWell: true,
    },
  };
}

/** Nothing but the two sides' values is to be looked at. */
function isPlain(work: PairWork, link: Link): boolean {
  const { pair, item } = work;
  if (link.state !== LinkState.linked || link.response !== null || item === undefined) return false;
  if (planAction(pair.record, pair.item) !== 'merge' || isUntracked(link, item.marks)) return false;
  return organizerChange(work) === undefined;
}

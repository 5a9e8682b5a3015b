import type { Folder, Tombstone } from './folder.ts';
import type { Item } from './item.ts';
import type { SyncPoint } from './sync-state.ts';

/** One change of a folder as a client must be told it. */
export type FolderChange =
  | { readonly kind: 'Create' | 'Update' | 'ReadFlagChange'; readonly item: Item }
  | { readonly kind: 'Delete'; readonly itemId: string };

/** A stretch of changes. */
export interface ChangePage {
  readonly changes: readonly FolderChange[];
  /** Where the next stretch begins. */
  readonly next: SyncPoint;
  readonly isLast: boolean;
}

/** Where a client begins that knows nothing: all that is there now is listed, newest first. */
export function startOf(seq: number): SyncPoint {
  return { seq, base: seq, told: [], before: seq + 1 };
}

/**
 * Up to `limit` changes after `from`; items in `skip` are left out. The first listing goes from the newest item to the oldest;
 * what happens meanwhile follows it. Costs O(log n + limit).
 */
export function changesOf(folder: Folder, from: SyncPoint, limit: number, skip: ReadonlySet<string>): ChangePage {
  if (from.before === undefined) return later(folder, from, limit, skip);
  const changes: FolderChange[] = [];
  let before = from.before;
  for (const item of folder.byArrival.below(before)) {
    if (changes.length === limit) return { changes, next: { ...from, before }, isLast: false };
    before = item.createdSeq;
    if (!skip.has(item.id)) changes.push({ kind: 'Create', item });
  }
  const rest = later(folder, { ...from, before: undefined }, limit - changes.length, skip);
  return { ...rest, changes: [...changes, ...rest.changes] };
}

function later(folder: Folder, from: SyncPoint, limit: number, skip: ReadonlySet<string>): ChangePage {
  const changes: FolderChange[] = [];
  const told = new Set(from.told);
  const isKnown = (createdSeq: number): boolean => createdSeq <= from.base || told.has(createdSeq);
  let seq = from.seq;
  for (const { at, item, grave } of inOrder(folder, from.seq)) {
    const change = item === undefined ? buried(grave, isKnown) : changed(item, from.seq, isKnown);
    const isTold = change !== undefined && !(item !== undefined && skip.has(item.id));
    if (isTold && changes.length === limit) {
      return { changes, next: { seq, base: from.base, told: [...told], before: undefined }, isLast: false };
    }
    seq = at;
    if (!isTold) continue;
    changes.push(change);
    if (item !== undefined && item.createdSeq > from.base) told.add(item.createdSeq);
  }
  return { changes, next: { seq, base: seq, told: [], before: undefined }, isLast: true };
}

interface Step {
  readonly at: number;
  readonly item: Item | undefined;
  readonly grave: Tombstone | undefined;
}

/** What changed and what went away after `seq`, in the order it happened. */
function* inOrder(folder: Folder, seq: number): Generator<Step> {
  const items = folder.byChange.above(seq);
  const graves = folder.gone.above(seq);
  let item = items.next();
  let grave = graves.next();
  while (!item.done || !grave.done) {
    if (!item.done && (grave.done || item.value.changedSeq < grave.value.seq)) {
      yield { at: item.value.changedSeq, item: item.value, grave: undefined };
      item = items.next();
    } else if (!grave.done) {
      yield { at: grave.value.seq, item: undefined, grave: grave.value };
      grave = graves.next();
    }
  }
}

function buried(grave: Tombstone | undefined, isKnown: (createdSeq: number) => boolean): FolderChange | undefined {
  return grave !== undefined && isKnown(grave.createdSeq) ? { kind: 'Delete', itemId: grave.itemId } : undefined;
}

function changed(item: Item, seq: number, isKnown: (createdSeq: number) => boolean): FolderChange {
  if (!isKnown(item.createdSeq)) return { kind: 'Create', item };
  return { kind: item.contentSeq > seq ? 'Update' : 'ReadFlagChange', item };
}

import type { ActHead, ActMarks } from '../../contracts/act-item.ts';
import type { MatchingRecord } from './act-filters.ts';
import type { ActType } from './act-type.ts';
import { followMoved, isGone } from './follow-moved.ts';
import { isLive, type Link, LinkState } from './link.ts';
import type { ItemChange, RecordChange } from './plan.ts';
import type { Listing } from './read-listing.ts';

/** A record and an item that belong together, and what became of each. */
export interface Pair {
  readonly link: Link | undefined;
  readonly type: ActType | undefined;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly head: ActHead | undefined;
  /** `absent`: linked, and the filters do not let it through; why is asked next. */
  readonly record: RecordChange | 'absent';
  readonly item: ItemChange;
}

/** What both sides look like. */
export interface Sight {
  readonly organizationId: string;
  readonly links: readonly Link[];
  readonly listing: Listing;
  /** Records that the filters let through. */
  readonly matching: ReadonlyMap<string, MatchingRecord & { readonly type: ActType }>;
  readonly typeOf: (objectTypeCode: number | null) => ActType | undefined;
  readonly now: Date;
  /** ST-56: copies that users make of linked items are left alone, tracked or not. */
  readonly ignoresCopies: boolean;
  /** Records that were over before and have no item yet are left alone; undefined leaves none. */
  readonly startsFrom: Date | undefined;
}

/** Pairs to decide about, and links of which nothing is left. */
export interface Paired {
  readonly pairs: readonly Pair[];
  readonly stale: readonly Link[];
  /** Links that no longer wait for anything: their item is gone for good. */
  readonly ended: readonly Link[];
  /** Links that have another item now. */
  readonly moved: readonly Link[];
}

/** AC-04 */
export const isTracked = (marks: ActMarks): boolean => marks.byApp ?? marks.byCategory ?? false;

/** AC-14: the user took the mark away, or said so in the app. */
export function isUntracked(link: Link, marks: ActMarks): boolean {
  return marks.byApp === false || (link.isMarked && marks.byCategory === false && marks.byApp !== true);
}

/** Finds the pairs to which something happened (AC-02, AC-04, AC-08, AC-14, AC-20, AA-44). Pure. */
export function pairUp(given: Sight): Paired {
  const { links, moved } = followMoved(given);
  const sight: Sight = { ...given, links };
  const pairs: Pair[] = [];
  const stale: Link[] = [];
  const ended: Link[] = [];
  for (const link of sight.links) {
    const outcome = isLive(link) ? livePair(link, sight) : deadPair(link, sight);
    if (outcome === 'stale') stale.push(link);
    else if (outcome === 'ended') ended.push(link);
    else if (outcome !== undefined) pairs.push(outcome);
  }
  return { pairs: [...pairs, ...newPairs(sight)], stale, ended, moved };
}

const headOf = (link: Link, { listing }: Sight): ActHead | undefined =>
  link.itemId === null ? undefined : listing.changed.get(link.itemId);

function pairOf(link: Link, sight: Sight, record: Pair['record'], item: ItemChange): Pair {
  const type = sight.typeOf(link.objectTypeCode);
  return { link, type, recordId: link.recordId, itemId: link.itemId, head: headOf(link, sight), record, item };
}

function livePair(link: Link, sight: Sight): Pair | undefined {
  const isGoneNow = isGone(link, sight.listing);
  if (link.nextTryOn !== null && link.nextTryOn.getTime() > sight.now.getTime() && !isGoneNow) return undefined;
  const match = sight.matching.get(link.recordId ?? '');
  const isKnown = match !== undefined && link.version === match.version;
  const record = match === undefined ? 'absent' : isKnown ? 'same' : 'changed';
  const item = itemChange(link, headOf(link, sight), isGoneNow);
  // Our own deletion arrived: nobody else's wish is in it (AC-08).
  if (link.state === LinkState.deleting && item === 'deleted')
    return pairOf(link, sight, record === 'absent' ? 'deleted' : 'new', 'deleted');
  // An answer to a meeting is on its way: the item is read, so that it is not given twice.
  const isAnswered = link.response !== null && item === 'same';
  if (isAnswered) return pairOf(link, sight, record, 'changed');
  return record === 'same' && item === 'same' ? undefined : pairOf(link, sight, record, item);
}

function itemChange(link: Link, head: ActHead | undefined, isGoneNow: boolean): ItemChange {
  if (link.itemId === null) return 'none';
  if (isGoneNow) return 'deleted';
  if (head !== undefined && isUntracked(link, head.marks)) return 'untracked';
  const isKnown = link.changeKey !== null && link.retries === 0 && (link.isCovered || head !== undefined);
  return isKnown && (head === undefined || head.changeKey === link.changeKey) ? 'same' : 'changed';
}

function deadPair(link: Link, sight: Sight): Pair | 'stale' | 'ended' | undefined {
  const head = headOf(link, sight);
  const isGoneNow = isGone(link, sight.listing);
  const matches = sight.matching.has(link.recordId ?? '');
  switch (link.state) {
    case LinkState.leftFilter:
      if (matches) return pairOf(link, sight, 'new', isGoneNow || link.itemId === null ? 'none' : 'changed');
      return isGoneNow ? 'stale' : undefined;
    case LinkState.untracked:
      if (isGoneNow) return 'ended';
      // AC-15: tracked anew, the old record is found by its link.
      if (head !== undefined && isTracked(head.marks))
        return pairOf(link, sight, matches ? 'changed' : 'absent', 'new');
      return undefined;
    case LinkState.recordGone:
      return isGoneNow || (head !== undefined && !isTracked(head.marks)) ? 'stale' : undefined;
    case LinkState.awaited:
      if (!matches) return 'stale';
      return (link.nextTryOn?.getTime() ?? 0) <= sight.now.getTime() ? pairOf(link, sight, 'new', 'none') : undefined;
    case LinkState.notTaken:
      if (isGoneNow) return 'stale';
      if (head !== undefined) return isTracked(head.marks) ? pairOf(link, sight, 'none', 'new') : 'stale';
      // AC-18: tried again when it is due; whether it still is tracked is seen once it is read.
      return (link.nextTryOn?.getTime() ?? 0) <= sight.now.getTime() ? pairOf(link, sight, 'none', 'new') : undefined;
    default:
      return undefined;
  }
}

const isBefore = (endsOn: Date, start: Date | undefined): boolean =>
  start !== undefined && endsOn.getTime() < start.getTime();

function newPairs(sight: Sight): readonly Pair[] {
  const { changed } = sight.listing;
  // Most passes hear of no item: the thousand there are need not be looked through then.
  const linkedItems = new Set(changed.size === 0 ? [] : sight.links.map(({ itemId }) => itemId));
  const linkedRecords = new Set(sight.links.map(({ recordId }) => recordId));
  const adopted = new Map<string, ActHead>();
  const pairs: Pair[] = [];
  for (const head of changed.values()) {
    if (linkedItems.has(head.id)) continue;
    const recordId = head.stamp?.organizationId === sight.organizationId ? head.stamp.recordId : undefined;
    const isCopy = recordId !== undefined && (linkedRecords.has(recordId) || adopted.has(recordId));
    // AC-20: a copy of a linked item carries its record and is nobody's business, unless ST-56 says otherwise.
    if (isCopy && sight.ignoresCopies) continue;
    if (!isCopy && recordId !== undefined && sight.matching.has(recordId)) adopted.set(recordId, head);
    else if (isTracked(head.marks))
      pairs.push({
        link: undefined,
        type: undefined,
        recordId: null,
        itemId: head.id,
        head,
        record: 'none',
        item: 'new',
      });
  }
  for (const [recordId, { type, endsOn }] of sight.matching) {
    if (linkedRecords.has(recordId)) continue;
    const head = adopted.get(recordId);
    if (head === undefined && endsOn !== undefined && isBefore(endsOn, sight.startsFrom)) continue;
    const item = head === undefined ? 'none' : 'new';
    pairs.push({ link: undefined, type, recordId, itemId: head?.id ?? null, head, record: 'new', item });
  }
  return pairs;
}

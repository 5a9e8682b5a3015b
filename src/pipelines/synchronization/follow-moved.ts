import type { ActHead } from '../../contracts/act-item.ts';
import { type Link, LinkState } from './link.ts';
import type { Listing } from './read-listing.ts';

/** Links as they stand after items were moved, and those of them that have another item now. */
export interface Followed {
  readonly links: readonly Link[];
  readonly moved: readonly Link[];
}

/** What is known of the links of a folder and of what happened there. */
export interface FolderSight {
  readonly organizationId: string;
  readonly links: readonly Link[];
  readonly listing: Listing;
}

/** True when a listing says that a link's item is no longer in the folder. */
export const isGone = (link: Link, listing: Listing): boolean =>
  link.itemId !== null &&
  (listing.deleted.has(link.itemId) || (listing.isComplete && !listing.changed.has(link.itemId)));

/** True where the listing would name a link's item if it still were there: what came and went since a cursor is not told as deleted. */
const isUnseen = (link: Link, { changed }: Listing): boolean =>
  link.itemId !== null && !link.isCovered && !changed.has(link.itemId);

/**
 * Finds the items that left their folder and came back (AA-44): the server tells the old id as deleted and lists the item under another
 * one, with our stamp (AC-21). They keep their link, for nobody deleted anything. A copy of an item that still is there is none (AC-20). Pure.
 */
export function followMoved({ organizationId, links, listing }: FolderSight): Followed {
  const stamped = stampedHeads(organizationId, links, listing);
  if (stamped.size === 0) return { links, moved: [] };
  const moved: Link[] = [];
  const all = links.map((link): Link => {
    const isDeleted = link.state === LinkState.deletedThere;
    const isLost = isDeleted || isGone(link, listing) || isUnseen(link, listing);
    const head = isLost ? stamped.get(link.recordId ?? '') : undefined;
    if (head === undefined) return link;
    stamped.delete(link.recordId ?? '');
    const followed: Link = {
      ...link,
      itemId: head.id,
      changeKey: null,
      // Told as deleted in a cycle before: whether it is tied again is its user's wish (AC-15).
      ...(isDeleted ? { state: LinkState.untracked } : {}),
    };
    moved.push(followed);
    return followed;
  });
  return { links: all, moved };
}

/** Items that no link names, by the record they bear; of several the first. */
function stampedHeads(organizationId: string, links: readonly Link[], { changed }: Listing): Map<string, ActHead> {
  const heads = new Map<string, ActHead>();
  // Most passes hear of no item: the thousand there are need not be looked through then.
  const linked = new Set(changed.size === 0 ? [] : links.map(({ itemId }) => itemId));
  for (const head of changed.values()) {
    const { stamp } = head;
    if (stamp?.organizationId !== organizationId || linked.has(head.id) || heads.has(stamp.recordId)) continue;
    heads.set(stamp.recordId, head);
  }
  return heads;
}

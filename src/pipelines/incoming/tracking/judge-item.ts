import type { FolderItem } from '../../../contracts/folder-tracker.ts';

/** What is known about an item of a tracked folder. */
export interface ItemFacts {
  readonly item: Pick<FolderItem, 'isMail' | 'receivedOn' | 'modifiedOn'>;
  /** True when it was dealt with in this folder before. */
  readonly isKnown: boolean;
  /** True while what lay in the folder before the rule is looked through (FT-20). */
  readonly isOnboarding: boolean;
  /** Start date of the mailbox. */
  readonly startOn: Date;
}

/** `take`: it is to be tracked; `known`: it was; `old`: it lay there and did not change since before the start date; `other`: no mail. */
export type ItemVerdict = 'take' | 'known' | 'old' | 'other';

/**
 * What an item of a tracked folder comes to. What lay in the folder before is taken when it changed on or after the start date
 * (FT-20); what somebody puts there later is taken whatever its dates (FT-07). Pure.
 */
export function judgeItem({ item, isKnown, isOnboarding, startOn }: ItemFacts): ItemVerdict {
  if (isKnown) return 'known';
  if (!item.isMail) return 'other';
  const changedOn = item.modifiedOn ?? item.receivedOn;
  if (isOnboarding && changedOn !== undefined && changedOn.getTime() < startOn.getTime()) return 'old';
  return 'take';
}

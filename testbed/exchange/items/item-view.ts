import type { Account } from '../store/account.ts';
import type { Item } from '../store/item.ts';
import type { World } from '../store/world.ts';

/** What decides how an item is shown. */
export interface ItemView {
  readonly world: World;
  /** Whose mailbox the item lies in. */
  readonly account: Account;
  /** Who asks. */
  readonly reader: Account;
  readonly bodyType: 'Best' | 'HTML' | 'Text';
  /** The item's message, when it was asked for. */
  readonly mime?: Buffer;
}

/** Gives one property of an item; undefined when it has none. */
export type PropertyReader<Result> = (item: Item, view: ItemView) => Result | undefined;

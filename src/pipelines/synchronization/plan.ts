/**
 * What became of the record since both sides last agreed. `left`: it exists and no longer fits the user's filters (AC-11);
 * `none`: there is no record to this item.
 */
export type RecordChange = 'none' | 'new' | 'same' | 'changed' | 'left' | 'deleted';

/** What became of the item. `new`: tracked and not linked yet (AC-04); `none`: there is no item to this record. */
export type ItemChange = 'none' | 'new' | 'same' | 'changed' | 'untracked' | 'deleted';

/** What is done about a pair. */
export type ActionKind =
  | 'nothing'
  /** Made there from the record. */
  | 'createItem'
  /** Made here from the item. */
  | 'createRecord'
  /** Brought together, field by field. */
  | 'merge'
  /** Deleted there if the table's rules let it; else unlinked (AC-12). */
  | 'removeItem'
  /** Deleted here if the table's rules let it; else unlinked (AA-39, CC-04, TK-11). */
  | 'removeRecord'
  /** The record was deleted there and changed here: deleted here if the rules let it, else made there again (AC-10). */
  | 'removeOrRestore'
  /** Both stay, the tie is cut (AC-14). */
  | 'unlink'
  /** Nothing is left to tie. */
  | 'forget';

/**
 * The decision about every pair of changes (AC-02, AC-05, AC-07, AC-10 to AC-14). Every cell is present, which the compiler checks.
 * A user's untracking beats any change, for it is the wish that both stay as they are.
 */
export const decisions: Readonly<Record<RecordChange, Readonly<Record<ItemChange, ActionKind>>>> = {
  none: {
    none: 'forget',
    new: 'createRecord',
    same: 'forget',
    changed: 'forget',
    untracked: 'forget',
    deleted: 'forget',
  },
  new: {
    none: 'createItem',
    new: 'merge',
    same: 'merge',
    changed: 'merge',
    untracked: 'nothing',
    deleted: 'createItem',
  },
  same: {
    none: 'createItem',
    new: 'merge',
    same: 'nothing',
    changed: 'merge',
    untracked: 'unlink',
    deleted: 'removeRecord',
  },
  changed: {
    none: 'createItem',
    new: 'merge',
    same: 'merge',
    changed: 'merge',
    untracked: 'unlink',
    deleted: 'removeOrRestore',
  },
  left: {
    none: 'forget',
    new: 'merge',
    same: 'removeItem',
    changed: 'removeItem',
    untracked: 'unlink',
    deleted: 'unlink',
  },
  deleted: {
    none: 'forget',
    new: 'createRecord',
    same: 'removeItem',
    changed: 'removeItem',
    untracked: 'forget',
    deleted: 'forget',
  },
};

/** What is done about a pair. Pure. */
export function planAction(record: RecordChange, item: ItemChange): ActionKind {
  return decisions[record][item];
}

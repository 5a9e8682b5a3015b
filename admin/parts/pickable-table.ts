import type { ShownTable } from '../api/entity-sets.ts';

/** A table that records are chosen from. */
export interface PickableTable {
  readonly table: ShownTable;
  readonly label: string;
  readonly nameColumn: string;
  /** A further column that is searched, and tells records of one name apart. */
  readonly hintColumn: string;
  readonly filter?: string;
  /** The table has a search index: words are found by their beginning, in a table of any size. */
  readonly isIndexed?: boolean;
}

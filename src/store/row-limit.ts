import type { RightName } from '../tables/access-right.ts';
import type { TableName } from '../tables/catalog.ts';

/** One way in which a row may be open to a reader. */
export type RowTest =
  /** The column (a GUID or a lookup) names one of these. */
  | { readonly column: string; readonly ids: readonly string[] }
  /** The column holds anything but this number. */
  | { readonly column: string; readonly not: number }
  /** A row of the queue's members names the row and one of these. */
  | { readonly memberAmong: readonly string[] }
  /** The row is shared with one of these users and teams, with this right. */
  | { readonly sharedWith: readonly string[]; readonly right: RightName }
  /** The activity has this user among its parties. */
  | { readonly partyIs: string }
  /** The row of `table` that the column names is open to the reader. */
  | { readonly parent: string; readonly table: TableName };

/** Rows of one table that are open: those that pass any of the tests; none when there is no test. */
export interface RowLimit {
  readonly anyOf: readonly RowTest[];
}

/** What one reader may see: for every table the limit of its rows, undefined for all of them. Throws 80040220 for a table that is closed to the reader. */
export type RowLimits = (table: TableName) => RowLimit | undefined;

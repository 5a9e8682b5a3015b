import type { ColumnName, RecordOf, TableName } from '../tables/catalog.ts';

/** A scalar a condition compares with; dates are instants. */
export type ConditionValue = string | number | bigint | boolean | Date | null;

/** What a condition may ask of a column. Text comparison ignores case, as Dataverse does. */
export type ConditionOperator =
  | 'eq'
  | 'ne'
  | 'gt'
  | 'ge'
  | 'lt'
  | 'le'
  | 'in'
  | 'notIn'
  | 'null'
  | 'notNull'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  /** A pattern of `%`, `_` and `[a-c]`, as SQL Server reads it. */
  | 'like';

/** One comparison; `value` is an array for `in` and `notIn`, absent for `null` and `notNull`. Lookups compare by id. */
export interface Condition {
  readonly column: string;
  readonly operator: ConditionOperator;
  readonly value?: ConditionValue | readonly ConditionValue[];
  /** Which joined table is asked, by its alias in a fetch; the row itself when absent. */
  readonly of?: string;
  /** Compares with this column of the same row instead of a value (`eq` to `le` only). */
  readonly otherColumn?: string;
  /** Alias of the joined table that has `otherColumn`; the row itself when absent. */
  readonly otherOf?: string;
}

/** A place in the tree that a table's lookup to itself makes. */
export interface Hierarchy {
  /** Column that must name a row of the tree: the primary id or a lookup. */
  readonly column: string;
  readonly of?: string;
  readonly table: TableName;
  /** Lookup to the parent row. */
  readonly parent: string;
  readonly direction: 'under' | 'above';
  /** The row below or above which it must be. */
  readonly id: string;
  /** That row counts too. */
  readonly withSelf: boolean;
}

/** Rows of another table (or of this one) that belong to a row: those whose `from` equals the row's `to`. */
export interface Related {
  readonly table: TableName;
  /** Column of the related table. */
  readonly from: string;
  /** Column of the row asked about. A lookup to several tables matches only rows of the table it names. */
  readonly to: string;
  /** Alias of the joined table that has `to`; the row itself when absent. */
  readonly of?: string;
  /** What the related row must fulfil. */
  readonly filter?: Filter;
}

/** Words to be found: a word's beginning or the words of a phrase in a row. */
export type SearchTerms =
  | { readonly words: string }
  | { readonly all: readonly SearchTerms[] }
  | { readonly any: readonly SearchTerms[] }
  | { readonly none: SearchTerms };

/** A tree of conditions; with SQL's three-valued logic at the leaves. */
export type Filter =
  | Condition
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  /** True when there is at least one such related row. */
  | { readonly exists: Related }
  /** True when the texts of the table's search index hold these words. `indexed`, which they imply, is what the index is asked for (default all of them). */
  | { readonly search: SearchTerms; readonly indexed?: SearchTerms }
  /** True when the column names a row at that place of a tree. */
  | { readonly hierarchy: Hierarchy };

export interface SortOrder {
  readonly column: string;
  readonly descending?: boolean;
  /** The way to the row that has the column, over lookups; the row itself when absent. */
  readonly via?: readonly Related[];
}

/** A question about one table. The primary id is always the last sort key, so paging is stable. */
export interface Query<N extends TableName = TableName> {
  readonly table: N;
  /** Columns wanted; all readable ones when absent. The primary id always comes along. */
  readonly columns?: readonly ColumnName<N>[];
  readonly filter?: Filter;
  readonly orderBy?: readonly SortOrder[];
  /** Rows of this page, at most 5,000 (default 5,000). */
  readonly limit?: number;
  /** Continuation from the page before. */
  readonly after?: string;
  /** Ask for the number of all matches, cut at 5,000 as Dataverse does. */
  readonly withCount?: boolean;
  /** Take row locks (`for update`), leaving out rows that others hold when `skipLocked`. Inside a transaction only. */
  readonly lock?: 'wait' | 'skipLocked';
}

export interface QueryPage<N extends TableName> {
  readonly rows: readonly RecordOf<N>[];
  /** Present when there are more rows. */
  readonly next?: string;
  readonly count?: number;
}

export interface WriteOptions {
  /** Row version the caller has seen; a different one throws conflict 80060882 (HTTP 412). */
  readonly ifMatch?: bigint;
}

/** What is to become of one row. */
export interface RowChange<N extends TableName> {
  readonly id: string;
  readonly values: RecordOf<N>;
}

/** A row of a table that changed, or the id of one that went. */
export type Change<N extends TableName> =
  | { readonly kind: 'upsert'; readonly id: string; readonly row: RecordOf<N> }
  | { readonly kind: 'delete'; readonly id: string };

/** Rows in, rows out: the tables as one interface; rules/ruled-store wraps it for callers' writes. */
export interface RecordStore {
  /** The row, or undefined. */
  retrieve<N extends TableName>(
    table: N,
    id: string,
    columns?: readonly ColumnName<N>[],
  ): Promise<RecordOf<N> | undefined>;
  retrieveMultiple<N extends TableName>(query: Query<N>): Promise<QueryPage<N>>;
  /** Number of matches, exact up to `most`, which stands for any greater number. */
  count<N extends TableName>(table: N, filter?: Filter, most?: number): Promise<number>;
  /** Creates a row with defaults filled in; PartyList columns become activityparty rows. Returns the id (given or new). Throws 80040237 on a duplicate key. */
  create<N extends TableName>(table: N, values: RecordOf<N>): Promise<string>;
  /** Creates many rows in one statement; rows hitting a unique key are left out when `onConflict` is `skip`. Returns for each row whether it was made. Party lists become activityparty rows, in a statement of their own; with `skip` they are refused. */
  createMany<N extends TableName>(
    table: N,
    rows: readonly RecordOf<N>[],
    options?: { readonly onConflict?: 'skip' | 'throw' },
  ): Promise<readonly boolean[]>;
  /** Checks and encodes rows that `createMany` of the same store will be given later as the same array, which spares that work there. Throws as `createMany`. */
  prepareMany<N extends TableName>(table: N, rows: readonly RecordOf<N>[]): void;
  /** Changes a row; PartyList columns given replace that party list. Returns the new row version. Throws notFound 80040217. */
  update<N extends TableName>(table: N, id: string, values: RecordOf<N>, options?: WriteOptions): Promise<bigint>;
  /** Changes every match; returns how many. */
  updateWhere<N extends TableName>(table: N, filter: Filter, values: RecordOf<N>): Promise<number>;
  /** Changes many rows, each to values of its own, in one statement for each set of columns; returns how many were there. For the engine's batches: owners, secrets and party lists are not taken. */
  updateMany<N extends TableName>(table: N, rows: readonly RowChange<N>[]): Promise<number>;
  /** Deletes a row and what belongs to it; leaves a tombstone for the change feed. */
  delete<N extends TableName>(table: N, id: string, options?: WriteOptions): Promise<void>;
  /** Changes after `cursor` (null: everything), in commit-safe order, at most `limit`; returns the next cursor. */
  changesSince<N extends TableName>(
    table: N,
    cursor: string | null,
    limit: number,
  ): Promise<{ readonly changes: readonly Change<N>[]; readonly cursor: string; readonly more: boolean }>;
  /** The same store writing as another user (createdby, modifiedby), in whose name `onBehalfBy` acts: createdonbehalfby, modifiedonbehalfby; null for nobody, left alone when absent. */
  as(systemuserid: string, onBehalfBy?: string | null): RecordStore;
}

/** The reading half of the record store. */
export type RecordReads = Omit<
  RecordStore,
  'create' | 'createMany' | 'prepareMany' | 'update' | 'updateMany' | 'updateWhere' | 'delete' | 'as'
>;

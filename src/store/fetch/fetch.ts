import type { TableName } from '../../tables/catalog.ts';
import type { Filter } from '../record-store.ts';

/** How values are drawn together over the rows of a group. */
export type Aggregate = 'count' | 'countcolumn' | 'sum' | 'avg' | 'min' | 'max';

/** The part of a date by which rows are grouped. */
export type DateGrouping = 'day' | 'week' | 'month' | 'quarter' | 'year' | 'fiscal-period' | 'fiscal-year';

/** One output of a fetch. */
export interface FetchAttribute {
  readonly column: string;
  /** Name of the output; in an aggregated fetch of every one. */
  readonly alias?: string;
  readonly aggregate?: Aggregate;
  /** Counts each value once. */
  readonly distinct?: boolean;
  readonly groupBy?: boolean;
  readonly dateGrouping?: DateGrouping;
}

/** A sort key: a column of the entity (or of a joined one), or an output by its alias. */
export interface FetchOrder {
  readonly column?: string;
  readonly of?: string;
  readonly alias?: string;
  readonly descending: boolean;
}

/** A table with what is asked of it. */
export interface FetchEntity {
  readonly table: TableName;
  /** Name under which conditions and outputs mean it; unique in the fetch. */
  readonly alias: string;
  readonly attributes: readonly FetchAttribute[];
  readonly filter?: Filter;
  readonly orders: readonly FetchOrder[];
  readonly links: readonly FetchLink[];
}

/** A joined table: rows whose `from` equals the parent's `to`. `first` joins one of them at most, and drops parents without. */
export interface FetchLink extends FetchEntity {
  readonly from: string;
  readonly to: string;
  readonly kind: 'inner' | 'outer' | 'first';
}

/** A question over several tables, as FetchXML puts it, its conditions bound to the asker. */
export interface Fetch {
  readonly entity: FetchEntity;
  readonly aggregate: boolean;
  readonly distinct: boolean;
  /** Most rows in all. */
  readonly top?: number;
  /** Rows of a page, at most 5,000 (default 5,000). */
  readonly count?: number;
  /** Number of the page, from 1; pages before it are skipped unless `after` says where it begins. */
  readonly page?: number;
  /** Continuation from the page before. */
  readonly after?: string;
  /** Ask for the number of all matches, cut at 5,000. */
  readonly withCount: boolean;
  /** IANA zone in which dates are grouped. */
  readonly timeZone: string;
}

/** Rows by output: alias, column for the entity's own, `alias.column` for those of joined tables. */
export interface FetchPage {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Continuation, present when there are more rows. */
  readonly next?: string;
  readonly count?: number;
}

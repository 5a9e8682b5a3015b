import { refusedValue } from './refused-value.ts';
import type { RowLimits } from './row-limit.ts';
import type { TableLayout } from './table-layout.ts';

/** Parameters of a statement under construction. */
export interface Parameters {
  readonly values: unknown[];
  /** Adds a value and returns its `$n`. */
  add(value: unknown): string;
  /** What the reader may see; sourceSql puts it into every table that the statement reads. */
  readonly limits?: RowLimits | undefined;
}

/** An empty list of parameters, for a statement of one reader. */
export function createParameters(limits?: RowLimits): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}`, limits };
}

/** Rows of a table as an expression names them; `qualifier` goes before column names, dot included. */
export interface RowSource {
  readonly layout: TableLayout;
  readonly qualifier: string;
}

/** What a filter may speak of while its SQL is made. */
export interface FilterScope extends RowSource {
  readonly parameters: Parameters;
  /** Joined tables by alias. */
  readonly joined?: ReadonlyMap<string, RowSource>;
  /** How many `exists` stand around this. */
  readonly depth: number;
}

/** The rows that an alias of a condition names. Throws 80040203 for one that is not joined. */
export function sourceOf(scope: FilterScope, alias: string | undefined): RowSource {
  if (alias === undefined) return scope;
  const source = scope.joined?.get(alias);
  if (source === undefined) throw refusedValue('80040203', alias, '*', 'is asked about and no such table is joined.');
  return source;
}

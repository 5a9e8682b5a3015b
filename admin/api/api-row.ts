import type { ColumnName, catalog, TableName } from '../../src/tables/catalog.ts';

type Columns<N extends TableName> = (typeof catalog)[N]['columns'];
type LookupType = 'Lookup' | 'Customer' | 'Owner';
type TypeOf<C> = C extends { readonly type: infer T } ? T : never;

/** A column as the Web API's JSON names it: lookups read as `_name_value`. */
type JsonName<N extends TableName, K extends ColumnName<N>> =
  TypeOf<Columns<N>[K]> extends LookupType ? `_${K}_value` : K;

type JsonValue<T> = T extends 'Integer' | 'Decimal' | 'Double' | 'Money' | 'Picklist' | 'State' | 'Status' | 'BigInt'
  ? number
  : T extends 'Boolean'
    ? boolean
    : string;

/** A row as the Web API answers it; only what was asked for is there. Dates are ISO texts. */
export type ApiRow<N extends TableName> = {
  readonly [K in ColumnName<N> as JsonName<N, K>]?: JsonValue<TypeOf<Columns<N>[K]>> | null;
} & { readonly '@odata.etag'?: string };

/** Name of a column of a table as `$select` takes it. */
export type SelectName<N extends TableName> = Exclude<Extract<keyof ApiRow<N>, string>, '@odata.etag'>;

export type { TableName } from '../../src/tables/catalog.ts';

const formatted = '@OData.Community.Display.V1.FormattedValue';

/** The label of a choice, a lookup or a date of a row, in the user's words; empty when the column is empty. */
export function labelOf(row: object, column: string): string {
  const value = (row as Readonly<Record<string, unknown>>)[`${column}${formatted}`];
  return typeof value === 'string' ? value : '';
}

/** Logical name of the table that a lookup of a row points into. */
export function lookupTable(row: object, column: string): string | undefined {
  const value = (row as Readonly<Record<string, unknown>>)[`${column}@Microsoft.Dynamics.CRM.lookuplogicalname`];
  return typeof value === 'string' ? value : undefined;
}

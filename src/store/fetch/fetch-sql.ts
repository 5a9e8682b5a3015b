import { createParameters, type FilterScope, type Parameters, type RowSource } from '../filter-scope.ts';
import { scopedFilterSql } from '../filter-sql.ts';
import { comparedColumn, joinSql } from '../join-sql.ts';
import { readPagingToken, writePagingToken } from '../paging-token.ts';
import { afterSql, mostRows, orderBySql, type SortKey, type Statement } from '../query-sql.ts';
import type { Filter } from '../record-store.ts';
import { refusedValue } from '../refused-value.ts';
import type { RowLimits } from '../row-limit.ts';
import { joinedSourceSql, sourceSql } from '../row-limit-sql.ts';
import { layoutOf, quoted } from '../table-layout.ts';
import type { Fetch, FetchEntity, FetchLink, FetchOrder } from './fetch.ts';
import { type FetchOutput, fetchOutputs } from './fetch-outputs.ts';
import { outputKeySql, outputSql, type TypedSql } from './output-sql.ts';

/** A statement of one page of a fetch with what is needed to read its rows. */
export interface FetchStatement extends Statement {
  readonly limit: number;
  decode(row: readonly unknown[]): Readonly<Record<string, unknown>>;
  /** The continuation after a row of the result. */
  tokenAfter(row: readonly unknown[]): string;
}

interface Parts {
  readonly outputs: readonly { readonly output: FetchOutput; readonly values: readonly TypedSql[] }[];
  readonly keys: readonly (TypedSql & { readonly descending: boolean; readonly nullable: boolean })[];
  /** From `from` on, without order. */
  readonly body: string;
  readonly parameters: Parameters;
}

/** The statement of one page: an inner question gives outputs and sort keys, the outer one orders and cuts. Ties are broken by the ids of all joined rows, or by all outputs of rows drawn together. Throws item 80041103 or 80040203. */
export function fetchSql(fetch: Fetch, limits?: RowLimits): FetchStatement {
  const { outputs, keys, body, parameters } = buildParts(fetch, limits);
  const columns = outputs.flatMap(({ values }) => values).map(({ sql }, index) => `${sql} as o${index}`);
  const sortColumns = keys.map(({ sql }, index) => `${sql} as k${index}`);
  const width = columns.length;
  const sortKeys: SortKey[] = keys.map((key, index) => ({ ...key, expression: `d.k${index}` }));
  const after = fetch.after === undefined ? undefined : readPagingToken(fetch.after, sortKeys.length);
  const where = after === undefined ? '' : ` where ${afterSql(sortKeys, after, parameters)}`;
  const limit = Math.min(fetch.top ?? mostRows, fetch.count ?? mostRows, mostRows);
  const skipped = after === undefined && fetch.page !== undefined ? (fetch.page - 1) * limit : 0;
  const inner = `select ${fetch.distinct ? 'distinct ' : ''}${[...columns, ...sortColumns].join(', ')} ${body}`;
  const shown = [...columns.map((_, index) => `d.o${index}`), ...sortColumns.map((_, index) => `d.k${index}::text`)];
  return {
    text: `select ${shown.join(', ')} from (${inner}) d${where} ${sortKeys.length === 0 ? '' : `order by ${orderBySql(sortKeys)} `}limit ${limit + 1}${skipped > 0 ? ` offset ${skipped}` : ''}`,
    values: parameters.values,
    limit,
    decode: (row) => decodeRow(outputs, row),
    tokenAfter: (row) => writePagingToken(row.slice(width) as (string | null)[]),
  };
}

/** The statement that counts the rows of a fetch, at most `most`. */
export function fetchCountSql(fetch: Fetch, most: number, limits?: RowLimits): Statement {
  const { outputs, body, parameters } = buildParts(fetch, limits);
  const columns = outputs.flatMap(({ values }) => values).map(({ sql }, index) => `${sql} as o${index}`);
  const drawn = fetch.aggregate ? `select ${columns.join(', ')} ${body}` : `select 1 ${body}`;
  const rows = fetch.distinct ? `select distinct ${columns.join(', ')} ${body}` : drawn;
  return {
    text: `select count(*) from (${rows} limit ${parameters.add(most)}::integer) d`,
    values: parameters.values,
  };
}

function buildParts(fetch: Fetch, limits: RowLimits | undefined): Parts {
  const parameters = createParameters(limits);
  const sources = new Map<string, RowSource>();
  register(fetch.entity, sources);
  const rootAlias = fetch.entity.alias;
  const sourceOf = (alias: string): RowSource => {
    const source = sources.get(alias);
    if (source === undefined) throw refusedValue('80040203', alias, '*', 'is named and no such table is joined.');
    return source;
  };
  const scopeOf = (alias: string): FilterScope => ({ ...sourceOf(alias), parameters, joined: sources, depth: 0 });
  let zonePlaceholder: string | undefined;
  const zone = () => {
    zonePlaceholder ??= `${parameters.add(fetch.timeZone)}::text`;
    return zonePlaceholder;
  };
  const outputs = fetchOutputs(fetch).map((output) => ({
    output,
    values: outputSql(output, sourceOf(output.of), zone),
  }));
  const keys = sortKeysOf(fetch, outputs, sourceOf);
  const joins = fetch.entity.links.map((link) => linkSql(link, rootAlias, scopeOf)).join('');
  const { filter, table } = fetch.entity;
  const where = filter === undefined ? '' : ` where ${scopedFilterSql(scopeOf(rootAlias), filter)}`;
  const groups = outputs.flatMap(({ output, values }) =>
    (output.attribute.groupBy ? [groupKey(output, values, sourceOf)] : []).flat(),
  );
  const grouping = groups.length === 0 ? '' : ` group by ${groups.join(', ')}`;
  return {
    outputs,
    keys,
    body: `from ${sourceSql(layoutOf(table), parameters, aliasOf(sourceOf(rootAlias)))}${joins}${where}${grouping}`,
    parameters,
  };
}

/** Texts that differ in case alone make one group. */
function groupKey(
  output: FetchOutput,
  values: readonly TypedSql[],
  sourceOf: (alias: string) => RowSource,
): readonly string[] {
  const key = outputKeySql(output, sourceOf(output.of), values);
  const isFolded = key !== undefined && key.sql !== values[0]?.sql;
  return isFolded ? [key.sql] : values.map(({ sql }) => sql);
}

function register(entity: FetchEntity, sources: Map<string, RowSource>): void {
  if (sources.has(entity.alias)) throw refusedValue('80040203', entity.table, '*', 'is joined twice under one alias.');
  sources.set(entity.alias, { layout: layoutOf(entity.table), qualifier: `t${sources.size}.` });
  for (const link of entity.links) register(link, sources);
}

const aliasOf = (source: RowSource): string => source.qualifier.slice(0, -1);

function linkSql(link: FetchLink, parent: string, scopeOf: (alias: string) => FilterScope): string {
  const scope = scopeOf(link.alias);
  const rows = { ...scope, column: link.from };
  const seen = { ...scopeOf(parent), column: link.to };
  const on = joinSql(rows, seen);
  const nested = link.links.map((inner) => linkSql(inner, link.alias, scopeOf)).join('');
  const condition = conditionOf(scope, link.filter);
  const name = aliasOf(scope);
  const table = joinedSourceSql(rows, seen, scope.parameters);
  if (link.kind === 'first') {
    const order = scope.qualifier + quoted(scope.layout.definition.primaryId);
    return ` join lateral (select ${name}.* from ${table} where ${on}${condition} order by ${order} limit 1) ${name} on true${nested}`;
  }
  if (link.kind === 'inner') return ` join ${table} on ${on}${condition}${nested}`;
  // An inner join below an outer one restricts the joined rows, not the row they belong to.
  const joined = nested === '' ? table : `(${table}${nested})`;
  return ` left join ${joined} on ${on}${condition}`;
}

function conditionOf(scope: FilterScope, filter: Filter | undefined): string {
  return filter === undefined ? '' : ` and ${scopedFilterSql(scope, filter)}`;
}

function sortKeysOf(fetch: Fetch, outputs: Parts['outputs'], sourceOf: (alias: string) => RowSource): Parts['keys'] {
  const keys = new Map<string, Parts['keys'][number]>();
  const put = (key: TypedSql | undefined, descending: boolean, nullable: boolean): void => {
    if (key !== undefined && !keys.has(key.sql)) keys.set(key.sql, { ...key, descending, nullable });
  };
  for (const { order, alias } of ordersOf(fetch.entity)) {
    const output = order.alias === undefined ? undefined : outputs.find((one) => one.output.key === order.alias);
    if (output !== undefined) {
      put(outputKeySql(output.output, sourceOf(output.output.of), output.values), order.descending, true);
    } else if (order.column !== undefined) {
      const source = sourceOf(order.of ?? alias);
      const { expression, sqlType } = comparedColumn(source.layout, order.column, source.qualifier);
      put({ sql: expression, sqlType }, order.descending, true);
    }
  }
  if (fetch.aggregate || fetch.distinct) {
    for (const { output, values } of outputs) {
      if (fetch.aggregate && !output.attribute.groupBy) continue;
      for (const value of [outputKeySql(output, sourceOf(output.of), values), ...values])
        put(exact(value), false, true);
    }
    return [...keys.values()];
  }
  const descending = [...keys.values()].at(-1)?.descending ?? false;
  const ids = (entity: FetchEntity, nullable: boolean): void => {
    const source = sourceOf(entity.alias);
    const { expression, sqlType } = comparedColumn(source.layout, source.layout.definition.primaryId, source.qualifier);
    put({ sql: expression, sqlType }, descending, nullable);
    for (const link of entity.links) ids(link, nullable || link.kind === 'outer');
  };
  ids(fetch.entity, false);
  return [...keys.values()];
}

/** A value that can break ties; bytes cannot be sorted by. */
function exact(value: TypedSql | undefined): TypedSql | undefined {
  return value === undefined || value.sqlType === 'bytea' ? undefined : value;
}

function ordersOf(entity: FetchEntity): readonly { readonly order: FetchOrder; readonly alias: string }[] {
  return [...entity.orders.map((order) => ({ order, alias: entity.alias })), ...entity.links.flatMap(ordersOf)];
}

function decodeRow(outputs: Parts['outputs'], row: readonly unknown[]): Readonly<Record<string, unknown>> {
  let at = 0;
  const pairs = outputs.map(({ output, values }): [string, unknown] => {
    const value = row[at] ?? null;
    const table = values.length > 1 ? row[at + 1] : undefined;
    at += values.length;
    const { storage } = output.column;
    const isNumber = typeof value === 'bigint' && output.attribute.aggregate !== undefined;
    if (isNumber) return [output.key, Number(value)];
    const isReference = storage.kind === 'reference' && output.attribute.aggregate === undefined;
    if (!isReference || value === null) return [output.key, value];
    return [output.key, { table: table ?? storage.onlyTable, id: value }];
  });
  return Object.fromEntries(pairs);
}

import { conditionSql } from './condition-sql.ts';
import { type FilterScope, type Parameters, sourceOf } from './filter-scope.ts';
import { comparedColumn, joinSql } from './join-sql.ts';
import type { Filter, Hierarchy, Related } from './record-store.ts';
import { refusedValue } from './refused-value.ts';
import { joinedSourceSql, sourceSql } from './row-limit-sql.ts';
import { searchSql } from './search-sql.ts';
import { layoutOf, quoted, type TableLayout } from './table-layout.ts';

/** SQL for a filter over the rows of a table that no alias hides; every value becomes a parameter. Throws item 80041103 or 80040203. */
export function filterSql(layout: TableLayout, filter: Filter, parameters: Parameters): string {
  return scopedFilterSql({ layout, qualifier: `${quoted(layout.name)}.`, parameters, depth: 0 }, filter);
}

/** SQL for a filter over rows under an alias, with joined tables beside them. Throws as `filterSql`. */
export function scopedFilterSql(scope: FilterScope, filter: Filter): string {
  if ('and' in filter) return combined(scope, filter.and, ' and ', 'true');
  if ('or' in filter) return combined(scope, filter.or, ' or ', 'false');
  if ('not' in filter) return `not (${scopedFilterSql(scope, filter.not)})`;
  if ('exists' in filter) return existsSql(scope, filter.exists);
  if ('search' in filter) return searchSql(scope, filter.search, filter.indexed);
  if ('hierarchy' in filter) return hierarchySql(scope, filter.hierarchy);
  return conditionSql(scope, filter);
}

function combined(scope: FilterScope, parts: readonly Filter[], word: string, empty: string): string {
  if (parts.length === 0) return empty;
  return `(${parts.map((part) => scopedFilterSql(scope, part)).join(word)})`;
}

/** A subquery over the related table; each level has an alias of its own, since a table may relate to itself. */
function existsSql(scope: FilterScope, related: Related): string {
  const alias = `mr_r${scope.depth}`;
  const inner: FilterScope = {
    ...scope,
    layout: layoutOf(related.table),
    qualifier: `${alias}.`,
    depth: scope.depth + 1,
  };
  const rows = { ...inner, column: related.from };
  const seen = { ...sourceOf(scope, related.of), column: related.to };
  const source = joinedSourceSql(rows, seen, scope.parameters);
  const filter = related.filter === undefined ? '' : ` and ${scopedFilterSql(inner, related.filter)}`;
  return `exists (select 1 from ${source} where ${joinSql(rows, seen)}${filter})`;
}

/** A walk up or down the tree; `union` without `all` ends it where rows go round in a circle. */
function hierarchySql(scope: FilterScope, place: Hierarchy): string {
  const { layout, qualifier } = sourceOf(scope, place.of);
  const tree = layoutOf(place.table);
  const column = comparedColumn(layout, place.column, qualifier);
  if (column.sqlType !== 'uuid')
    throw refusedValue('80040203', layout.name, place.column, 'names no record of a tree.');
  const id = `p.${quoted(tree.definition.primaryId)}`;
  const parent = comparedColumn(tree, place.parent, 'p.').expression;
  const [to, from] = place.direction === 'under' ? [id, parent] : [parent, id];
  const start = `${scope.parameters.add(place.id)}::uuid`;
  const first = place.withSelf
    ? `select ${start}`
    : `select ${to} from ${sourceSql(tree, scope.parameters, 'p')} where ${from} = ${start}`;
  const next = `select ${to} from ${sourceSql(tree, scope.parameters, 'p')} join mr_tree on ${from} = mr_tree.id`;
  return `${column.expression} in (with recursive mr_tree (id) as (${first} union ${next}) select id from mr_tree)`;
}

import { AccessRight } from '../tables/access-right.ts';
import type { Parameters } from './filter-scope.ts';
import { unknownColumn } from './refused-value.ts';
import type { RowLimit, RowTest } from './row-limit.ts';
import { type ColumnLayout, layoutOf, quoted, type TableLayout } from './table-layout.ts';

/**
 * What stands for a table behind `from` or `join` in every statement that reads rows for somebody: the table itself, or the
 * rows of it that the reader's limits leave, under the same name or `alias`. Throws what the limits throw for a closed table.
 */
export function sourceSql(layout: TableLayout, parameters: Parameters, alias?: string): string {
  const limit = parameters.limits?.(layout.name);
  const name = quoted(layout.name);
  if (limit === undefined) return alias === undefined ? name : `${name} ${alias}`;
  return `(select * from ${name} mr_t where ${limitSql(layout, limit, parameters)}) ${alias ?? name}`;
}

/** Columns by which rows are found through an index or of which there are few: for these a union of small sets is the best plan, while units are better tested row by row. */
const indexed: ReadonlySet<string> = new Set(['ownerid', 'userid']);

function limitSql(layout: TableLayout, { anyOf }: RowLimit, parameters: Parameters): string {
  const [only, second] = anyOf;
  if (only === undefined) return 'false';
  if (second === undefined) return testSql(layout, only, parameters);
  const isUnion = anyOf.every((test) => !('column' in test) || ('ids' in test && indexed.has(test.column)));
  if (!isUnion) return rowTestSql(layout, { anyOf }, parameters);
  const id = quoted(layout.definition.primaryId);
  return `mr_t.${id} in (${anyOf.map((test) => idsSql(layout, test, parameters)).join(' union all ')})`;
}

/** A condition on the row `mr_t` that is true when it passes one of the tests. */
export function rowTestSql(layout: TableLayout, { anyOf }: RowLimit, parameters: Parameters): string {
  return `(${anyOf.map((test) => testSql(layout, test, parameters)).join(' or ')})`;
}

/** Physical columns of the row that the tests look at, beside its id. */
export function testedColumns(layout: TableLayout, { anyOf }: RowLimit): readonly string[] {
  return anyOf.flatMap((test) => {
    if ('column' in test) return [columnOf(layout, test.column).name];
    if (!('parent' in test)) return [];
    const { name, storage } = columnOf(layout, test.parent);
    return storage.kind === 'reference' && storage.tableColumn !== undefined ? [name, storage.tableColumn] : [name];
  });
}

/** A condition on the row `mr_t`. */
function testSql(layout: TableLayout, test: RowTest, parameters: Parameters): string {
  const id = `mr_t.${quoted(layout.definition.primaryId)}`;
  if ('not' in test)
    return `mr_t.${columnSql(layout, test.column)} is distinct from ${parameters.add(test.not)}::integer`;
  if ('column' in test) return `mr_t.${columnSql(layout, test.column)} = any(${idList(test.ids, parameters)})`;
  if ('parent' in test) {
    const column = columnOf(layout, test.parent);
    const parent = layoutOf(test.table);
    const source = sourceSql(parent, parameters, 'mr_p');
    return `exists (select 1 from ${source} where mr_p.${quoted(parent.definition.primaryId)} = mr_t.${quoted(column.name)}${guardSql(column, parent)})`;
  }
  return `exists (${idsSql(layout, test, parameters)} and ${idOf(test)} = ${id})`;
}

/** The id that a query of idsSql gives. */
function idOf(test: RowTest): string {
  if ('sharedWith' in test) return 'mr_s.objectid';
  return 'memberAmong' in test ? 'mr_m.mr_queueid' : 'mr_y.activityid';
}

/** A query of the ids of the rows that pass a test. */
function idsSql(layout: TableLayout, test: RowTest, parameters: Parameters): string {
  const table = quoted(layout.name);
  if ('sharedWith' in test) {
    const mask = '(coalesce(mr_s.accessrightsmask, 0) | coalesce(mr_s.inheritedaccessrightsmask, 0))';
    return `select mr_s.objectid from principalobjectaccess mr_s where mr_s.principalid = any(${idList(test.sharedWith, parameters)}) and ${mask} & ${AccessRight[test.right]} <> 0`;
  }
  if ('memberAmong' in test)
    return `select mr_m.mr_queueid from mr_queuemember mr_m where mr_m.mr_principalid = any(${idList(test.memberAmong, parameters)})`;
  if ('partyIs' in test)
    return `select mr_y.activityid from activityparty mr_y where mr_y.partyid = ${parameters.add(test.partyIs)}::uuid`;
  return `select mr_t.${quoted(layout.definition.primaryId)} from ${table} mr_t where ${testSql(layout, test, parameters)}`;
}

function idList(ids: readonly string[], parameters: Parameters): string {
  return `${parameters.add(ids)}::uuid[]`;
}

function columnSql(layout: TableLayout, name: string): string {
  return quoted(columnOf(layout, name).name);
}

function columnOf(layout: TableLayout, name: string): ColumnLayout {
  const column = layout.columns.get(name);
  if (column === undefined) throw unknownColumn(layout.name, name);
  return column;
}

/** A lookup to several tables meets a parent only where it names its table. */
function guardSql(column: ColumnLayout, parent: TableLayout): string {
  const { storage } = column;
  if (parent.isView || storage.kind !== 'reference' || storage.tableColumn === undefined) return '';
  return ` and mr_t.${quoted(storage.tableColumn)} = '${parent.name}'`;
}

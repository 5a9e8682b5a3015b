import { isDeepStrictEqual } from 'node:util';
import { AccessRight } from '../tables/access-right.ts';
import type { TableName } from '../tables/catalog.ts';
import type { Parameters } from './filter-scope.ts';
import type { JoinSide } from './join-sql.ts';
import { unknownColumn } from './refused-value.ts';
import type { RowLimit, RowLimits, RowTest } from './row-limit.ts';
import { type ColumnLayout, layoutOf, quoted, type TableLayout } from './table-layout.ts';

/**
 * What stands for a table behind `from` or `join` in every statement that reads rows for somebody: the table itself, or the
 * rows of it that the reader's limits leave, under the same name or `alias`. Throws what the limits throw for a closed table.
 */
export function sourceSql(layout: TableLayout, parameters: Parameters, alias?: string, words?: RowWords): string {
  const limit = parameters.limits?.(layout.name);
  const name = quoted(layout.name);
  if (limit === undefined) return alias === undefined ? name : `${name} ${alias}`;
  return `(select * from ${name} mr_t where ${limitSql(layout, limit, parameters, words)}) ${alias ?? name}`;
}

/**
 * As `sourceSql` for rows that are joined to rows which the reader sees already: where these are what opens them, it is not asked
 * once more, of each of them in the rows of all activities. Throws as `sourceSql`.
 */
export function joinedSourceSql(rows: JoinSide, seen: JoinSide, parameters: Parameters): string {
  const alias = rows.qualifier.slice(0, -1);
  const isOpen = isOpenWith(rows, seen, parameters.limits);
  return isOpen ? `${quoted(rows.layout.name)} ${alias}` : sourceSql(rows.layout, parameters, alias);
}

function isOpenWith(rows: JoinSide, seen: JoinSide, limits: RowLimits | undefined): boolean {
  const { layout } = seen;
  if (seen.column !== layout.definition.primaryId) return false;
  const isOpening = (test: RowTest): boolean =>
    'parent' in test &&
    test.parent === rows.column &&
    (test.table === layout.name || isAlike(limits, layout, test.table));
  return limits?.(rows.layout.name)?.anyOf.some(isOpening) ?? false;
}

/** Whether an activity is open as such exactly where it is as a row of its own table. */
function isAlike(limits: RowLimits | undefined, activity: TableLayout, view: TableName): boolean {
  if (!layoutOf(view).isView || activity.definition.primaryId !== layoutOf(view).definition.primaryId) return false;
  return isDeepStrictEqual(limits?.(activity.name), limits?.(view));
}

/** A condition on the row `mr_t` that the statement asks of every row and that an index answers: with it, sets of open rows are made small before they are put together. */
export type RowWords = () => string;

/** Columns by which rows are found through an index or of which there are few: for these a union of small sets is the best plan, while units are better tested row by row. */
const indexed: ReadonlySet<string> = new Set(['ownerid', 'userid']);

/** True where the open rows are gathered from a set for each test, false where row by row is tested. */
export function isUnion(anyOf: readonly RowTest[]): boolean {
  return anyOf.every((test) => !('column' in test) || ('ids' in test && indexed.has(test.column)));
}

function limitSql(layout: TableLayout, { anyOf }: RowLimit, parameters: Parameters, words?: RowWords): string {
  const [only, second] = anyOf;
  if (only === undefined) return 'false';
  if (second === undefined) return testSql(layout, only, parameters);
  if (!isUnion(anyOf)) return rowTestSql(layout, { anyOf }, parameters);
  const id = quoted(layout.definition.primaryId);
  const sets =
    words === undefined
      ? anyOf.map((test) => idsSql(layout, test, parameters))
      : setsWithWords(layout, anyOf, parameters, words);
  return `mr_t.${id} in (${sets.join(' union all ')})`;
}

/** Ids of the rows that pass a test and hold the words: by two indexes at once where the test is on a column, else row by row, of those that no column lets in. */
function setsWithWords(
  layout: TableLayout,
  anyOf: readonly RowTest[],
  parameters: Parameters,
  words: RowWords,
): readonly string[] {
  const id = quoted(layout.definition.primaryId);
  const byColumn = anyOf.filter((test) => 'column' in test);
  return anyOf.map((test) => {
    if ('column' in test) return `${idsSql(layout, test, parameters)} and ${words()}`;
    const others = byColumn.map((one) => testSql(layout, one, parameters)).join(' or ') || 'false';
    return `select mr_t.${id} from ${quoted(layout.name)} mr_t where mr_t.${id} in (${idsSql(layout, test, parameters)}) and case when ${others} then false else ${words()} end`;
  });
}

/** How rows are compared with those of another table: left to the database, which may read all of these at once, or by its index row by row. */
export type SetTest = 'as a set' | 'by row';

/** A condition on the row `mr_t` that is true when it passes one of the tests. */
export function rowTestSql(
  layout: TableLayout,
  { anyOf }: RowLimit,
  parameters: Parameters,
  how: SetTest = 'as a set',
): string {
  return `(${anyOf.map((test) => testSql(layout, test, parameters, how)).join(' or ')})`;
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
function testSql(layout: TableLayout, test: RowTest, parameters: Parameters, how: SetTest = 'as a set'): string {
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
  // With an offset the database keeps to the row at hand.
  return `exists (${idsSql(layout, test, parameters)} and ${idOf(test)} = ${id}${how === 'by row' ? ' offset 0' : ''})`;
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

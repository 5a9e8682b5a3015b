import { isUuid } from '../base/uuid.ts';
import type { Condition, ConditionValue, Filter, Related } from './record-store.ts';
import { refusedValue, unknownColumn } from './refused-value.ts';
import { columnExpression, encodeValue } from './row-codec.ts';
import { isExactText, layoutOf, quoted, type TableLayout } from './table-layout.ts';

/** Parameters of a statement under construction. */
export interface Parameters {
  readonly values: unknown[];
  /** Adds a value and returns its `$n`. */
  add(value: unknown): string;
}

/** An empty list of parameters. */
export function createParameters(): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** SQL for a filter; every value becomes a parameter. `qualifier` names the rows asked about (the table itself when absent). Throws item 80041103 or 80040203. */
export function filterSql(
  layout: TableLayout,
  filter: Filter,
  parameters: Parameters,
  qualifier = `${quoted(layout.name)}.`,
): string {
  const scope: Scope = { layout, qualifier, parameters, depth: 0 };
  return nodeSql(scope, filter);
}

/** The rows a filter speaks of while its SQL is made. */
interface Scope {
  readonly layout: TableLayout;
  readonly qualifier: string;
  readonly parameters: Parameters;
  /** How many `exists` stand around this. */
  readonly depth: number;
}

function nodeSql(scope: Scope, filter: Filter): string {
  if ('and' in filter) return joined(scope, filter.and, ' and ', 'true');
  if ('or' in filter) return joined(scope, filter.or, ' or ', 'false');
  if ('not' in filter) return `not (${nodeSql(scope, filter.not)})`;
  if ('exists' in filter) return existsSql(scope, filter.exists);
  return conditionSql(scope, filter);
}

function joined(scope: Scope, parts: readonly Filter[], word: string, empty: string): string {
  if (parts.length === 0) return empty;
  return `(${parts.map((part) => nodeSql(scope, part)).join(word)})`;
}

/** A subquery over the related table; each level has an alias of its own, since a table may relate to itself. */
function existsSql(scope: Scope, related: Related): string {
  const layout = layoutOf(related.table);
  const alias = `mr_r${scope.depth}`;
  const inner: Scope = { layout, qualifier: `${alias}.`, parameters: scope.parameters, depth: scope.depth + 1 };
  const join = joinSql(
    { layout, qualifier: inner.qualifier, column: related.from },
    { layout: scope.layout, qualifier: scope.qualifier, column: related.to },
  );
  const filter = related.filter === undefined ? '' : ` and ${nodeSql(inner, related.filter)}`;
  return `exists (select 1 from ${quoted(layout.name)} ${alias} where ${join}${filter})`;
}

/** One side of a join: a column of a table under an alias. */
export interface JoinSide {
  readonly layout: TableLayout;
  /** Goes before column names, dot included. */
  readonly qualifier: string;
  readonly column: string;
}

/** SQL for "these two columns are equal"; a lookup to several tables must name the table whose id it meets. Throws 80041103 or, for columns of different types, 80040203. */
export function joinSql(one: JoinSide, other: JoinSide): string {
  const left = comparedColumn(one.layout, one.column, one.qualifier);
  const right = comparedColumn(other.layout, other.column, other.qualifier);
  if (left.sqlType !== right.sqlType) {
    const where = `${other.layout.name}.${other.column}`;
    throw refusedValue('80040203', one.layout.name, one.column, `cannot be joined with ${where}: the types differ.`);
  }
  return [alikeSql(left, '=', right), ...tableGuard(one, other), ...tableGuard(other, one)].join(' and ');
}

/** A lookup to several tables meets the primary id of one of them only where it names that table. */
function tableGuard(lookup: JoinSide, target: JoinSide): readonly string[] {
  const storage = lookup.layout.columns.get(lookup.column)?.storage;
  const isId = target.column === target.layout.definition.primaryId && !target.layout.isView;
  if (!isId || storage?.kind !== 'reference' || storage.tableColumn === undefined) return [];
  return [`${lookup.qualifier}${quoted(storage.tableColumn)} = '${target.layout.name}'`];
}

/** A column as conditions and sort orders see it. */
export interface ComparedColumn {
  readonly expression: string;
  readonly sqlType: string;
  /** True for text compared without regard to case: the expression is folded already. */
  readonly folded: boolean;
}

/** The expression to compare or sort a column by. Throws 80041103 for party lists and unknown columns. */
export function comparedColumn(layout: TableLayout, name: string, qualifier = ''): ComparedColumn {
  const column = layout.columns.get(name);
  if (column === undefined || column.storage.kind === 'parties') throw unknownColumn(layout.name, name);
  const expression = columnExpression(layout, column, qualifier);
  const sqlType =
    column.storage.kind === 'reference' ? 'uuid' : column.storage.kind === 'plain' ? column.storage.sqlType : 'text';
  if (sqlType === 'bytea') throw unknownColumn(layout.name, name);
  const folded = sqlType === 'text' && column.storage.kind === 'plain' && !isExactText(name);
  return { expression: folded ? `lower(${expression})` : expression, sqlType, folded };
}

const comparisons: Readonly<Record<string, string>> = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' };

function conditionSql(scope: Scope, condition: Condition): string {
  const { layout, parameters } = scope;
  const { operator, value } = condition;
  const column = comparedColumn(layout, condition.column, scope.qualifier);
  if (condition.otherColumn !== undefined) return columnsSql(scope, condition, column, condition.otherColumn);
  if (operator === 'null' || (operator === 'eq' && value === null)) return `${column.expression} is null`;
  if (operator === 'notNull' || (operator === 'ne' && value === null)) return `${column.expression} is not null`;
  if (operator === 'in' || operator === 'notIn') return listSql(layout, condition, column, parameters);
  if (value === undefined || value === null || Array.isArray(value)) {
    throw refusedValue(
      '80040203',
      layout.name,
      condition.column,
      `cannot be compared by "${operator}" without one value.`,
    );
  }
  const single = value as Exclude<ConditionValue, null>;
  if (operator === 'contains' || operator === 'startsWith' || operator === 'endsWith') {
    if (column.sqlType !== 'text')
      throw refusedValue('80040203', layout.name, condition.column, `is no text; "${operator}" asks texts only.`);
    return patternSql(column, operator, String(single), parameters);
  }
  const sign = comparisons[operator];
  if (sign === undefined)
    throw refusedValue('80040203', layout.name, condition.column, `cannot be compared by "${operator}".`);
  const checked = checkedValue(layout, condition.column, column.sqlType, single);
  if (column.sqlType === 'integer[]') {
    const has = `${parameters.add(checked)}::integer = any(${column.expression})`;
    return operator === 'ne' ? `not (${has})` : has;
  }
  const placeholder = `${parameters.add(checked)}::${column.sqlType}`;
  return `${column.expression} ${sign} ${column.folded ? `lower(${placeholder})` : placeholder}`;
}

/** One column against another of the same row; both must be of one type. */
function columnsSql(scope: Scope, condition: Condition, column: ComparedColumn, otherName: string): string {
  const other = comparedColumn(scope.layout, otherName, scope.qualifier);
  const sign = comparisons[condition.operator];
  if (sign === undefined || other.sqlType !== column.sqlType || column.sqlType === 'integer[]') {
    const problem = `cannot be compared with ${otherName} by "${condition.operator}".`;
    throw refusedValue('80040203', scope.layout.name, condition.column, problem);
  }
  return alikeSql(column, sign, other);
}

/** Two columns compared; case is ignored when it is in one of them. */
function alikeSql(one: ComparedColumn, sign: string, other: ComparedColumn): string {
  const fold = (column: ComparedColumn) => (column.folded ? column.expression : `lower(${column.expression})`);
  if (one.folded === other.folded) return `${one.expression} ${sign} ${other.expression}`;
  return `${fold(one)} ${sign} ${fold(other)}`;
}

/** `in` over an array parameter; a null among the values adds `is null`. */
function listSql(layout: TableLayout, condition: Condition, column: ComparedColumn, parameters: Parameters): string {
  const given = Array.isArray(condition.value) ? (condition.value as readonly ConditionValue[]) : [];
  const values = given
    .filter((value) => value !== null)
    .map((value) => checkedValue(layout, condition.column, column.sqlType, value));
  const isAscii = values.every((value) => /^\p{ASCII}*$/u.test(String(value)));
  const list = parameters.add(column.folded && isAscii ? values.map((value) => String(value).toLowerCase()) : values);
  const type = `${column.sqlType}[]`;
  const array =
    column.folded && !isAscii ? `array(select lower(v) from unnest(${list}::${type}) v)` : `${list}::${type}`;
  const found =
    column.sqlType === 'integer[]'
      ? `${column.expression} && ${list}::integer[]`
      : `${column.expression} = any(${array})`;
  const complete = given.includes(null) ? `(${found} or ${column.expression} is null)` : found;
  return condition.operator === 'in' ? complete : `not (${complete})`;
}

function patternSql(column: ComparedColumn, operator: string, text: string, parameters: Parameters): string {
  const escaped = text.replace(/[\\%_]/g, '\\$&');
  const pattern = `${operator === 'startsWith' ? '' : '%'}${escaped}${operator === 'endsWith' ? '' : '%'}`;
  const placeholder = `${parameters.add(encodeValue('text', pattern))}::text`;
  return `${column.expression} like ${column.folded ? `lower(${placeholder})` : placeholder}`;
}

function checkedValue(layout: TableLayout, name: string, sqlType: string, value: ConditionValue): unknown {
  if (sqlType === 'uuid' && !(typeof value === 'string' && isUuid(value))) {
    throw refusedValue('80040203', layout.name, name, 'is compared with something that is no GUID.');
  }
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    throw refusedValue('80040203', layout.name, name, 'is compared with an invalid date.');
  }
  if (sqlType === 'text') return encodeValue(sqlType, String(value));
  return encodeValue(sqlType, value);
}

import { isUuid } from '../base/uuid.ts';
import { findTable } from '../tables/catalog.ts';
import { type FilterScope, type Parameters, sourceOf } from './filter-scope.ts';
import { alikeSql, type ComparedColumn, comparedColumn } from './join-sql.ts';
import type { Condition, ConditionValue } from './record-store.ts';
import { refusedValue } from './refused-value.ts';
import { encodeValue } from './row-codec.ts';
import type { TableLayout } from './table-layout.ts';

const comparisons: Readonly<Record<string, string>> = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' };

const textOperators: ReadonlySet<string> = new Set(['contains', 'startsWith', 'endsWith', 'like']);

/** SQL for one condition. Throws item 80041103 or 80040203. */
export function conditionSql(scope: FilterScope, condition: Condition): string {
  const { parameters } = scope;
  const { layout, qualifier } = sourceOf(scope, condition.of);
  const { operator, value } = condition;
  const column = comparedColumn(layout, condition.column, qualifier);
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
  if (textOperators.has(operator)) {
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
  const placeholder = literalOf(layout, condition.column, checked) ?? `${parameters.add(checked)}::${column.sqlType}`;
  return `${column.expression} ${sign} ${column.folded ? `lower(${placeholder})` : placeholder}`;
}

/** States, statuses and the tables that lookups point into stand in the text itself: the rare ones need another plan than the frequent ones, and there are few. */
function literalOf(layout: TableLayout, name: string, value: unknown): string | undefined {
  const column = layout.columns.get(name);
  if (column?.storage.kind === 'tableNameOf')
    return typeof value === 'string' && findTable(value) !== undefined ? `'${value}'` : undefined;
  const definition = column?.definition;
  if (definition?.type !== 'State' && definition?.type !== 'Status') return undefined;
  return definition.options.some(([option]) => option === value) ? String(value) : undefined;
}

/** One column against another of the same row; both must be of one type. */
function columnsSql(scope: FilterScope, condition: Condition, column: ComparedColumn, otherName: string): string {
  const source = sourceOf(scope, condition.otherOf);
  const other = comparedColumn(source.layout, otherName, source.qualifier);
  const sign = comparisons[condition.operator];
  if (sign === undefined || other.sqlType !== column.sqlType || column.sqlType === 'integer[]') {
    const problem = `cannot be compared with ${otherName} by "${condition.operator}".`;
    throw refusedValue('80040203', scope.layout.name, condition.column, problem);
  }
  return alikeSql(column, sign, other);
}

/** `in` over an array parameter; a null among the values adds `is null`. */
function listSql(layout: TableLayout, condition: Condition, column: ComparedColumn, parameters: Parameters): string {
  const array = listArray(layout, condition, column, parameters);
  const found =
    column.sqlType === 'integer[]' ? `${column.expression} && ${array}` : `${column.expression} = any(${array})`;
  const isNullAsked = Array.isArray(condition.value) && condition.value.includes(null);
  const complete = isNullAsked ? `(${found} or ${column.expression} is null)` : found;
  return condition.operator === 'in' ? complete : `not (${complete})`;
}

/** The values of a list without null as an array, in lower case where the column is compared so. Throws item 80040203. */
export function listArray(
  layout: TableLayout,
  condition: Condition,
  column: ComparedColumn,
  parameters: Parameters,
): string {
  const given = Array.isArray(condition.value) ? (condition.value as readonly ConditionValue[]) : [];
  const values = given
    .filter((value) => value !== null)
    .map((value) => checkedValue(layout, condition.column, column.sqlType, value));
  if (column.sqlType === 'integer[]') return `${parameters.add(values)}::integer[]`;
  const isAscii = values.every((value) => /^\p{ASCII}*$/u.test(String(value)));
  const list = parameters.add(column.folded && isAscii ? values.map((value) => String(value).toLowerCase()) : values);
  const type = `${column.sqlType}[]`;
  return column.folded && !isAscii ? `array(select lower(v) from unnest(${list}::${type}) v)` : `${list}::${type}`;
}

function patternSql(column: ComparedColumn, operator: string, text: string, parameters: Parameters): string {
  if (operator === 'like') return likeSql(column, text, parameters);
  const escaped = text.replace(/[\\%_]/g, '\\$&');
  const pattern = `${operator === 'startsWith' ? '' : '%'}${escaped}${operator === 'endsWith' ? '' : '%'}`;
  const placeholder = `${parameters.add(encodeValue('text', pattern))}::text`;
  return `${column.expression} like ${column.folded ? `lower(${placeholder})` : placeholder}`;
}

/** `%` any text, `_` one character, `[a-c]` and `[^a-c]` one of (not of) these; without brackets an index can serve. */
function likeSql(column: ComparedColumn, pattern: string, parameters: Parameters): string {
  const hasClass = /\[\^?[^\]]+\]/.test(pattern);
  const text = hasClass ? regularExpression(pattern) : pattern.replaceAll('\\', '\\\\');
  const placeholder = `${parameters.add(encodeValue('text', text))}::text`;
  const sign = hasClass ? '~' : 'like';
  return `${column.expression} ${sign} ${column.folded ? `lower(${placeholder})` : placeholder}`;
}

function regularExpression(pattern: string): string {
  const parts = pattern.matchAll(/\[(\^?)([^\]]+)\]|%|_|./gsu);
  const words = [...parts].map(([part, not, members]) => {
    if (members !== undefined) return `[${not}${members.replace(/[\\[^]/g, '\\$&')}]`;
    if (part === '%') return '.*';
    return part === '_' ? '.' : part.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  });
  return `^${words.join('')}$`;
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

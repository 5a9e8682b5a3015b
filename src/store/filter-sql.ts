import { isUuid } from '../base/uuid.ts';
import type { Condition, ConditionValue, Filter } from './record-store.ts';
import { refusedValue, unknownColumn } from './refused-value.ts';
import { columnExpression, encodeValue } from './row-codec.ts';
import { isExactText, type TableLayout } from './table-layout.ts';

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

/** SQL for a filter; every value becomes a parameter. Throws item 80041103 or 80040203. */
export function filterSql(layout: TableLayout, filter: Filter, parameters: Parameters): string {
  if ('and' in filter) return joined(layout, filter.and, ' and ', 'true', parameters);
  if ('or' in filter) return joined(layout, filter.or, ' or ', 'false', parameters);
  if ('not' in filter) return `not (${filterSql(layout, filter.not, parameters)})`;
  return conditionSql(layout, filter, parameters);
}

function joined(
  layout: TableLayout,
  parts: readonly Filter[],
  word: string,
  empty: string,
  parameters: Parameters,
): string {
  if (parts.length === 0) return empty;
  return `(${parts.map((part) => filterSql(layout, part, parameters)).join(word)})`;
}

/** A column as conditions and sort orders see it. */
export interface ComparedColumn {
  readonly expression: string;
  readonly sqlType: string;
  /** True for text compared without regard to case: the expression is folded already. */
  readonly folded: boolean;
}

/** The expression to compare or sort a column by. Throws 80041103 for party lists and unknown columns. */
export function comparedColumn(layout: TableLayout, name: string): ComparedColumn {
  const column = layout.columns.get(name);
  if (column === undefined || column.storage.kind === 'parties') throw unknownColumn(layout.name, name);
  const expression = columnExpression(layout, column);
  const sqlType =
    column.storage.kind === 'reference' ? 'uuid' : column.storage.kind === 'plain' ? column.storage.sqlType : 'text';
  if (sqlType === 'bytea') throw unknownColumn(layout.name, name);
  const folded = sqlType === 'text' && column.storage.kind === 'plain' && !isExactText(name);
  return { expression: folded ? `lower(${expression})` : expression, sqlType, folded };
}

const comparisons: Readonly<Record<string, string>> = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' };

function conditionSql(layout: TableLayout, condition: Condition, parameters: Parameters): string {
  const { operator, value } = condition;
  const column = comparedColumn(layout, condition.column);
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

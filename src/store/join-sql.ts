import type { RowSource } from './filter-scope.ts';
import { refusedValue, unknownColumn } from './refused-value.ts';
import { columnExpression } from './row-codec.ts';
import { isExactText, quoted, type TableLayout } from './table-layout.ts';

/** One side of a join: a column of rows under an alias. */
export interface JoinSide extends RowSource {
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

/** Two columns compared; case is ignored when it is in one of them. */
export function alikeSql(one: ComparedColumn, sign: string, other: ComparedColumn): string {
  const fold = (column: ComparedColumn) => (column.folded ? column.expression : `lower(${column.expression})`);
  if (one.folded === other.folded) return `${one.expression} ${sign} ${other.expression}`;
  return `${fold(one)} ${sign} ${fold(other)}`;
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

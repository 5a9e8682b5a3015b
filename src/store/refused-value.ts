import { MailroomError } from '../base/errors.ts';

/** An `item` error about one column: `table.column` first, then what is wrong and what to do. */
export function refusedValue(code: string, table: string, column: string, problem: string): MailroomError {
  return new MailroomError(`${table}.${column} ${problem}`, { code, kind: 'item' });
}

/** The error of a column that the table does not have (or that cannot be asked about). */
export function unknownColumn(table: string, column: string): MailroomError {
  return refusedValue('80041103', table, column, 'is no column that can be used here. Check its spelling.');
}

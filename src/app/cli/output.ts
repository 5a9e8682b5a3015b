/** A column of a printed table: its heading and the cell of a row. */
export interface PrintColumn<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

/** Where a command writes, and in which form. */
export interface Output {
  readonly json: boolean;
  readonly write: (text: string) => void;
}

/** Prints rows as a table for people, or as one JSON array for programs. */
export function printRows<Row>(
  output: Output,
  rows: readonly Row[],
  columns: readonly PrintColumn<Row>[],
  whenEmpty: string,
): void {
  if (output.json) {
    output.write(`${JSON.stringify(rows, jsonValue, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    output.write(`${whenEmpty}\n`);
    return;
  }
  output.write(tableText(rows, columns));
}

/** Prints named values as two columns, or as one JSON object. */
export function printRecord(output: Output, values: Readonly<Record<string, unknown>>): void {
  if (output.json) {
    output.write(`${JSON.stringify(values, jsonValue, 2)}\n`);
    return;
  }
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  for (const [name, value] of Object.entries(values)) {
    const [first = '', ...rest] = shown(value).split('\n');
    output.write(`${name.padEnd(width)}  ${first}\n`);
    for (const line of rest) output.write(`${' '.repeat(width)}  ${line}\n`);
  }
}

/** A date in the reader's zone, to the second; a dash for none. */
export function shownDate(date: Date | null | undefined): string {
  if (!date) return '-';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function tableText<Row>(rows: readonly Row[], columns: readonly PrintColumn<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row).replace(/[\r\n\t]+/g, ' ')));
  const widths = columns.map((column, index) =>
    Math.max(column.heading.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const print = (line: readonly string[]): string =>
    line
      .map((cell, index) =>
        columns[index]?.align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const head = print(columns.map((column) => column.heading));
  return `${[head, widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(print)].join('\n')}\n`;
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (value instanceof Date) return shownDate(value);
  return typeof value === 'object' ? JSON.stringify(value, jsonValue) : String(value);
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

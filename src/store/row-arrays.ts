import { ArrayColumn } from './array-column.ts';
import { giveScratch, takeScratch } from './scratch-memory.ts';
import { quoted } from './table-layout.ts';

/** Rows as a source of a statement. */
export interface ArraySource {
  /** The expression of each column's value, by the column's name, in one order, so that rows with the same columns make the same statement. */
  readonly columns: ReadonlyMap<string, string>;
  /** The item of FROM; its parameters are numbered from 1. */
  readonly from: string;
  readonly values: readonly Buffer[];
  /** Gives the memory of the values back, once the database has answered the statement and nobody will send it again: where it did not answer, a connection may still read them. */
  release(): void;
}

/** Rows to be sent, a parameter for each column. They are written as bytes at once: an object kept until it is sent is copied by the collector till then. */
export class RowArrays {
  readonly #columns = new Map<string, ArrayColumn>();
  #rows = 0;

  /** Gives the row that is being written a value, null included. */
  put(name: string, sqlType: string, value: unknown): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new ArrayColumn(sqlType, takeScratch(name));
      this.#columns.set(name, column);
    }
    if (value !== null) column.add(this.#rows, value);
  }

  /** Ends the row; what it has no value for is null. */
  endRow(): void {
    this.#rows += 1;
  }

  /** Ends the rows; nothing can be added any more. */
  finish(): ArraySource {
    const columns = [...this.#columns].sort(([one], [other]) => (one < other ? -1 : 1));
    this.#columns.clear();
    const arrays = columns.map(([, { sentType }], index) => `$${index + 1}::${sentType}[]`).join(', ');
    const names = columns.map(([name]) => quoted(name)).join(', ');
    return {
      columns: new Map(columns.map(([name, column]) => [name, readingOf(name, column)])),
      from: `unnest(${arrays}) as r(${names})`,
      values: columns.map(([, column]) => column.finish(this.#rows)),
      release: () => {
        for (const [name, { memory }] of columns) giveScratch(name, memory);
      },
    };
  }
}

function readingOf(name: string, { sqlType, sentType }: ArrayColumn): string {
  return sentType === sqlType ? `r.${quoted(name)}` : `r.${quoted(name)}::${sqlType}`;
}

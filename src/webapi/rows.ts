import type { Filter, RecordStore, SortOrder } from '../store/record-store.ts';
import type { TableName } from '../tables/catalog.ts';

/** A row whose table is only known at run time. */
export type Row = Readonly<Record<string, unknown>>;

/** A question about a table known at run time; as Query of the record store. */
export interface RowQuery {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly filter?: Filter | undefined;
  readonly orderBy?: readonly SortOrder[];
  readonly limit?: number;
  readonly after?: string | undefined;
  readonly withCount?: boolean;
}

export interface RowPage {
  readonly rows: readonly Row[];
  readonly next?: string;
  readonly count?: number;
}

/** One row by id, or undefined. */
export async function retrieveRow(
  records: RecordStore,
  table: TableName,
  id: string,
  columns: readonly string[],
): Promise<Row | undefined> {
  return (await records.retrieve(table, id, columns as never)) as Row | undefined;
}

/** One page of rows. */
export async function queryRows(records: RecordStore, query: RowQuery): Promise<RowPage> {
  const page = await records.retrieveMultiple({
    table: query.table,
    columns: query.columns as never,
    ...(query.filter === undefined ? {} : { filter: query.filter }),
    ...(query.orderBy === undefined ? {} : { orderBy: query.orderBy }),
    ...(query.limit === undefined ? {} : { limit: query.limit }),
    ...(query.after === undefined ? {} : { after: query.after }),
    ...(query.withCount ? { withCount: true } : {}),
  });
  return page as unknown as RowPage;
}

/** All matches page after page, up to `most`; undefined when there are more. */
export async function queryAllRows(
  records: RecordStore,
  query: RowQuery,
  most: number,
): Promise<readonly Row[] | undefined> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page: RowPage = await queryRows(records, { ...query, after });
    rows.push(...page.rows);
    after = page.next;
    if (rows.length > most) return undefined;
  } while (after !== undefined);
  return rows;
}

/** A filter no row fulfils, respectively every row, said with the primary id. */
export function constantFilter(primaryId: string, value: boolean): Filter {
  return { column: primaryId, operator: value ? 'notNull' : 'null' };
}

/** `column in ids`, right for an empty list too. */
export function inFilter(column: string, ids: readonly string[], primaryId: string): Filter {
  return ids.length === 0 ? constantFilter(primaryId, false) : { column, operator: 'in', value: ids };
}

import type { RecordStore } from '../store/record-store.ts';
import { catalog } from '../tables/catalog.ts';
import type { Through } from './api-model.ts';
import { noRecord } from './http-error.ts';
import { queryRows } from './rows.ts';

/** Links two records of a many-to-many relationship. Throws 80040237 when they are linked already. */
export async function linkThrough(records: RecordStore, through: Through, near: string, far: string): Promise<void> {
  await records.create(through.table, { [through.near]: near, [through.far]: far } as never);
}

/** Ends the link. Throws 404 when there is none. */
export async function unlinkThrough(records: RecordStore, through: Through, near: string, far: string): Promise<void> {
  const { primaryId } = catalog[through.table];
  const found = await queryRows(records, {
    table: through.table,
    columns: [primaryId],
    filter: {
      and: [
        { column: through.near, operator: 'eq', value: near },
        { column: through.far, operator: 'eq', value: far },
      ],
    },
    limit: 1,
  });
  const id = found.rows[0]?.[primaryId];
  if (id === undefined) throw noRecord(through.table, far);
  await records.delete(through.table, String(id));
}

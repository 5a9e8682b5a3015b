import type { StoreScope } from '../store/database.ts';
import type { RecordOf } from '../tables/catalog.ts';

type Attachment = RecordOf<'activitymimeattachment'>;

/** The attachments with `body` filled in, base64, from where the bytes are kept once by content (AT-04). */
export async function withBodies(
  scope: Pick<StoreScope, 'records' | 'blobs'>,
  rows: readonly Attachment[],
): Promise<readonly Attachment[]> {
  const ids = rows.flatMap((row) => row.activitymimeattachmentid ?? []);
  if (ids.length === 0) return rows;
  const kept = await scope.records.retrieveMultiple({
    table: 'activitymimeattachment',
    columns: ['mr_blob'],
    filter: { column: 'activitymimeattachmentid', operator: 'in', value: ids },
  });
  const keys = new Map(kept.rows.map((row) => [row.activitymimeattachmentid, row.mr_blob]));
  const filled: Attachment[] = [];
  for (const row of rows) {
    const key = keys.get(row.activitymimeattachmentid);
    const bytes = key ? await scope.blobs.get(key) : undefined;
    filled.push(bytes === undefined ? row : { ...row, body: bytes.toString('base64') });
  }
  return filled;
}

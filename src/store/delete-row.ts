import type { TableName } from '../tables/catalog.ts';
import { belongingsOf, emptiedLookupsOf } from './belongings.ts';
import { encodeRow } from './row-codec.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { layoutOf, quoted } from './table-layout.ts';
import { assignments } from './write-sql.ts';

/** What a tombstone tells of an email beside its id. */
interface Grave {
  readonly identity: string | null;
  /** Its direction; null for rows of other tables. */
  readonly isOutgoing: boolean | null;
}

/** Deletes a row, what belongs to it and the lookups that point at it, leaving tombstones; inside the caller's transaction. Returns false when the row (in that version) is not there. */
export async function deleteRow(
  executor: SqlExecutor,
  table: TableName,
  id: string,
  version: bigint | undefined,
  now: Date,
): Promise<boolean> {
  const layout = layoutOf(table);
  const primaryId = quoted(layout.definition.primaryId);
  const identity = layout.columns.has('mr_identity') ? 'mr_identity' : 'null';
  const isOutgoing = table === 'email' ? 'directioncode' : 'null::boolean';
  const gone = await executor.rows<Grave>(
    `delete from ${quoted(table)} where ${primaryId} = $1::uuid${version === undefined ? '' : ' and versionnumber = $2::bigint'}
     returning ${identity} as identity, ${isOutgoing} as "isOutgoing"`,
    version === undefined ? [id] : [id, version.toString()],
  );
  const row = gone[0];
  if (row === undefined) return false;
  await bury(executor, table, [id], row, now);
  for (const { table: child, column } of belongingsOf(table)) {
    const childId = quoted(layoutOf(child).definition.primaryId);
    const children = await executor.rows<{ id: string }>(
      `delete from ${quoted(child)} where ${quoted(column)} = $1::uuid returning ${childId} as id`,
      [id],
    );
    if (children.length > 0)
      await bury(
        executor,
        child,
        children.map((found) => found.id),
        { identity: null, isOutgoing: null },
        now,
      );
  }
  for (const { table: other, column } of emptiedLookupsOf(table)) await emptyLookup(executor, other, column, id);
  if (table === 'mailbox') await forgetMailbox(executor, id);
  return true;
}

async function bury(
  executor: SqlExecutor,
  table: TableName,
  ids: readonly string[],
  { identity, isOutgoing }: Grave,
  now: Date,
): Promise<void> {
  await executor.rows(
    `insert into mr_tombstone (tablename, id, deletedon, identity, isoutgoing)
     select $1, id, $3, $4, $5 from unnest($2::uuid[]) id
     on conflict (tablename, id) do update set txid = pg_current_xact_id(), versionnumber = nextval('mr_rowversion'),
       deletedon = excluded.deletedon, identity = excluded.identity, isoutgoing = excluded.isoutgoing`,
    [table, ids, now, identity, isOutgoing],
  );
}

/** A party keeps its address when its record goes, and says so. */
async function emptyLookup(executor: SqlExecutor, table: TableName, column: string, id: string): Promise<void> {
  const layout = layoutOf(table);
  const values: unknown[] = [id];
  const emptied = new Map<string, unknown>([[column, null]]);
  if (table === 'activityparty') emptied.set('ispartydeleted', true);
  const set = assignments(layout, encodeRow(layout, emptied), values);
  await executor.rows(`update ${quoted(table)} set ${set} where ${quoted(column)} = $1::uuid`, values);
}

async function forgetMailbox(executor: SqlExecutor, id: string): Promise<void> {
  for (const table of [
    'mr_sighting',
    'mr_mailboxlease',
    'mr_cursor',
    'mr_handover',
    'mr_folderitem',
    'mr_mailmark',
    'mr_consent',
  ]) {
    await executor.rows(`delete from ${table} where mailboxid = $1::uuid`, [id]);
  }
}

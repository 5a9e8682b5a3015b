import type pg from 'pg';
import { catalog, type TableName } from '../tables/catalog.ts';
import { changeFeedTables } from './store-indexes.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** A dump restored into another server carries transaction numbers from the future of that server; such rows would stay out of the change feed. Stamps them anew, inside the caller's transaction; tells whether there were any. The probe reads one index entry a table. */
export async function repairRestored(client: pg.ClientBase): Promise<boolean> {
  const probes = [...changeFeedTables].map((table) => `(select max(mr_txid) from ${quoted(table)})`);
  const probe = await client.query<{ ahead: boolean | null }>(
    `select greatest((select max(txid) from mr_tombstone), ${probes.join(', ')}) >= pg_snapshot_xmax(pg_current_snapshot()) as ahead`,
  );
  if (probe.rows[0]?.ahead !== true) return false;
  const ahead = '>= pg_snapshot_xmax(pg_current_snapshot())';
  for (const table of Object.keys(catalog) as TableName[]) {
    if (layoutOf(table).isView) continue;
    await client.query(`update ${quoted(table)} set mr_txid = pg_current_xact_id() where mr_txid ${ahead}`);
  }
  await client.query(`update mr_tombstone set txid = pg_current_xact_id() where txid ${ahead}`);
  return true;
}

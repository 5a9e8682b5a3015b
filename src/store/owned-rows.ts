import { catalog, type TableName } from '../tables/catalog.ts';
import type { StoreScope } from './database.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** Tables whose rows have an owner and, through it, a business unit. */
function ownedTables(): readonly TableName[] {
  return (Object.keys(catalog) as TableName[]).filter((name) => {
    const { columns, isView } = layoutOf(name);
    return !isView && columns.has('ownerid') && columns.has('owningbusinessunit');
  });
}

/** The first table in which a user or team owns a row; undefined when there is none. */
export async function ownsRows(scope: Pick<StoreScope, 'sql'>, owner: string): Promise<TableName | undefined> {
  for (const table of ownedTables()) {
    const found = await scope.sql(`select 1 from ${quoted(table)} where ownerid = $1::uuid limit 1`, [owner]);
    if (found.length > 0) return table;
  }
  return undefined;
}

/** Puts all rows of an owner into another business unit. They count as changed, for who may read them has. */
export async function moveOwnedRows(scope: Pick<StoreScope, 'sql'>, owner: string, unit: string): Promise<void> {
  for (const table of ownedTables()) {
    await scope.sql(
      `update ${quoted(table)} set owningbusinessunit = $2::uuid, versionnumber = nextval('mr_rowversion'), mr_txid = pg_current_xact_id() where ownerid = $1::uuid`,
      [owner, unit],
    );
  }
}

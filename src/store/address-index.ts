import type { TableName } from '../tables/catalog.ts';
import type { StoreScope } from './database.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** Email columns by table, the first numbered 1 (AD-03). */
const emailColumns: ReadonlyMap<TableName, readonly string[]> = new Map<TableName, readonly string[]>([
  ['account', ['emailaddress1', 'emailaddress2', 'emailaddress3']],
  ['businessunit', ['emailaddress']],
  ['contact', ['emailaddress1', 'emailaddress2', 'emailaddress3']],
  ['lead', ['emailaddress1', 'emailaddress2', 'emailaddress3']],
  ['queue', ['emailaddress']],
  [
    'systemuser',
    ['internalemailaddress', 'personalemailaddress', 'mobilealertemail', 'windowsliveid', 'yammeremailaddress'],
  ],
  ['team', ['emailaddress']],
]);

/** Tables whose rows can be found by an email address; their addresses are kept in `emailsearch`. */
export const emailEnabledTables: ReadonlySet<TableName> = new Set(emailColumns.keys());

/** Brings `emailsearch` in step with one row as it stands in the database; `values` are not looked at, so that defaults count too. */
export async function indexAddresses(
  scope: StoreScope,
  table: TableName,
  id: string,
  _values?: unknown,
): Promise<void> {
  await indexAddressesOfRows(scope, table, [id]);
}

/** The same for many rows, after a bulk load. */
export async function indexAddressesOfRows(scope: StoreScope, table: TableName, ids: readonly string[]): Promise<void> {
  const columns = emailColumns.get(table);
  if (columns === undefined || ids.length === 0) return;
  const layout = layoutOf(table);
  const primaryId = quoted(layout.definition.primaryId);
  const inactive = layout.columns.has('isdisabled')
    ? 'coalesce(t.isdisabled, false)'
    : layout.columns.has('statecode')
      ? 'coalesce(t.statecode, 0) <> 0'
      : 'false';
  const owner = layout.columns.has('ownerid') ? 't.ownerid' : 'null::uuid';
  const addresses = columns.map((column, index) => `(${index + 1}, trim(t.${quoted(column)}))`).join(', ');
  await scope.sql('delete from emailsearch where parentobjectid = any($1::uuid[])', [ids]);
  await scope.sql(
    `insert into emailsearch (emailsearchid, emailaddress, parentobjectid, parentobjectid__table, mr_columnnumber, mr_isinactive, mr_ownerid)
     select gen_random_uuid(), a.address, t.${primaryId}, '${table}', a.number, ${inactive}, ${owner}
     from ${quoted(table)} t cross join lateral (values ${addresses}) a(number, address)
     where t.${primaryId} = any($1::uuid[]) and a.address <> ''`,
    [ids],
  );
}

/** Forgets the addresses of a row that is gone. */
export async function removeAddresses(scope: StoreScope, _table: TableName, id: string): Promise<void> {
  await scope.sql('delete from emailsearch where parentobjectid = $1::uuid', [id]);
}

import type { RecordReads } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { pickOne } from './command-context.ts';

/** The one user that `wanted` names by full name, domain name, address or id. Throws `mr_NotFound` or `mr_Ambiguous`. */
export async function findUser(
  records: Pick<RecordReads, 'retrieveMultiple'>,
  wanted: string,
): Promise<RecordOf<'systemuser'>> {
  const page = await records.retrieveMultiple({ table: 'systemuser' });
  return pickOne(page.rows, wanted, 'user', (row) => [
    row.fullname,
    row.domainname,
    row.internalemailaddress,
    row.systemuserid,
  ]);
}

/** The one role that `wanted` names by name or id. Throws `mr_NotFound` or `mr_Ambiguous`. */
export async function findRole(
  records: Pick<RecordReads, 'retrieveMultiple'>,
  wanted: string,
): Promise<RecordOf<'role'>> {
  const page = await records.retrieveMultiple({ table: 'role', orderBy: [{ column: 'name' }] });
  return pickOne(page.rows, wanted, 'role', (row) => [row.name, row.roleid]);
}

import type { Database } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { pickOne } from './command-context.ts';

/** The one mailbox that `wanted` names by address, name or id. Throws `mr_NotFound` or `mr_Ambiguous` with the choices. */
export async function findMailbox(database: Database, wanted: string): Promise<RecordOf<'mailbox'>> {
  const page = await database.records.retrieveMultiple({ table: 'mailbox', orderBy: [{ column: 'name' }] });
  return pickOne(page.rows, wanted, 'mailbox', (row) => [row.emailaddress, row.name, row.mailboxid]);
}

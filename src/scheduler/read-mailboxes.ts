import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';

/** Mailboxes by id; those that are gone are left out. */
export async function readMailboxes(
  records: RecordStore,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordOf<'mailbox'>>> {
  const page = await records.retrieveMultiple({
    table: 'mailbox',
    filter: { column: 'mailboxid', operator: 'in', value: [...new Set(ids)] },
  });
  return new Map(page.rows.map((row) => [row.mailboxid ?? '', row]));
}

/** The profiles of these mailboxes by id. */
export async function readProfiles(
  records: RecordStore,
  mailboxes: readonly RecordOf<'mailbox'>[],
): Promise<ReadonlyMap<string, RecordOf<'emailserverprofile'>>> {
  const ids = new Set(mailboxes.flatMap((row) => (row.emailserverprofile ? [row.emailserverprofile.id] : [])));
  if (ids.size === 0) return new Map();
  const page = await records.retrieveMultiple({
    table: 'emailserverprofile',
    filter: { column: 'emailserverprofileid', operator: 'in', value: [...ids] },
  });
  return new Map(page.rows.map((row) => [row.emailserverprofileid ?? '', row]));
}

import type { EntityReference } from '../tables/table-definition.ts';
import type { StoreScope } from './database.ts';
import type { Filter } from './record-store.ts';

/** Parties changed in one statement, at most. */
const batch = 1000;

/** participationtypemask of a sender. */
const senderMask = 1;

/** Tables that `email.emailsender` takes. */
const senderTables: ReadonlySet<string> = new Set(['account', 'contact', 'queue', 'systemuser']);

/**
 * Gives unresolved parties of an address (case ignored) their record, and the emails it sent their sender (AD-13, AD-14): all of them,
 * or `onlyPartyId`. The parties keep the address they were written with. Returns how many there were; call it in a transaction.
 */
export async function resolveParties(
  scope: Pick<StoreScope, 'records'>,
  address: string,
  record: EntityReference,
  onlyPartyId?: string,
): Promise<number> {
  const unresolved: Filter[] = [
    { column: 'partyid', operator: 'null' },
    { column: 'addressused', operator: 'eq', value: address },
  ];
  if (onlyPartyId !== undefined) unresolved.push({ column: 'activitypartyid', operator: 'eq', value: onlyPartyId });
  const columnNumber = await addressColumn(scope, address, record);
  let resolved = 0;
  for (let more = true; more; ) {
    const page = await scope.records.retrieveMultiple({
      table: 'activityparty',
      columns: ['activitypartyid', 'activityid', 'participationtypemask'],
      filter: { and: unresolved },
      limit: batch,
      lock: 'wait',
    });
    const ids = page.rows.flatMap((row) => row.activitypartyid ?? []);
    if (ids.length > 0) {
      await scope.records.updateWhere(
        'activityparty',
        { column: 'activitypartyid', operator: 'in', value: ids },
        {
          partyid: record,
          unresolvedpartyname: null,
          ispartydeleted: false,
          addressusedemailcolumnnumber: columnNumber,
        },
      );
    }
    const sent = page.rows.filter((row) => row.participationtypemask === senderMask);
    await nameSender(
      scope,
      sent.flatMap((row) => (row.activityid?.table === 'email' ? [row.activityid.id] : [])),
      record,
    );
    resolved += ids.length;
    more = ids.length === batch;
  }
  return resolved;
}

async function nameSender(
  scope: Pick<StoreScope, 'records'>,
  emailIds: readonly string[],
  record: EntityReference,
): Promise<void> {
  if (emailIds.length === 0) return;
  await scope.records.updateWhere(
    'email',
    { column: 'activityid', operator: 'in', value: emailIds },
    {
      isduplicatesenderunresolved: false,
      ...(senderTables.has(record.table) ? { emailsender: record } : {}),
      ...(record.table === 'account' ? { sendersaccount: record } : {}),
    },
  );
}

/** Which address column of the record holds the address; null when none does. */
async function addressColumn(
  scope: Pick<StoreScope, 'records'>,
  address: string,
  record: EntityReference,
): Promise<number | null> {
  const page = await scope.records.retrieveMultiple({
    table: 'emailsearch',
    columns: ['mr_columnnumber'],
    filter: {
      and: [
        { column: 'emailaddress', operator: 'eq', value: address },
        { column: 'parentobjectid', operator: 'eq', value: record.id },
      ],
    },
    orderBy: [{ column: 'mr_columnnumber' }],
    limit: 1,
  });
  return page.rows[0]?.mr_columnnumber ?? null;
}

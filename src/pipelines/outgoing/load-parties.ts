import type { StoreScope } from '../../store/database.ts';
import { catalog, type TableName } from '../../tables/catalog.ts';
import { PartyMask } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { type PartyRow, partyColumns } from './outgoing-email.ts';

/** Parties of emails that are to be sent, with the names shown in the headers. */
export interface LoadedParties {
  /** Who stands in From, by email id. */
  readonly authors: ReadonlyMap<string, PartyRow>;
  /** Recipients by email id: To, Cc, Bcc, in the order they were written. */
  readonly byEmail: ReadonlyMap<string, readonly PartyRow[]>;
  /** Display name of a party; empty when it has none. */
  readonly nameOf: (party: PartyRow) => string;
}

const masks = [PartyMask.from, PartyMask.to, PartyMask.cc, PartyMask.bcc];

/** Reads authors and recipients of a batch of emails and the names of the records behind them: one statement, and one a kind of record. */
export async function loadParties(scope: StoreScope, emailIds: readonly string[]): Promise<LoadedParties> {
  const page = await scope.records.retrieveMultiple({
    table: 'activityparty',
    columns: partyColumns,
    filter: {
      and: [
        { column: 'activityid', operator: 'in', value: emailIds },
        { column: 'participationtypemask', operator: 'in', value: masks },
      ],
    },
  });
  const byEmail = new Map<string, PartyRow[]>();
  const authors = new Map<string, PartyRow>();
  for (const row of page.rows) {
    const id = row.activityid?.id ?? '';
    const list = byEmail.get(id);
    if (row.participationtypemask === PartyMask.from) authors.set(id, row);
    else if (list === undefined) byEmail.set(id, [row]);
    else list.push(row);
  }
  const names = await loadNames(
    scope,
    page.rows.flatMap((row) => (row.partyid ? [row.partyid] : [])),
  );
  const nameOf = (party: PartyRow): string => party.unresolvedpartyname || names.get(party.partyid?.id ?? '') || '';
  return { authors, byEmail, nameOf };
}

/** Primary names of records by id; records that are gone have none. */
export async function loadNames(
  scope: StoreScope,
  references: readonly EntityReference[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const tables = new Set(references.map((reference) => reference.table));
  for (const table of tables) {
    if (!Object.hasOwn(catalog, table)) continue;
    const { primaryId, primaryName } = catalog[table as TableName];
    if (primaryName === undefined) continue;
    const ids = references.filter((reference) => reference.table === table).map((reference) => reference.id);
    const page = await scope.records.retrieveMultiple({
      table: table as 'contact',
      columns: [primaryId, primaryName] as unknown as readonly ['contactid', 'fullname'],
      filter: { column: primaryId, operator: 'in', value: [...new Set(ids)] },
    });
    for (const row of page.rows as readonly Readonly<Record<string, unknown>>[]) {
      const id = row[primaryId];
      const name = row[primaryName];
      if (typeof id === 'string' && typeof name === 'string') names.set(id, name);
    }
  }
  return names;
}

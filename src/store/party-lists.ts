import type { TableName } from '../tables/catalog.ts';
import type { EntityReference, PartyInput } from '../tables/table-definition.ts';
import type { LooseRow } from './row-codec.ts';
import type { SqlExecutor } from './sql-executor.ts';
import type { TableLayout } from './table-layout.ts';

/** Values of a row parted into its own columns and its party lists. */
export interface PartedValues {
  readonly own: Record<string, unknown>;
  /** Party rows by participationtypemask; an empty list for a list that was emptied. */
  readonly lists: ReadonlyMap<number, readonly PartyInput[]>;
}

/** Takes the party list columns out of a row's values; `allparties` cannot be written and is left out. */
export function partValues(layout: TableLayout, values: LooseRow): PartedValues {
  const own: Record<string, unknown> = {};
  const lists = new Map<number, readonly PartyInput[]>();
  for (const [name, value] of Object.entries(values)) {
    const storage = layout.columns.get(name)?.storage;
    if (storage?.kind !== 'parties') own[name] = value;
    else if (storage.mask !== undefined && value !== undefined)
      lists.set(storage.mask, (value ?? []) as readonly PartyInput[]);
  }
  return { own, lists };
}

/** The activityparty rows of an activity's party lists. */
export function partyRows(table: TableName, activityid: string, lists: PartedValues['lists']): LooseRow[] {
  const rows: LooseRow[] = [];
  for (const [participationtypemask, parties] of lists) {
    for (const party of parties) {
      rows.push({
        activityid: { table, id: activityid },
        participationtypemask,
        partyid: party.partyid ?? null,
        addressused: party.addressused ?? null,
        unresolvedpartyname: party.unresolvedpartyname ?? null,
        ispartydeleted: false,
      });
    }
  }
  return rows;
}

interface StoredParty {
  readonly activityid: string;
  readonly participationtypemask: number;
  readonly partyid: string | null;
  readonly partyid__table: string | null;
  readonly addressused: string | null;
  readonly unresolvedpartyname: string | null;
}

/** Reads the party list columns asked for into the records, in the order in which the parties were written. */
export async function loadPartyLists(
  executor: SqlExecutor,
  layout: TableLayout,
  columns: readonly string[],
  records: readonly Record<string, unknown>[],
): Promise<void> {
  if (columns.length === 0 || records.length === 0) return;
  const byId = new Map(records.map((record) => [record[layout.definition.primaryId] as string, record]));
  for (const record of records) for (const column of columns) record[column] = [];
  const stored = await executor.rows<StoredParty>(
    `select activityid, participationtypemask, partyid, partyid__table, addressused, unresolvedpartyname
     from activityparty where activityid = any($1::uuid[]) order by activitypartyid`,
    [[...byId.keys()]],
  );
  for (const party of stored) {
    const record = byId.get(party.activityid) ?? {};
    for (const column of columns) {
      const storage = layout.columns.get(column)?.storage;
      if (storage?.kind !== 'parties') continue;
      if (storage.mask === undefined || storage.mask === party.participationtypemask)
        (record[column] as PartyInput[]).push(partyOf(party));
    }
  }
}

function partyOf(stored: StoredParty): PartyInput {
  const partyid: EntityReference | null =
    stored.partyid === null ? null : { table: stored.partyid__table ?? '', id: stored.partyid };
  return {
    partyid,
    addressused: stored.addressused,
    unresolvedpartyname: stored.unresolvedpartyname,
    participationtypemask: stored.participationtypemask,
  };
}

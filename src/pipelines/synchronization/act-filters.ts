import { createHash } from 'node:crypto';
import type { ConditionContext } from '../../store/fetch/condition-context.ts';
import { parseFetchXml } from '../../store/fetch/parse-fetch-xml.ts';
import type { RecordStore } from '../../store/record-store.ts';
import { catalog } from '../../tables/catalog.ts';
import { QueryType, RecordState } from '../../tables/choices.ts';
import type { ActCaller } from './act-caller.ts';
import type { ActTable, ActType } from './act-type.ts';

/** A synchronisation filter of a user (FI-01). */
export interface ActFilter {
  readonly id: string;
  readonly name: string;
  readonly table: string;
  readonly fetchxml: string;
}

/** A record that the filters let through: its row version, and when it is over where that is known. */
export interface MatchingRecord {
  readonly version: bigint;
  readonly endsOn: Date | undefined;
}

/** The records that the filters let through, by id. */
export type MatchingRecords = ReadonlyMap<string, MatchingRecord>;

/** The active filters of a user: the own ones and those of the organisation (FI-01, FI-05). */
export async function readActFilters(
  records: Pick<RecordStore, 'retrieveMultiple'>,
  systemuserid: string,
): Promise<readonly ActFilter[]> {
  const own = await records.retrieveMultiple({
    table: 'userquery',
    columns: ['userqueryid', 'name', 'returnedtypecode', 'fetchxml'],
    filter: {
      and: [
        { column: 'ownerid', operator: 'eq', value: systemuserid },
        { column: 'querytype', operator: 'eq', value: QueryType.outlookFilter },
        { column: 'statecode', operator: 'eq', value: RecordState.active },
      ],
    },
  });
  const common = await records.retrieveMultiple({
    table: 'savedquery',
    columns: ['savedqueryid', 'name', 'returnedtypecode', 'fetchxml'],
    filter: {
      and: [
        { column: 'querytype', operator: 'eq', value: QueryType.outlookFilter },
        { column: 'statecode', operator: 'eq', value: RecordState.active },
      ],
    },
  });
  const filterOf = (id: string | null | undefined, row: { readonly [key: string]: unknown }): ActFilter => ({
    id: id ?? '',
    name: String(row.name ?? ''),
    table: String(row.returnedtypecode ?? ''),
    fetchxml: String(row.fetchxml ?? ''),
  });
  return [
    ...own.rows.map((row) => filterOf(row.userqueryid, row)),
    ...common.rows.map((row) => filterOf(row.savedqueryid, row)),
  ].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** A text that changes when a filter of the tables does (FI-09). */
export function filterStamp(filters: readonly ActFilter[], tables: readonly ActTable[]): string {
  const relevant = filters.filter(({ table }) => (tables as readonly string[]).includes(table));
  const hash = createHash('sha256');
  for (const { id, table, fetchxml } of relevant) hash.update(JSON.stringify([id, table, fetchxml]));
  return hash.digest('base64url').slice(0, 22);
}

/**
 * The records of a table that at least one filter lets through and the user may read (AC-02, FI-02, FI-06); none without a filter
 * (AC-03). Throws item `mr_ActFilter` for FetchXML that cannot be read, naming the filter.
 */
export async function matchingRecords(
  caller: Pick<ActCaller, 'fetch'>,
  filters: readonly ActFilter[],
  { table, endColumn, condition }: Pick<ActType, 'table' | 'endColumn' | 'condition'>,
  context: ConditionContext,
): Promise<MatchingRecords> {
  const found = new Map<string, MatchingRecord>();
  const primaryId = catalog[table].primaryId;
  const attributes = endColumn === undefined ? [] : [{ column: endColumn }];
  for (const filter of filters) {
    if (filter.table !== table) continue;
    const fetch = parseFetchXml(filter.fetchxml, context);
    const conditions = [fetch.entity.filter, condition].flatMap((one) => one ?? []);
    const bare = {
      ...fetch.entity,
      attributes,
      filter: { and: conditions },
      orders: [],
      links: fetch.entity.links.map(withoutOutputs),
    };
    let after: string | undefined;
    do {
      const page = await caller.fetch({
        entity: bare,
        aggregate: false,
        distinct: false,
        withCount: false,
        timeZone: fetch.timeZone,
        ...(after === undefined ? {} : { after }),
      });
      for (const row of page.rows) {
        const endsOn = endColumn === undefined ? undefined : (row[endColumn] as Date | null | undefined);
        found.set(String(row[primaryId]), { version: row.versionnumber as bigint, endsOn: endsOn ?? undefined });
      }
      after = page.next;
    } while (after !== undefined);
  }
  return found;
}

function withoutOutputs<T extends { readonly links: readonly T[] }>(link: T): T {
  return { ...link, attributes: [], orders: [], links: link.links.map(withoutOutputs) };
}

import type { Filter } from '../store/record-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ApiTable, ToMany } from './api-model.ts';
import type { ApiContext } from './api-request.ts';
import { refersTo } from './refers-to.ts';
import { inFilter, queryAllRows, type Row } from './rows.ts';

/** How the rows of a collection belong to the records whose collection it is. */
export interface CollectionLinks {
  /** All rows of these collections. */
  readonly filter: Filter;
  /** Columns that ownersOf needs. */
  readonly columns: readonly string[];
  /** Ids of the records in whose collection the row is. */
  ownersOf(row: Row): readonly string[];
}

/** The links of a collection of several records: by a lookup, or by the rows of an intersect table. Undefined when there are more than `most`. */
export async function collectionLinks(
  context: ApiContext,
  owner: ApiTable,
  many: ToMany,
  target: ApiTable,
  owners: readonly string[],
  most: number,
): Promise<CollectionLinks | undefined> {
  const { primaryId } = target.definition;
  const { through } = many;
  if (through === undefined) {
    return {
      filter: inFilter(many.column, owners, primaryId),
      columns: [many.column],
      ownersOf: (row) => idsOf(row[many.column], owner),
    };
  }
  const filter = inFilter(through.near, owners, through.near);
  const columns = [through.near, through.far];
  const links = await queryAllRows(context.records, { table: through.table, columns, filter }, most);
  if (links === undefined) return undefined;
  const byFar = new Map<string, string[]>();
  for (const link of links) {
    const [near, far] = [link[through.near], link[through.far]];
    // A link that was never finished leads nowhere.
    if (typeof near === 'string' && typeof far === 'string') byFar.set(far, [...(byFar.get(far) ?? []), near]);
  }
  return {
    filter: inFilter(primaryId, [...byFar.keys()], primaryId),
    columns: [],
    ownersOf: (row) => byFar.get(String(row[primaryId])) ?? [],
  };
}

/** A lookup to several tables may name a row of another one. */
function idsOf(value: unknown, owner: ApiTable): readonly string[] {
  if (typeof value === 'string') return [value];
  const reference = value as EntityReference | null | undefined;
  return reference && refersTo(owner.name, reference.table) ? [reference.id] : [];
}

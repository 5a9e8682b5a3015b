import { catalog } from '../../tables/catalog.ts';
import type { TurnContext } from '../turn.ts';
import { type ActFilter, matchingRecords, readActFilters } from './act-filters.ts';
import type { ActTable } from './act-type.ts';
import { actTypes } from './act-types.ts';
import { isLive } from './link.ts';
import { readLinks, readMemories } from './links.ts';
import { type ActParts, openUser } from './pipeline.ts';

/** A change of a user's filters that is not made yet. */
export interface FilterChange {
  /** The filter that would change or go; absent for a new one. */
  readonly filterId?: string | undefined;
  /** What it would say; absent when it would go or be switched off. */
  readonly fetchxml?: string | undefined;
  readonly table: ActTable;
}

/** What a change of filters would do at the next cycle (FI-09). */
export interface FilterPreview {
  /** Records that all filters of the table let through then. */
  readonly matching: number;
  /** Records that would get an item in Exchange. */
  readonly added: number;
  /** Linked records that no filter lets through any more ... */
  readonly left: number;
  /** ... of which so many items would be deleted in Exchange; the others only lose their link (AC-12). */
  readonly deletedItems: number;
  /** Names of some of them, in no order. */
  readonly addedNames: readonly string[];
  readonly leftNames: readonly string[];
}

/** Names shown of each kind, at most. */
const mostNames = 20;

/**
 * Counts what a change of a user's filters would do, from what is stored here alone: no server is asked, nothing is written. Throws
 * item `80040203` for FetchXML that cannot be read, configuration `mr_ActNoUser` for a mailbox without user.
 */
export async function previewFilter(
  context: Pick<TurnContext, 'mailbox' | 'settings' | 'database' | 'clock'>,
  parts: ActParts,
  change: FilterChange,
): Promise<FilterPreview> {
  const { records } = context.database;
  const { caller, user, conditions } = await openUser(context, parts);
  const type = actTypes.find((one) => one.table === change.table) ?? raiseNoType(change.table);
  const present = await readActFilters(records, user.systemuserid);
  const others = present.filter(({ id, table }) => table === change.table && id !== change.filterId);
  const then: readonly ActFilter[] =
    change.fetchxml === undefined
      ? others
      : [...others, { id: change.filterId ?? '', name: 'preview', table: change.table, fetchxml: change.fetchxml }];
  const matching = await matchingRecords(caller, then, type, conditions);
  const code = catalog[change.table].objectTypeCode;
  const links = (await readLinks(records, context.mailbox.mailboxid ?? '', type.folder)).filter(
    ({ objectTypeCode }) => objectTypeCode === code,
  );
  const live = links.filter(isLive);
  const linked = new Set(live.map(({ recordId }) => recordId));
  const starts = user.startsFrom?.getTime();
  const added = [...matching].filter(
    ([id, { endsOn }]) => !linked.has(id) && !(starts !== undefined && endsOn && endsOn.getTime() < starts),
  );
  const left = live.filter(({ recordId }) => recordId !== null && !matching.has(recordId));
  const memories = await readMemories(
    records,
    left.map(({ id }) => id),
  );
  const deleted = left.filter(({ id }) => {
    const memory = memories.get(id);
    return memory !== undefined && type.mayDeleteItem({ ...memory, kind: 'logical', user });
  });
  const nameOf = async (ids: readonly string[]): Promise<readonly string[]> =>
    (await type.read(caller.records, ids.slice(0, mostNames), user)).map(({ title }) => title);
  return {
    matching: matching.size,
    added: added.length,
    left: left.length,
    deletedItems: deleted.length,
    addedNames: await nameOf(added.map(([id]) => id)),
    leftNames: await nameOf(left.flatMap(({ recordId }) => recordId ?? [])),
  };
}

function raiseNoType(table: string): never {
  throw new Error(`${table} is not synchronised.`);
}

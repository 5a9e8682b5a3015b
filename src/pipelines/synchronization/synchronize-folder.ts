import { catalog } from '../../tables/catalog.ts';
import { type ActFilter, type MatchingRecord, matchingRecords } from './act-filters.ts';
import type { ActType } from './act-type.ts';
import { applyPairs } from './apply-pairs.ts';
import { type FolderTurn, noteInTurn } from './folder-turn.ts';
import { isLive, type Link, LinkState, noMemory } from './link.ts';
import { readLinks, readMemories, updateLink } from './links.ts';
import type { MassCounts } from './mass-change.ts';
import { pairUp } from './pair-up.ts';
import { planAction } from './plan.ts';
import { type Listing, readListing } from './read-listing.ts';
import { removalOf } from './remove-sides.ts';
import { resolveAbsent, type SettledPair } from './resolve-absent.ts';

/** What one folder's cycle is about to do. */
export interface FolderPlan {
  readonly pairs: readonly SettledPair[];
  readonly listing: Listing;
  /** How far the folder had been read before. */
  readonly cursor: string | null;
  readonly counts: MassCounts;
  readonly links: readonly Link[];
  readonly stale: readonly Link[];
  readonly ended: readonly Link[];
  readonly moved: readonly Link[];
}

/** Reads what happened on both sides of a folder and counts what follows from it; writes nothing (AC-07 steps 1 to 3). */
export async function planFolder(
  turn: FolderTurn,
  filters: readonly ActFilter[],
  cursor: string | null,
): Promise<FolderPlan> {
  const { context, folder, types, user } = turn;
  const links = await readLinks(context.database.records, turn.mailboxid, folder);
  const listing = await readListing(turn.port, folder, cursor, context.signal);
  const matching = new Map<string, MatchingRecord & { readonly type: ActType }>();
  for (const type of types) {
    for (const [id, record] of await matchingRecords(turn.caller, filters, type, turn.conditions))
      matching.set(id, { type, ...record });
  }
  const paired = pairUp({
    organizationId: user.settings.organizationid,
    links,
    listing,
    matching,
    typeOf: (code) => types.find(({ table }) => catalog[table].objectTypeCode === code),
    now: user.now,
    startsFrom: user.startsFrom,
    ignoresCopies: user.settings.switches.IgnoreCopiedItemsInSSSForMailbox,
  });
  const pairs = await resolveAbsent(turn, paired.pairs);
  return { ...paired, pairs, listing, cursor, links, counts: await countsOf(turn, pairs, links) };
}

async function countsOf(turn: FolderTurn, pairs: readonly SettledPair[], links: readonly Link[]): Promise<MassCounts> {
  const removals = pairs.filter(({ record, item }) => planAction(record, item).startsWith('remove'));
  const memories = await readMemories(
    turn.context.database.records,
    removals.flatMap(({ link }) => link?.id ?? []),
  );
  let [deleteItems, deleteRecords, unlink] = [0, 0, 0];
  for (const pair of removals) {
    const memory = memories.get(pair.link?.id ?? '') ?? noMemory;
    const removal = removalOf({ turn, pair, memory, near: undefined });
    const removesItem = planAction(pair.record, pair.item) === 'removeItem';
    if (removesItem && pair.type?.mayDeleteItem(removal)) deleteItems += 1;
    else if (!removesItem && pair.type?.mayDeleteRecord(removal)) deleteRecords += 1;
    else unlink += 1;
  }
  const countOf = (action: string): number =>
    pairs.filter(({ record, item }) => planAction(record, item) === action).length;
  return {
    linked: links.filter(isLive).length,
    deleteItems,
    deleteRecords,
    unlink,
    createItems: countOf('createItem'),
    createRecords: countOf('createRecord'),
  };
}

/** Carries out a plan, at most `room` pairs of it (SC-08), and then notes how far the folder was read (AC-07 steps 4 to 6). `advance` hears of pairs without a link that were dealt with. Returns how many pairs are left. */
export async function carryOutFolder(
  turn: FolderTurn,
  plan: FolderPlan,
  keeps: boolean,
  room: number,
  advance: (count: number) => Promise<void>,
): Promise<number> {
  await noteMoved(turn, plan.moved);
  const now = plan.pairs.slice(0, room);
  await applyPairs(turn, now, keeps, (group) => advance(group.filter(({ link }) => link === undefined).length));
  if (plan.stale.length > 0 || plan.ended.length > 0) {
    await noteInTurn(turn, async (records) => {
      for (const link of plan.stale) await records.delete('exchangesyncidmapping', link.id);
      for (const link of plan.ended) await updateLink(records, link.id, { state: LinkState.deletedThere });
    });
  }
  const left = plan.pairs.length - now.length;
  const isKnown = plan.listing.cursor === plan.cursor && plan.listing.changed.size === 0;
  if (left === 0 && !isKnown) await writeActCursor(turn, plan.listing);
  return left;
}

/** Notes the new items of links before anything is done about them: a repeat must not take them for copies. */
async function noteMoved(turn: FolderTurn, moved: readonly Link[]): Promise<void> {
  if (moved.length === 0) return;
  await noteInTurn(turn, async (records) => {
    for (const { id, itemId, state } of moved) await updateLink(records, id, { itemId, changeKey: null, state });
  });
}

/** How far a folder was read. */
export async function readActCursor(turn: FolderTurn): Promise<string | null> {
  const rows = await turn.context.database.sql<{ value: string }>(
    "select value from mr_cursor where mailboxid = $1::uuid and work = 'act' and name = $2",
    [turn.mailboxid, turn.folder],
  );
  return rows[0]?.value ?? null;
}

/** Notes how far the folder was read, and which items that cursor knows of. */
async function writeActCursor(turn: FolderTurn, listing: Listing): Promise<void> {
  await noteInTurn(turn, async (records, scope) => {
    await scope.sql(
      `insert into mr_cursor (mailboxid, work, name, value) values ($1::uuid, 'act', $2, $3)
       on conflict (mailboxid, work, name) do update set value = excluded.value where mr_cursor.value <> excluded.value`,
      [turn.mailboxid, turn.folder, listing.cursor],
    );
    if (listing.changed.size === 0) return;
    const uncovered = (await readLinks(records, turn.mailboxid, turn.folder)).filter(
      (link) => !link.isCovered && link.itemId !== null && listing.changed.has(link.itemId),
    );
    const filter = { column: 'exchangesyncidmappingid', operator: 'in', value: uncovered.map(({ id }) => id) } as const;
    if (uncovered.length > 0) await records.updateWhere('exchangesyncidmapping', filter, { mr_iscovered: true });
  });
}

import type { MailroomError } from '../../base/errors.ts';
import type { ActFound, ActItem } from '../../contracts/act-item.ts';
import type { ActType, NearRecord } from './act-type.ts';
import { applyPair } from './apply-pair.ts';
import { createItems } from './create-items.ts';
import { createRecords } from './create-records.ts';
import type { FolderTurn } from './folder-turn.ts';
import { noMemory } from './link.ts';
import { readMemories } from './links.ts';
import { isItemTrouble, noteFailure } from './note-failure.ts';
import type { PairWork } from './pair-work.ts';
import { type ActionKind, planAction } from './plan.ts';
import type { SettledPair } from './resolve-absent.ts';
import { settlePairs } from './settle-pairs.ts';

/** Pairs read, and where that can be written, together. */
const batch = 100;

/**
 * Works on pairs in batches, and one after the other where a pair takes more than that; one pair's trouble is noted on its link and does
 * not stop the others. While a batch is written the next is read, and the items of the one before are stamped. `keeps` lets no deletion
 * cross over. Throws when the conversation or the store fails; nothing is under way any more then.
 */
export async function applyPairs(
  turn: FolderTurn,
  pairs: readonly SettledPair[],
  keeps: boolean,
  onGroup: (group: readonly SettledPair[]) => Promise<void>,
): Promise<void> {
  const load = (start: number): Promise<Loaded> | undefined =>
    start < pairs.length ? awaited(loadGroup(turn, pairs.slice(start, start + batch))) : undefined;
  let next = load(0);
  let before = Promise.resolve();
  try {
    for (let start = 0; next !== undefined; start += batch) {
      const loaded = await next;
      const group = pairs.slice(start, start + batch);
      next = load(start + batch);
      const finish = await applyGroup({ turn, group, loaded, keeps, before });
      await before;
      before = awaited(finish().then(() => onGroup(group)));
    }
    await before;
  } finally {
    await Promise.allSettled([next, before]);
  }
}

/** A promise that is waited for later: until then its failure is nobody's. */
function awaited<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

interface Loaded {
  readonly memories: Awaited<ReturnType<typeof readMemories>>;
  readonly near: ReadonlyMap<string, NearRecord>;
  readonly items: ReadonlyMap<string, ActFound>;
}

async function loadGroup(turn: FolderTurn, group: readonly SettledPair[]): Promise<Loaded> {
  const memories = await readMemories(
    turn.context.database.records,
    group.flatMap(({ link }) => link?.id ?? []),
  );
  const near = new Map<string, NearRecord>();
  for (const type of turn.types) {
    const ids = group.flatMap((pair) =>
      pair.type === type && pair.recordId !== null && pair.record !== 'deleted' ? [pair.recordId] : [],
    );
    for (const record of await type.read(turn.caller.records, ids, turn.user)) near.set(record.id, record);
  }
  const wanted = group.flatMap(({ item, itemId }) =>
    (item === 'changed' || item === 'new') && itemId !== null ? [itemId] : [],
  );
  const found = wanted.length === 0 ? [] : await turn.port.get(turn.folder, wanted, turn.context.signal, turn.files);
  return { memories, near, items: new Map(wanted.map((id, index) => [id, found[index] as ActFound])) };
}

interface GroupWork {
  readonly turn: FolderTurn;
  readonly group: readonly SettledPair[];
  readonly loaded: Loaded;
  readonly keeps: boolean;
  /** Resolves when the group before is finished. */
  readonly before: Promise<void>;
}

/**
 * What only has to be noted first, then what is linked, then what is new: a pair can follow from one before it (AA-42). Returns what is
 * left to do when the next group may already begin.
 */
async function applyGroup({ turn, group, loaded, keeps, before }: GroupWork): Promise<() => Promise<void>> {
  const works: PairWork[] = [];
  const origins = new Map<SettledPair, SettledPair>();
  const alone = async (one: readonly PairWork[]): Promise<void> => {
    for (const work of one) await applyOne(work, origins.get(work.pair) ?? work.pair, keeps);
  };
  for (const pair of group) {
    const found = workOf(turn, pair, loaded);
    if (found === undefined) continue;
    if ('error' in found) await noteFailure(turn, pair, found.error);
    else {
      works.push(found);
      origins.set(found.pair, pair);
    }
  }
  const linked = await settlePairs(
    turn,
    works.filter(({ pair }) => pair.link !== undefined),
  );
  if (linked.length > 0) await before;
  await alone(linked);
  const unlinked = works.filter(({ pair }) => pair.link === undefined);
  const actionOf = ({ pair }: PairWork): ActionKind => planAction(pair.record, pair.item);
  const records = unlinked.flatMap((work) =>
    work.item !== undefined && actionOf(work) === 'createRecord' ? [{ ...work, item: work.item }] : [],
  );
  const items = unlinked.flatMap((work) =>
    work.near !== undefined && actionOf(work) === 'createItem' ? [{ ...work, near: work.near }] : [],
  );
  const done = new Set([...records, ...items].map(({ pair }) => pair));
  const made = await createRecords(turn, records);
  for (const { pair } of made.alone) done.delete(pair);
  if (done.size === unlinked.length && items.length === 0) return made.finish;
  await before;
  await made.finish();
  for (const { pair } of await createItems(turn, items)) done.delete(pair);
  await alone(unlinked.filter(({ pair }) => !done.has(pair)));
  return async () => {};
}

/** A pair with what was read of it; undefined when nothing is left of it, the error when its item cannot be read. */
function workOf(
  turn: FolderTurn,
  pair: SettledPair,
  loaded: Loaded,
): PairWork | { readonly error: MailroomError } | undefined {
  const got = loaded.items.get(pair.itemId ?? '');
  const isGone = got !== undefined && 'error' in got && got.error.kind === 'notFound';
  if (got !== undefined && 'error' in got && !isGone) {
    if (isItemTrouble(got.error)) return got;
    throw got.error;
  }
  const item = got !== undefined && 'item' in got ? got.item : undefined;
  const type = pair.type ?? typeFor(turn, item);
  if (type === undefined) return undefined;
  if (isGone && pair.link === undefined && pair.recordId === null) return undefined;
  return {
    turn,
    type,
    pair: isGone ? { ...pair, type, item: pair.link === undefined ? 'none' : 'deleted' } : { ...pair, type },
    memory: loaded.memories.get(pair.link?.id ?? '') ?? noMemory,
    near: loaded.near.get(pair.recordId ?? ''),
    item,
  };
}

/** `origin` is the pair as it was planned: what a new item becomes is found out anew at each try. */
async function applyOne(work: PairWork, origin: SettledPair, keeps: boolean): Promise<void> {
  const { turn } = work;
  turn.context.signal.throwIfAborted();
  try {
    await applyPair(work, keeps);
  } catch (thrown) {
    if (turn.context.signal.aborted || !isItemTrouble(thrown)) throw thrown;
    await noteFailure(turn, origin, thrown);
  }
}

/** What a new item of a folder becomes (TK-02). */
function typeFor(turn: FolderTurn, item: ActItem | undefined): ActType | undefined {
  return item === undefined ? undefined : turn.types.find((type) => type.takesNewItems && type.kind === item.kind);
}

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

/** Works on pairs in batches, and one after the other where a pair takes more than that; one pair's trouble is noted on its link and does not stop the others. `keeps` lets no deletion cross over. Throws when the conversation or the store fails. */
export async function applyPairs(
  turn: FolderTurn,
  pairs: readonly SettledPair[],
  keeps: boolean,
  onGroup: (group: readonly SettledPair[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < pairs.length; start += batch) {
    const group = pairs.slice(start, start + batch);
    await applyGroup(turn, group, await loadGroup(turn, group), keeps);
    await onGroup(group);
  }
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

/** What only has to be noted first, then what is linked, then what is new: a pair can follow from one before it (AA-42). */
async function applyGroup(
  turn: FolderTurn,
  group: readonly SettledPair[],
  loaded: Loaded,
  keeps: boolean,
): Promise<void> {
  const works: PairWork[] = [];
  const origins = new Map<SettledPair, SettledPair>();
  const alone = (work: PairWork): Promise<void> => applyOne(work, origins.get(work.pair) ?? work.pair, keeps);
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
  for (const work of linked) await alone(work);
  const unlinked = works.filter(({ pair }) => pair.link === undefined);
  const actionOf = ({ pair }: PairWork): ActionKind => planAction(pair.record, pair.item);
  const records = unlinked.flatMap((work) =>
    work.item !== undefined && actionOf(work) === 'createRecord' ? [{ ...work, item: work.item }] : [],
  );
  const items = unlinked.flatMap((work) =>
    work.near !== undefined && actionOf(work) === 'createItem' ? [{ ...work, near: work.near }] : [],
  );
  const done = new Set([...records, ...items].map(({ pair }) => pair));
  for (const { pair } of records.length === 0 ? [] : await createRecords(turn, records)) done.delete(pair);
  for (const { pair } of items.length === 0 ? [] : await createItems(turn, items)) done.delete(pair);
  for (const work of unlinked) if (!done.has(work.pair)) await alone(work);
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

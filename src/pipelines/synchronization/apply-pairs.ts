import type { ActFound, ActItem } from '../../contracts/act-item.ts';
import type { ActType, NearRecord } from './act-type.ts';
import { applyPair } from './apply-pair.ts';
import type { FolderTurn } from './folder-turn.ts';
import { noMemory } from './link.ts';
import { readMemories } from './links.ts';
import { isItemTrouble, noteFailure } from './note-failure.ts';
import type { SettledPair } from './resolve-absent.ts';

/** Pairs read together. */
const batch = 50;

/** Works on pairs one after the other; one pair's trouble is noted on its link and does not stop the others. `keeps` lets no deletion cross over. Throws when the conversation or the store fails. */
export async function applyPairs(
  turn: FolderTurn,
  pairs: readonly SettledPair[],
  keeps: boolean,
  onGroup: (group: readonly SettledPair[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < pairs.length; start += batch) {
    const group = pairs.slice(start, start + batch);
    const loaded = await loadGroup(turn, group);
    for (const pair of group) {
      turn.context.signal.throwIfAborted();
      await applyOne(turn, pair, loaded, keeps);
    }
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

async function applyOne(turn: FolderTurn, pair: SettledPair, loaded: Loaded, keeps: boolean): Promise<void> {
  try {
    const got = loaded.items.get(pair.itemId ?? '');
    const isGone = got !== undefined && 'error' in got && got.error.kind === 'notFound';
    if (got !== undefined && 'error' in got && !isGone) throw got.error;
    const item = got !== undefined && 'item' in got ? got.item : undefined;
    const type = pair.type ?? typeFor(turn, item);
    if (type === undefined) return;
    if (isGone && pair.link === undefined && pair.recordId === null) return;
    await applyPair(
      {
        turn,
        type,
        pair: isGone ? { ...pair, type, item: pair.link === undefined ? 'none' : 'deleted' } : { ...pair, type },
        memory: loaded.memories.get(pair.link?.id ?? '') ?? noMemory,
        near: loaded.near.get(pair.recordId ?? ''),
        item,
      },
      keeps,
    );
  } catch (thrown) {
    if (turn.context.signal.aborted || !isItemTrouble(thrown)) throw thrown;
    await noteFailure(turn, pair, thrown);
  }
}

/** What a new item of a folder becomes (TK-02). */
function typeFor(turn: FolderTurn, item: ActItem | undefined): ActType | undefined {
  return item === undefined ? undefined : turn.types.find((type) => type.takesNewItems && type.kind === item.kind);
}

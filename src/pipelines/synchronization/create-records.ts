import { newUuid } from '../../base/uuid.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import { catalog, type RecordOf } from '../../tables/catalog.ts';
import type { ActTable, ActType, NearRecord } from './act-type.ts';
import { newLink, newRow, stampChange, type TakenFields, takenOf } from './create-record.ts';
import { type FolderTurn, noteInTurn, writeAsUser } from './folder-turn.ts';
import { noMemory } from './link.ts';
import { createLinks, type LinkUpdate, type LinkValues, updateLinks } from './links.ts';
import { agreedLink, isSettled, mergeOf, ownersOf } from './merge-pair.ts';
import { isItemTrouble } from './note-failure.ts';
import { noteWritten } from './note-written.ts';
import type { PairWork } from './pair-work.ts';

/** A pair whose item is to become a record. */
export type NewRecordWork = PairWork & { readonly item: ActItem };

/**
 * Makes records of many items in one transaction with their links, then puts the stamps on in one request, then notes that in a second
 * transaction (AC-04, AC-06). Broken off between them, the items are read again and stamped. Returns the pairs that have to be done
 * one by one: what is none of its business, and all of them when one of them is refused.
 */
export async function createRecords(
  turn: FolderTurn,
  works: readonly NewRecordWork[],
): Promise<readonly NewRecordWork[]> {
  const { together, alone } = await parted(turn, works);
  if (together.length < 2) return works;
  const made = await writeTogether(turn, together);
  if (made === undefined) return works;
  turn.tally.processed += made.length;
  const near = await readMade(turn, made);
  const stamped = await turn.port.updateMany(
    made.map(({ work, id }) => ({ seen: work.item, change: stampChange(work, work.item, id) })),
    turn.context.signal,
  );
  const updates: LinkUpdate[] = [];
  for (const [index, one] of made.entries()) {
    const written = stamped[index];
    if (written === undefined || 'error' in written) continue;
    const settled = settledLink(one, near.get(one.id));
    if (settled === undefined) turn.tally.more = true;
    const marks = turn.port.marks(turn.folder) ? { isMarked: true } : {};
    const { id, changeKey } = written.ref;
    const values = settled === undefined ? { itemId: id } : { ...settled, itemId: id, changeKey };
    updates.push({ id: one.linkId, values: { ...values, ...marks } });
  }
  await noteInTurn(turn, (records) => updateLinks(records, updates));
  await noteWritten(
    turn,
    // What an item becomes is found out anew at each try.
    made.map(({ work }) => ({ ...work.pair, type: undefined })),
    stamped,
  );
  return alone;
}

/** Items of their own meeting and without files go together; what may belong to a record that exists, or needs a look of its own, does not. */
async function parted(
  turn: FolderTurn,
  works: readonly NewRecordWork[],
): Promise<{ readonly together: readonly NewRecordWork[]; readonly alone: readonly NewRecordWork[] }> {
  // AA-33: each is asked about with all that were made before it.
  if (turn.user.settings.switches.mr_ActChecksSchedulingConflicts) return { together: [], alone: works };
  const known = new Set<string>();
  for (const type of turn.types) {
    const ids = works.flatMap(({ item, type: own }) => (own === type ? (item.meetingId ?? []) : []));
    for (const id of (await type.knownMeetings?.(turn.caller.records, ids)) ?? []) known.add(id);
  }
  const together: NewRecordWork[] = [];
  const alone: NewRecordWork[] = [];
  for (const work of works) {
    const { item, type } = work;
    const meeting = type.findRecord === undefined ? undefined : item.meetingId?.toLowerCase();
    const isOwn = meeting === undefined || !known.has(meeting);
    const isPlain = item.refusal === undefined && type.refuseItem(item, turn.user) === undefined && !hasFiles(item);
    if (meeting !== undefined) known.add(meeting);
    if (isOwn && isPlain) together.push(work);
    else alone.push(work);
  }
  return { together, alone };
}

const hasFiles = ({ contents }: ActItem): boolean => (contents?.size ?? 0) > 0;

interface Made extends TakenFields {
  readonly work: NewRecordWork;
  readonly id: string;
  readonly linkId: string;
}

/** Undefined when one of them was refused, and nothing written. */
async function writeTogether(turn: FolderTurn, works: readonly NewRecordWork[]): Promise<readonly Made[] | undefined> {
  try {
    const nowMs = turn.context.clock.now().getTime();
    const ids = works.map(() => newUuid(nowMs)).sort();
    const wanted = works.map((work, index) => ({ work, id: ids[index] ?? '', ...takenOf(work, work.item) }));
    const rows = new Map<ActType, RecordOf<ActTable>[]>();
    for (const type of turn.types) {
      const own = wanted.filter(({ work }) => work.type === type);
      if (own.length === 0) continue;
      const bags = own.map(({ taken }) => taken);
      const prepared = await type.prepare?.(turn.caller.records, bags, turn.user);
      const { primaryId } = catalog[type.table];
      rows.set(
        type,
        own.map(({ work, taken, id }) => ({ ...newRow(work, taken, prepared), [primaryId]: id })),
      );
    }
    return await writeAsUser(turn, async (records, notes) => {
      for (const [{ table }, own] of rows) await records.createMany(table, own as RecordOf<typeof table>[]);
      const links = wanted.map(({ work, id, agreed }) => newLink(work, work.item, id, agreed));
      const linkIds = await createLinks(notes, ownersOf({ turn }), links);
      return wanted.map((one, index) => ({ ...one, linkId: linkIds[index] ?? '' }));
    });
  } catch (thrown) {
    if (turn.context.signal.aborted || !isItemTrouble(thrown)) throw thrown;
    return undefined;
  }
}

/** The records as they are now: rules of the tables and users may have made something else of the values. */
async function readMade(turn: FolderTurn, made: readonly Made[]): Promise<ReadonlyMap<string, NearRecord>> {
  const near = new Map<string, NearRecord>();
  for (const type of turn.types) {
    const ids = made.flatMap(({ work, id }) => (work.type === type ? [id] : []));
    for (const record of await type.read(turn.caller.records, ids, turn.user)) near.set(record.id, record);
  }
  return near;
}

/** What the link of a record says that agrees with its item already; undefined where the next pass has to look. */
function settledLink({ work, agreed }: Made, near: NearRecord | undefined): LinkValues | undefined {
  const { item, type, turn } = work;
  if (near === undefined || near.refusal !== undefined || type.cancelsItem?.(near, turn.user) === true)
    return undefined;
  const known = { ...work, memory: { ...noMemory, agreed } };
  const merge = mergeOf(known, near);
  if (!isSettled(merge)) return undefined;
  const { agreed: now, ...values } = agreedLink(known, near, merge, item);
  const isSame = JSON.stringify(now) === JSON.stringify(agreed);
  return { ...values, ...(isSame ? {} : { agreed: merge.agreed }), syncedOn: turn.context.clock.now(), isWell: true };
}

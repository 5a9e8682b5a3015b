import { newUuid } from '../../base/uuid.ts';
import type { FieldBag, FieldValue } from '../../contracts/act-fields.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import type { ActItemChange, ActWritten } from '../../contracts/act-port.ts';
import type { RecordStore } from '../../store/record-store.ts';
import { catalog, type RecordOf } from '../../tables/catalog.ts';
import { type ActTable, type ActType, Direction, type NearRecord } from './act-type.ts';
import { type FolderTurn, noteInTurn, stampOf, writeAsUser } from './folder-turn.ts';
import { LinkState, noMemory } from './link.ts';
import { createLinks, type LinkUpdate, type LinkValues, updateLinks } from './links.ts';
import { agreedLink, isSettled, mergeOf, ownersOf } from './merge-pair.ts';
import { eachWritten } from './note-written.ts';
import type { PairWork } from './pair-work.ts';

/** A pair whose item is to become a record. */
export type NewRecordWork = PairWork & { readonly item: ActItem };

/** Puts the stamps on the items of new records in one request, and then notes that they bear them. Tells of each. */
export async function stampRecords(turn: FolderTurn, made: readonly NewRecord[]): Promise<readonly ActWritten[]> {
  turn.tally.processed += made.length;
  const stamped = await eachWritten(made.length, () =>
    turn.port.updateMany(
      made.map(({ work, id }) => ({ seen: work.item, change: stampChange(work, id) })),
      turn.context.signal,
    ),
  );
  const now = turn.context.clock.now();
  const updates: LinkUpdate[] = [];
  for (const [index, { linkId, isSettled }] of made.entries()) {
    const written = stamped[index];
    if (!isSettled) turn.tally.more = true;
    if (written === undefined || 'error' in written) continue;
    const { id, changeKey } = written.ref;
    const marks = turn.port.marks(turn.folder) ? { isMarked: true } : {};
    updates.push({ id: linkId, values: { itemId: id, ...(isSettled ? { changeKey, syncedOn: now } : {}), ...marks } });
  }
  await noteInTurn(turn, (records) => updateLinks(records, updates));
  return stamped;
}

/** Puts the record's id on its item, and nothing else. */
function stampChange({ turn, type, item }: NewRecordWork, recordId: string): ActItemChange {
  const stamp = stampOf(turn, type, recordId);
  return { kind: item.kind, fields: {}, notify: 'nobody', stamp, isMarked: item.marks.byCategory === true };
}

/** What a record takes of an item, and what both sides then agree on. */
interface TakenFields {
  /** The item's fields in order. */
  readonly fields: FieldBag;
  readonly taken: FieldBag;
  readonly agreed: FieldBag;
}

/** The fields of an item that a new record takes (FM-01). Pure. */
export function takenOf({ turn, type }: Pick<PairWork, 'turn' | 'type'>, item: ActItem): TakenFields {
  const directionOf = turn.directionsOf(type, turn.user);
  const fields = type.normalize(item.fields);
  const agreed: Record<string, FieldValue> = {};
  const taken: Record<string, FieldValue> = {};
  for (const field of type.fields) {
    if ((directionOf(field) & Direction.toRecord) === 0) continue;
    const value = fields[field.name] ?? null;
    agreed[field.name] = value;
    if (value !== null) taken[field.name] = value;
  }
  return { fields, taken, agreed };
}

/** The row of a new record, in the owner's name (AC-06). Pure. */
export function newRow({ turn, type }: Pick<PairWork, 'turn' | 'type'>, taken: FieldBag, prepared: unknown) {
  return {
    ownerid: { table: 'systemuser', id: turn.user.systemuserid },
    ...type.toRecord(taken, undefined, turn.user, prepared),
  } as RecordOf<ActTable>;
}

interface Wanted extends TakenFields {
  readonly work: NewRecordWork;
  readonly id: string;
}

/** A record that was made, and its link. */
export interface NewRecord extends Wanted {
  readonly linkId: string;
  /** Both sides agree once the stamp is on the item. */
  readonly isSettled: boolean;
}

/**
 * Makes records of items in one transaction with their links (AC-04, AC-06); their items are to be stamped next. Broken off before that,
 * the items are read again and stamped. Throws when one of the records is refused; nothing is written then.
 */
export async function writeRecords(turn: FolderTurn, works: readonly NewRecordWork[]): Promise<readonly NewRecord[]> {
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
  return writeAsUser(turn, async (records, notes) => {
    for (const [{ table }, own] of rows) await records.createMany(table, own as RecordOf<typeof table>[]);
    for (const { work, id, taken } of wanted)
      await work.type.writeParts?.(records, id, taken, {}, work.item, turn.user);
    const near = await readMade(turn, records, wanted);
    const links = wanted.map((one) => linkOf(one, near.get(one.id)));
    const linkIds = await writeLinks(turn, notes, wanted, links);
    return wanted.map((one, index) => ({
      ...one,
      linkId: linkIds[index] ?? '',
      isSettled: links[index]?.version != null,
    }));
  });
}

/** The records as they are now: the rules of the tables may have made something else of the values. */
async function readMade(
  turn: FolderTurn,
  records: RecordStore,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, NearRecord>> {
  const near = new Map<string, NearRecord>();
  for (const type of turn.types) {
    const ids = wanted.flatMap(({ work, id }) => (work.type === type ? [id] : []));
    for (const record of await type.read(records, ids, turn.user)) near.set(record.id, record);
  }
  return near;
}

async function writeLinks(
  turn: FolderTurn,
  notes: RecordStore,
  wanted: readonly Wanted[],
  links: readonly LinkValues[],
): Promise<readonly string[]> {
  const known = wanted.map(({ work }) => work.pair.link?.id);
  await updateLinks(
    notes,
    links.flatMap((values, index) => {
      const id = known[index];
      return id === undefined ? [] : [{ id, values }];
    }),
  );
  const created = await createLinks(
    notes,
    ownersOf({ turn }),
    links.filter((_, index) => known[index] === undefined),
  );
  let next = 0;
  return known.map((id) => id ?? created[next++] ?? '');
}

/** The link of a new record. The item's version is not known until the stamp is on it: broken off before, the item is read again. */
function linkOf({ work, id, fields, agreed }: Wanted, near: NearRecord | undefined): LinkValues {
  const { item, type } = work;
  const known = { ...work, memory: { ...noMemory, agreed } };
  const settled = near === undefined ? undefined : settledLink(known, near, fields);
  if (settled !== undefined) return { ...settled, changeKey: null, isMarked: item.marks.byCategory ?? false };
  return {
    state: LinkState.linked,
    itemId: item.id,
    changeKey: null,
    recordId: id,
    objectTypeCode: catalog[type.table].objectTypeCode,
    version: null,
    isMarked: item.marks.byCategory ?? false,
    agreed,
    title: item.title,
    isWell: true,
    ...(near === undefined ? {} : { facts: near.facts }),
  };
}

/** What the link of a record says that agrees with its item already; undefined where the next pass has to look. */
function settledLink(work: NewRecordWork, near: NearRecord, itemFields: FieldBag): LinkValues | undefined {
  const { item, type, turn } = work;
  if (near.refusal !== undefined || type.cancelsItem?.(near, turn.user) === true) return undefined;
  if (type.notedColumns?.(near, item, turn.user) !== undefined) return undefined;
  const merge = mergeOf(work, near, itemFields);
  return isSettled(merge) ? { ...agreedLink(work, near, merge, item), isWell: true } : undefined;
}

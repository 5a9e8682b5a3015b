import { MailroomError } from '../../base/errors.ts';
import type { FieldBag } from '../../contracts/act-fields.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import type { ActItemChange } from '../../contracts/act-port.ts';
import { catalog, type RecordOf } from '../../tables/catalog.ts';
import { type ActTable, Direction } from './act-type.ts';
import { noteInTurn, stampOf, writeAsUser } from './folder-turn.ts';
import { LinkState } from './link.ts';
import { createLink, updateLink } from './links.ts';
import { mergePair, ownersOf } from './merge-pair.ts';
import type { PairWork } from './pair-work.ts';

/** What a record takes of an item, and what both sides then agree on. */
export interface TakenFields {
  readonly taken: FieldBag;
  readonly agreed: FieldBag;
}

/** The fields of an item that a new record takes (FM-01). Pure. */
export function takenOf({ turn, type }: Pick<PairWork, 'turn' | 'type'>, item: ActItem): TakenFields {
  const directionOf = turn.directionsOf(type, turn.user);
  const fields = type.normalize(item.fields);
  const flowing = type.fields.filter((field) => (directionOf(field) & Direction.toRecord) !== 0);
  const agreed = Object.fromEntries(flowing.map(({ name }) => [name, fields[name] ?? null]));
  const taken = Object.fromEntries(Object.entries(agreed).filter(([, value]) => value !== null));
  return { taken, agreed };
}

/** The row of a new record, in the owner's name (AC-06). Pure. */
export function newRow({ turn, type }: Pick<PairWork, 'turn' | 'type'>, taken: FieldBag, prepared: unknown) {
  return {
    ownerid: { table: 'systemuser', id: turn.user.systemuserid },
    ...type.toRecord(taken, undefined, turn.user, prepared),
  } as RecordOf<ActTable>;
}

/** The link of a new record whose item does not carry its stamp yet. Pure. */
export function newLink({ type }: Pick<PairWork, 'type'>, item: ActItem, recordId: string, agreed: FieldBag) {
  return {
    state: LinkState.linked,
    itemId: item.id,
    // Not known until the stamp is on it: broken off before, the item is read again.
    changeKey: null,
    recordId,
    objectTypeCode: catalog[type.table].objectTypeCode,
    version: null,
    isMarked: item.marks.byCategory ?? false,
    agreed,
    title: item.title,
    isWell: true,
  } as const;
}

/** Makes a record of an item that its owner tracked (AC-04), in the owner's name (AC-06); record and link are one transaction. */
export async function createRecord(work: PairWork, item: ActItem): Promise<void> {
  const { turn, pair, type } = work;
  const refusal = item.refusal ?? type.refuseItem(item, turn.user);
  if (refusal !== undefined) throw new MailroomError(refusal, { code: 'mr_ActItemNotTaken', kind: 'item' });
  const existing = await type.findRecord?.(turn.caller.records, item, turn.user);
  if (existing !== undefined) return mergePair(work, existing);
  const { table } = type;
  const { taken, agreed } = takenOf(work, item);
  const prepared = await type.prepare?.(turn.caller.records, [taken], turn.user);
  const values = newRow(work, taken, prepared);
  if (table === 'appointment') await checkFree(work, values as RecordOf<'appointment'>);
  const made = await writeAsUser(turn, async (records, notes) => {
    const id = await records.create(table, values);
    await type.writeParts?.(records, id, taken, {}, item, turn.user);
    const link = newLink(work, item, id, agreed);
    if (pair.link !== undefined) await updateLink(notes, pair.link.id, link);
    return { id, linkId: pair.link?.id ?? (await createLink(notes, ownersOf(work), link)) };
  });
  turn.tally.processed += 1;
  turn.tally.more = true;
  const stamped = await turn.port.update(item, stampChange(work, item, made.id), turn.context.signal);
  await noteInTurn(turn, (records) =>
    updateLink(records, made.linkId, {
      itemId: stamped.id,
      ...(turn.port.marks(turn.folder) ? { isMarked: true } : {}),
    }),
  );
}

/** Puts the record's id on its item, and nothing else. */
export function stampChange(
  { turn, type }: Pick<PairWork, 'turn' | 'type'>,
  item: ActItem,
  recordId: string,
): ActItemChange {
  const stamp = stampOf(turn, type, recordId);
  return { kind: item.kind, fields: {}, notify: 'nobody', stamp, isMarked: item.marks.byCategory === true };
}

/** AA-33: where the organisation wants it, an appointment at a time when its participants are busy here is asked about (AC-16). */
async function checkFree({ turn, pair }: PairWork, values: RecordOf<'appointment'>): Promise<void> {
  const { scheduledstart: start, scheduledend: end, requiredattendees, optionalattendees, organizer } = values;
  const isChecked = turn.user.settings.switches.mr_ActChecksSchedulingConflicts && pair.link?.isDecided !== true;
  if (!isChecked || !start || !end) return;
  const people = [...(requiredattendees ?? []), ...(optionalattendees ?? []), ...(organizer ?? [])];
  const clashes = await turn.caller.clashes({ start, end, people });
  if (clashes.length === 0) return;
  throw new MailroomError(
    `Its participants are busy then (ExchangeSyncSchedulingConflicts): ${clashes.map((subject) => `"${subject}"`).join(', ')}. Move it, or take it all the same with mr_TakeItem.`,
    { code: 'mr_ActSchedulingConflict', kind: 'item' },
  );
}

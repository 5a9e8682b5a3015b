import type { FieldBag } from '../../contracts/act-fields.ts';
import type { ActItem, ActItemRef } from '../../contracts/act-item.ts';
import type { ActNewItem } from '../../contracts/act-port.ts';
import { catalog } from '../../tables/catalog.ts';
import { Direction, type NearRecord } from './act-type.ts';
import { noteInTurn, stampOf } from './folder-turn.ts';
import { LinkState } from './link.ts';
import { createLink, type LinkValues, updateLink } from './links.ts';
import { mergePair, ownersOf } from './merge-pair.ts';
import type { PairWork } from './pair-work.ts';

/** How long an invitation is waited for between two looks, milliseconds (AA-02). */
export const awaitMs = 900_000;

/** Makes an item from a record (AC-02, AC-21, AC-22). The intent is noted first, so that a repeat looks for the item before it makes one. */
export async function createItem(work: PairWork, near: NearRecord): Promise<void> {
  const { turn, pair, type } = work;
  const meeting = type.awaitsMeeting?.(near);
  if (meeting !== undefined) return linkMeeting(work, near, meeting);
  const own = await ownMeeting(work, near);
  if (own !== undefined) return mergePair({ ...work, item: own }, near);
  const wanted = newItemOf(work, near);
  const linkId = await noteIntent(work, near, intentOf(wanted.fields));
  const made = await turn.port.create(wanted, turn.context.signal);
  await noteInTurn(turn, (records) => updateLink(records, linkId, madeLink(work, near, wanted.fields, made)));
  turn.tally.processed += 1;
  if (type.hasSideEffects && pair.link?.state !== LinkState.linked) turn.tally.more = true;
}

/** The item that a record becomes. Pure. */
export function newItemOf({ turn, type }: Pick<PairWork, 'turn' | 'type'>, near: NearRecord): ActNewItem {
  const directionOf = turn.directionsOf(type, turn.user);
  const fields = Object.fromEntries(
    type.fields
      .filter((field) => (directionOf(field) & Direction.toExchange) !== 0)
      .map(({ name }) => [name, near.fields[name] ?? null]),
  );
  return {
    folder: turn.folder,
    kind: type.kind,
    fields,
    files: turn.files,
    stamp: stampOf(turn, type, near.id),
    notify: type.notifies(Object.keys(fields), near, turn.user),
    remindOn: type.remindOn(near, true, turn.user) ?? null,
  };
}

/** What a link says while its item is being made. Pure. */
export const intentOf = (fields: FieldBag): LinkValues => ({
  state: LinkState.making,
  itemId: null,
  changeKey: null,
  version: null,
  agreed: {},
  pending: fields,
});

/** What a link says once its item is there. */
export function madeLink(
  { turn, type }: Pick<PairWork, 'turn' | 'type'>,
  near: NearRecord,
  fields: FieldBag,
  made: ActItemRef,
): LinkValues {
  const directionOf = turn.directionsOf(type, turn.user);
  // What comes from Exchange alone is empty there for now.
  const emptyThere = Object.fromEntries(
    type.fields.filter((field) => directionOf(field) === Direction.toRecord).map(({ name }) => [name, null]),
  );
  return {
    state: LinkState.linked,
    itemId: made.id,
    changeKey: type.hasSideEffects ? null : made.changeKey,
    version: near.versionnumber,
    agreed: { ...emptyThere, ...fields },
    pending: null,
    isMadeHere: true,
    isMarked: turn.port.marks(turn.folder),
    syncedOn: turn.context.clock.now(),
    isWell: true,
  };
}

/** AA-42: the organizer's own item of a record that an attendee's tracking made; undefined where there is none. */
async function ownMeeting({ turn, type }: PairWork, near: NearRecord): Promise<ActItem | undefined> {
  const { meetingId } = near.facts;
  if (type.awaitsMeeting === undefined || typeof meetingId !== 'string' || meetingId === '') return undefined;
  const item = await itemOfMeeting(turn, type, meetingId);
  return item?.isOrganizer === true ? item : undefined;
}

/** The mailbox's item of a meeting. One occurrence of a series that its owner was asked to alone has the series' id and is no series. */
async function itemOfMeeting(
  turn: PairWork['turn'],
  type: PairWork['type'],
  meetingId: string,
): Promise<ActItem | undefined> {
  const heads = await turn.port.findByMeeting(meetingId, turn.context.signal);
  if (heads.length === 0) return undefined;
  const ids = heads.map(({ id }) => id);
  const found = await turn.port.get(turn.folder, ids, turn.context.signal, turn.files);
  return found.flatMap((one) => ('item' in one ? [one.item] : [])).find(({ kind }) => kind === type.kind);
}

/** What a link says of its record. Pure. */
export const ofRecord = ({ type }: Pick<PairWork, 'type'>, near: NearRecord): LinkValues => ({
  recordId: near.id,
  objectTypeCode: catalog[type.table].objectTypeCode,
  facts: near.facts,
  title: near.title,
});

function noteIntent(work: PairWork, near: NearRecord, values: LinkValues): Promise<string> {
  const { turn, pair } = work;
  const all: LinkValues = { ...values, ...ofRecord(work, near) };
  return noteInTurn(turn, async (records) => {
    if (pair.link === undefined) return createLink(records, ownersOf(work), all);
    await updateLink(records, pair.link.id, all);
    return pair.link.id;
  });
}

/** AA-02: a participant's item comes with the organizer's invitation; it is linked, never made. */
async function linkMeeting(work: PairWork, near: NearRecord, meeting: string): Promise<void> {
  const { turn } = work;
  const item = meeting === '' ? undefined : await itemOfMeeting(turn, work.type, meeting);
  if (item !== undefined) return mergePair({ ...work, item }, near);
  const linkId = await noteIntent(work, near, { state: LinkState.awaited });
  const nextTryOn = new Date(turn.context.clock.now().getTime() + awaitMs);
  await noteInTurn(turn, (records) => records.update('exchangesyncidmapping', linkId, { mr_nexttryon: nextTryOn }));
}

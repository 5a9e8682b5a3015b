import type { FieldBag } from '../../contracts/act-fields.ts';
import type { ActItemRef } from '../../contracts/act-item.ts';
import { catalog, type RecordOf } from '../../tables/catalog.ts';
import { type ActField, Direction, type DirectionValue, type NearRecord } from './act-type.ts';
import { type ConflictNote, noteConflict } from './conflict-notes.ts';
import { noteInTurn, stampOf, writeAsUser } from './folder-turn.ts';
import { LinkState } from './link.ts';
import { createLink, type LinkValues, updateLink } from './links.ts';
import { type Merge, mergeFields } from './merge-fields.ts';
import type { PairWork } from './pair-work.ts';

/** Conflicts remembered on a link. */
const mostConflicts = 20;

/** What both sides of a pair shall be (AC-05, AC-09); `itemFields` are the item's, where they were brought into order already. Pure. */
export function mergeOf({ turn, type, memory, item }: PairWork, near: NearRecord, itemFields?: FieldBag): Merge {
  const general = turn.directionsOf(type, turn.user);
  const directionOf = (field: ActField): DirectionValue =>
    type.limitDirection?.(field, general(field), near.facts) ?? general(field);
  const takes = type.takesChanges(near.facts);
  return mergeFields(
    type.fields,
    {
      agreed: memory.agreed,
      pending: memory.pending,
      record: near.fields,
      item: item === undefined ? memory.agreed : (itemFields ?? type.normalize(item.fields)),
      recordModifiedOn: near.modifiedOn,
      itemModifiedOn: item?.modifiedOn ?? new Date(0),
    },
    // AA-32: a closed record takes nothing more from its item.
    (field) => (takes ? directionOf(field) : ((directionOf(field) & Direction.toExchange) as 0 | 1)),
    type.normalize,
  );
}

/** True when a merge writes neither side and settles no conflict. */
export const isSettled = ({ toItem, toRecord, conflicts }: Merge): boolean =>
  conflicts.length === 0 && Object.keys(toItem).length === 0 && Object.keys(toRecord).length === 0;

/** What a link says of a pair whose sides agree, the record as it was read. */
export function agreedLink({ type, item }: PairWork, near: NearRecord, merge: Merge, seen: ActItemRef): LinkValues {
  return {
    state: LinkState.linked,
    recordId: near.id,
    objectTypeCode: catalog[type.table].objectTypeCode,
    itemId: seen.id,
    changeKey: seen.changeKey,
    agreed: merge.agreed,
    pending: null,
    // As it was read: a change that came meanwhile has a later version, and is seen.
    version: near.versionnumber,
    facts: near.facts,
    title: near.title,
    ...(item?.marks.byCategory === undefined ? {} : { isMarked: item.marks.byCategory }),
    ...(item?.myResponse === undefined ? {} : { myResponse: item.myResponse }),
  };
}

/**
 * Brings a record and its item together (AC-05, AC-09). The record and the note of what is on its way to the item are one transaction;
 * then the item is written; then the link says so. Broken off anywhere, a repeat comes to the same end.
 */
export async function mergePair(work: PairWork, near: NearRecord): Promise<void> {
  const { turn, pair, type, memory, item } = work;
  const merge = mergeOf(work, near);
  const seen = refOf(work);
  const needsStamp = item !== undefined && item.stamp?.recordId !== near.id;
  const writesItem = Object.keys(merge.toItem).length > 0 || needsStamp;
  const { linkId, version } = await writeRecord(work, near, merge, seen, writesItem);
  if (!writesItem) return;
  const written = await turn.port.update(
    seen,
    {
      kind: item?.kind ?? type.kind,
      fields: merge.toItem,
      files: turn.files,
      filesBefore: memory.agreed.attachments ?? null,
      notify: type.notifies(Object.keys(merge.toItem), near, turn.user),
      ...reminder(work, near),
      ...(needsStamp ? { stamp: stampOf(turn, type, near.id), isMarked: item.marks.byCategory === true } : {}),
    },
    turn.context.signal,
  );
  const rereads = type.hasSideEffects && Object.keys(merge.toItem).length > 0;
  await noteInTurn(turn, (records) =>
    updateLink(records, linkId, {
      changeKey: rereads ? null : written.changeKey,
      itemId: written.id,
      agreed: merge.agreed,
      pending: null,
      version,
      syncedOn: turn.context.clock.now(),
      isWell: true,
      ...(needsStamp && turn.port.marks(turn.folder) ? { isMarked: true } : {}),
    }),
  );
  if (rereads) turn.tally.more = true;
  if (pair.link === undefined || pair.item === 'new') turn.tally.processed += 1;
}

function reminder({ type, turn }: PairWork, near: NearRecord): { readonly remindOn?: Date | null } {
  const remindOn = type.remindOn(near, false, turn.user);
  return remindOn === undefined ? {} : { remindOn };
}

/** The item as it was seen. */
export function refOf({ item, pair }: PairWork): ActItemRef {
  return {
    id: item?.id ?? pair.itemId ?? '',
    changeKey: item?.changeKey ?? pair.head?.changeKey ?? pair.link?.changeKey ?? '',
  };
}

/** Writes what the record takes and notes what the item is about to get; returns the link and the record's version. */
async function writeRecord(
  work: PairWork,
  near: NearRecord,
  merge: Merge,
  seen: ActItemRef,
  writesItem: boolean,
): Promise<{ readonly linkId: string; readonly version: bigint }> {
  const { turn, pair, type, item, memory } = work;
  const now = turn.context.clock.now();
  const noted = type.notedColumns?.(near, item, turn.user);
  const takes = Object.keys(merge.toRecord).length > 0;
  const hasChanges = takes || noted !== undefined;
  const prepared = takes ? await type.prepare?.(turn.caller.records, [merge.toRecord], turn.user) : undefined;
  const conflict: ConflictNote | undefined =
    merge.conflicts.length === 0 ? undefined : { on: now.toISOString(), title: near.title, fields: merge.conflicts };
  if (takes) turn.tally.processed += 1;
  return writeAsUser(turn, async (records, notes, scope) => {
    const { table } = type;
    if (hasChanges) {
      const taken = takes ? type.toRecord(merge.toRecord, near, turn.user, prepared) : {};
      const values = { ...taken, ...noted } as RecordOf<typeof table>;
      await records.update(table, near.id, values, { ifMatch: near.versionnumber });
      await type.writeParts?.(records, near.id, merge.toRecord, memory.agreed, item, turn.user);
    }
    // Without a change of ours the version stays that of the record as it was read, so that somebody's change meanwhile is seen.
    const row = hasChanges ? await notes.retrieve(table as 'task', near.id, ['versionnumber']) : undefined;
    const version = row?.versionnumber ?? near.versionnumber;
    const values: LinkValues = {
      ...agreedLink(work, near, merge, seen),
      version,
      ...(conflict === undefined ? {} : { conflict: [conflict, ...memory.conflicts].slice(0, mostConflicts) }),
      // What the item does not have yet is agreed on only once it has.
      ...(writesItem
        ? { changeKey: null, agreed: agreedSoFar(work, merge), pending: merge.toItem, version: null }
        : { syncedOn: now, isWell: true }),
    };
    const linkId = pair.link?.id ?? (await createLink(notes, ownersOf(work), values));
    if (pair.link !== undefined) await updateLink(notes, linkId, values);
    if (conflict !== undefined)
      await noteConflict(turn, { ...scope, records: notes }, conflict, { table, id: near.id });
    return { linkId, version };
  });
}

function agreedSoFar({ memory }: PairWork, merge: Merge) {
  const agreed = { ...merge.agreed };
  for (const field of Object.keys(merge.toItem)) {
    const before = memory.agreed[field];
    if (before === undefined) delete agreed[field];
    else agreed[field] = before;
  }
  return agreed;
}

/** Whose link it is. */
export function ownersOf({ turn }: Pick<PairWork, 'turn'>) {
  return { mailboxid: turn.mailboxid, folder: turn.folder, systemuserid: turn.user.systemuserid };
}

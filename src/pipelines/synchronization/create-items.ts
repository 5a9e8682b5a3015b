import type { ActNewItem } from '../../contracts/act-port.ts';
import type { NearRecord } from './act-type.ts';
import { intentOf, madeLink, newItemOf, ofRecord } from './create-item.ts';
import { type FolderTurn, noteInTurn } from './folder-turn.ts';
import { createLinks, type LinkUpdate, updateLinks } from './links.ts';
import { ownersOf } from './merge-pair.ts';
import { eachWritten, noteWritten } from './note-written.ts';
import type { PairWork } from './pair-work.ts';

/** A pair whose record is to become an item. */
export type NewItemWork = PairWork & { readonly near: NearRecord };

/**
 * Makes items of many records in as few requests as the server takes (AC-02, AC-21, AC-22). The intents are noted in one transaction
 * before, so that a repeat looks for each item before it makes one. Returns the pairs that have to be done one by one: meetings, whose
 * item may be there already.
 */
export async function createItems(turn: FolderTurn, works: readonly NewItemWork[]): Promise<readonly NewItemWork[]> {
  const together = works.filter(isPlain);
  if (together.length < 2) return works;
  const wanted: readonly ActNewItem[] = together.map((work) => newItemOf(work, work.near));
  const fieldsOf = (index: number) => wanted[index]?.fields ?? {};
  const linkIds = await noteInTurn(turn, (records) =>
    createLinks(
      records,
      ownersOf({ turn }),
      together.map((work, index) => ({ ...intentOf(fieldsOf(index)), ...ofRecord(work, work.near) })),
    ),
  );
  const made = await eachWritten(wanted.length, () => turn.port.createMany(turn.folder, wanted, turn.context.signal));
  const updates = together.flatMap((work, index): LinkUpdate[] => {
    const one = made[index];
    if (one === undefined || 'error' in one) return [];
    return [{ id: linkIds[index] ?? '', values: madeLink(work, work.near, fieldsOf(index), one.ref) }];
  });
  await noteInTurn(turn, (records) => updateLinks(records, updates));
  turn.tally.processed += updates.length;
  if (together.some(({ type }) => type.hasSideEffects)) turn.tally.more = true;
  await noteWritten(
    turn,
    together.map(({ pair }) => pair),
    made,
  );
  return works.filter((work) => !isPlain(work));
}

/** The item of a meeting known by its id may be there; that of a participant comes with the invitation; invitations go out one by one. */
function isPlain({ type, near, turn }: NewItemWork): boolean {
  if (near.refusal !== undefined || type.cancelsItem?.(near, turn.user) === true) return false;
  if (type.awaitsMeeting?.(near) !== undefined) return false;
  const { meetingId } = near.facts;
  if (type.awaitsMeeting !== undefined && typeof meetingId === 'string' && meetingId !== '') return false;
  return newItemOf({ turn, type }, near).notify === 'nobody';
}

import { asMailroomError } from '../../base/errors.ts';
import type { ActItemRef } from '../../contracts/act-item.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import type { Removal } from './act-type.ts';
import { noteConflict } from './conflict-notes.ts';
import { noteInTurn, writeAsUser } from './folder-turn.ts';
import { LinkState, type LinkStateValue } from './link.ts';
import { updateLink } from './links.ts';
import type { PairWork } from './pair-work.ts';

/** What deciding about a pair's deletion needs. */
export function removalOf({ pair, memory, near, turn }: Omit<PairWork, 'item' | 'type'>): Removal {
  const facts = near?.facts ?? memory.facts;
  const isOwner = pair.ownerId === undefined ? facts.isOwner : pair.ownerId === turn.user.systemuserid;
  return {
    kind: pair.record === 'deleted' ? 'physical' : 'logical',
    facts: { ...facts, isOwner },
    agreed: memory.agreed,
    user: turn.user,
    wasOrganizer: memory.facts.isOrganizer,
  };
}

/** The record is gone or left: the item is deleted too where the table's rules let it, else it stays and the link is cut (AC-12). `isKept` asks for the latter. */
export async function removeItem(work: PairWork, isKept: boolean): Promise<void> {
  const { turn, pair, type, item } = work;
  const { link } = pair;
  if (link === undefined) return;
  const removal = removalOf(work);
  const gone = removal.kind === 'physical' ? LinkState.recordGone : LinkState.leftFilter;
  if (isKept || !type.mayDeleteItem(removal)) return unlink(work, gone);
  const seen: ActItemRef = {
    id: item?.id ?? pair.itemId ?? '',
    changeKey: item?.changeKey ?? pair.head?.changeKey ?? link.changeKey ?? '',
  };
  await noteInTurn(turn, async (records, scope) => {
    await updateLink(records, link.id, { state: LinkState.deleting, changeKey: null });
    if (item === undefined || link.state === LinkState.deleting) return;
    const note = {
      on: turn.context.clock.now().toISOString(),
      title: item.title,
      deletedBy: 'record',
      lost: item.fields,
    } as const;
    const record = removal.kind === 'physical' ? undefined : recordOf(work);
    await noteConflict(turn, { ...scope, records }, note, record);
  });
  try {
    await turn.port.remove(seen, type.notifiesRemoval?.(removal) ?? 'nobody', turn.context.signal);
  } catch (thrown) {
    if (asMailroomError(thrown).kind !== 'notFound') throw thrown;
  }
  await forget(work);
  turn.tally.processed += 1;
}

const recordOf = ({ pair, type }: PairWork): EntityReference | undefined =>
  pair.recordId === null ? undefined : { table: type.table, id: pair.recordId };

/** The item was deleted: the record is deleted too (AA-39, CC-04, TK-11). False where the table's rules do not let it. */
export async function removeRecord(work: PairWork, isContested: boolean): Promise<boolean> {
  const { turn, pair, type, near } = work;
  const { link } = pair;
  if (link === undefined || near === undefined || !type.mayDeleteRecord(removalOf(work))) return false;
  await writeAsUser(turn, async (records, notes, scope) => {
    await records.delete(type.table, near.id, { ifMatch: near.versionnumber });
    await notes.delete('exchangesyncidmapping', link.id);
    if (!isContested) return;
    const note = {
      on: turn.context.clock.now().toISOString(),
      title: near.title,
      deletedBy: 'item',
      lost: near.fields,
    } as const;
    await noteConflict(turn, { ...scope, records: notes }, note, undefined);
  });
  turn.tally.processed += 1;
  return true;
}

/** Cuts the tie; record and item stay as they are (AC-14). */
export async function unlink({ turn, pair, item }: PairWork, state: LinkStateValue): Promise<void> {
  const { link } = pair;
  if (link === undefined) return;
  await noteInTurn(turn, async (records) => {
    await updateLink(records, link.id, {
      state,
      pending: null,
      changeKey: null,
      isWell: true,
      isMarked: item?.marks.byCategory ?? pair.head?.marks.byCategory ?? link.isMarked,
    });
    await records.update('exchangesyncidmapping', link.id, {
      isunlinkedincrm: true,
      mr_response: null,
      isdeletedinexchange: state === LinkState.deletedThere,
    });
  });
  turn.tally.processed += 1;
}

/** Removes a link of which nothing is left. */
export async function forget({ turn, pair }: Pick<PairWork, 'turn' | 'pair'>): Promise<void> {
  const { link } = pair;
  if (link !== undefined) await noteInTurn(turn, (records) => records.delete('exchangesyncidmapping', link.id));
}

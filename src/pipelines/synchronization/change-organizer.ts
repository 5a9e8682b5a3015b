import { asMailroomError } from '../../base/errors.ts';
import type { NearRecord } from './act-type.ts';
import { awaitMs } from './create-item.ts';
import { noteInTurn } from './folder-turn.ts';
import { LinkState } from './link.ts';
import { updateLink } from './links.ts';
import type { PairWork } from './pair-work.ts';
import { removalOf } from './remove-sides.ts';

/** What a change of organizer means for the mailbox of one participant: it was the organizer's, or it is now. */
export type OrganizerChange = 'lost' | 'gained';

/** AA-19: whether the organizer changed since both sides agreed. Pure. */
export function organizerChange({ type, memory, near }: PairWork): OrganizerChange | undefined {
  const knewPeople = memory.facts.hasOwnOrganizer !== undefined;
  if (type.awaitsMeeting === undefined || near === undefined || !knewPeople) return undefined;
  if (memory.facts.isOrganizer === near.facts.isOrganizer) return undefined;
  return near.facts.isOrganizer ? 'gained' : 'lost';
}

/** AA-19, AA-20: the former organizer's item is deleted or left alone, and the new organizer's invitation is waited for. */
export async function handOver(work: PairWork, near: NearRecord): Promise<void> {
  const { turn, pair, type, item } = work;
  if (pair.link === undefined) return;
  const linkId = pair.link.id;
  const removal = removalOf(work);
  const seen = {
    id: item?.id ?? pair.itemId ?? '',
    changeKey: item?.changeKey ?? pair.head?.changeKey ?? pair.link.changeKey ?? '',
  };
  if (type.mayDeleteItem(removal)) {
    try {
      await turn.port.remove(seen, type.notifiesRemoval?.(removal) ?? 'nobody', turn.context.signal);
    } catch (thrown) {
      if (asMailroomError(thrown).kind !== 'notFound') throw thrown;
    }
  }
  const nextTryOn = new Date(turn.context.clock.now().getTime() + awaitMs);
  await noteInTurn(turn, async (records) => {
    await updateLink(records, linkId, {
      state: LinkState.awaited,
      itemId: null,
      changeKey: null,
      version: null,
      agreed: {},
      pending: null,
      facts: near.facts,
    });
    await records.update('exchangesyncidmapping', linkId, { mr_nexttryon: nextTryOn });
  });
  turn.tally.processed += 1;
}

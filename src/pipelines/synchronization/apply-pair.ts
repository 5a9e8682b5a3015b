import { MailroomError } from '../../base/errors.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import { answerMeeting } from './answer-meeting.ts';
import { handOver, organizerChange } from './change-organizer.ts';
import { createItem } from './create-item.ts';
import { createRecord } from './create-record.ts';
import { LinkState } from './link.ts';
import { mergePair } from './merge-pair.ts';
import { isTracked, isUntracked } from './pair-up.ts';
import type { PairWork } from './pair-work.ts';
import { type ActionKind, planAction } from './plan.ts';
import { forget, removeItem, removeRecord, unlink } from './remove-sides.ts';

/** Carries out what was decided about one pair. Throws MailroomError; kinds of one item alone do not concern the others. */
export async function applyPair(given: PairWork, keeps: boolean): Promise<void> {
  const work = await found(given);
  if (await answerMeeting(work)) return;
  const action = planAction(work.pair.record, work.pair.item);
  await carryOut(work, action, keeps);
}

/** An item whose making was broken off is looked for first; one that turned out to be gone, or untracked, is that. */
async function found(work: PairWork): Promise<PairWork> {
  const { pair, turn, item } = work;
  const isMaking = pair.link?.state === LinkState.making && pair.itemId === null;
  if (isMaking && pair.recordId !== null) {
    const heads = await turn.port.findByRecord(turn.folder, pair.recordId, turn.context.signal);
    const ids = heads.map(({ id }) => id);
    const got = ids.length === 0 ? [] : await turn.port.get(turn.folder, ids, turn.context.signal, turn.files);
    // An invitation of a former organizer carries our stamp as well; what was begun is the user's own item.
    const item = got.flatMap((one) => ('item' in one && one.item.isOrganizer !== false ? one.item : []))[0];
    if (item === undefined) return work;
    return { ...work, item, pair: { ...pair, itemId: item.id, item: 'changed' } };
  }
  if (pair.link?.state === LinkState.notTaken && item !== undefined && !isTracked(item.marks))
    return { ...work, pair: { ...pair, item: 'none' } };
  const isLinked = pair.link !== undefined && pair.item === 'changed';
  if (item !== undefined && isLinked && pair.link !== undefined && isUntracked(pair.link, item.marks))
    return { ...work, pair: { ...pair, item: 'untracked' } };
  return work;
}

async function carryOut(work: PairWork, action: ActionKind, keeps: boolean): Promise<void> {
  switch (action) {
    case 'nothing':
      return;
    case 'forget':
      return forget(work);
    case 'createItem':
      if (isCancelled(work)) return;
      return work.near === undefined ? unlink(work, LinkState.leftFilter) : createItem(work, expressible(work.near));
    case 'createRecord':
      return createRecord(work, itemOf(work));
    case 'merge':
      if (work.near === undefined) return unlink(work, LinkState.leftFilter);
      if (isCancelled(work)) return removeItem(work, keeps);
      switch (organizerChange(work)) {
        case 'lost':
          return handOver(work, work.near);
        case 'gained':
          // The invitation that lies there is somebody else's: a meeting of the own is made.
          if (work.item?.isOrganizer !== true) return createItem(work, expressible(work.near));
      }
      return mergePair(withExpressible(work), expressible(work.near));
    case 'removeItem':
      return removeItem(work, keeps);
    case 'removeRecord':
      if (keeps || !(await removeRecord(work, false))) await unlink(work, LinkState.deletedThere);
      return;
    case 'removeOrRestore':
      if (keeps) return unlink(work, LinkState.deletedThere);
      if (await removeRecord(work, true)) return;
      // AA-40: what an attendee declined or deleted is not waited for again.
      return work.near === undefined || work.type.awaitsMeeting?.(work.near) !== undefined
        ? unlink(work, LinkState.deletedThere)
        : createItem(work, expressible(work.near));
    case 'unlink':
      return unlink(work, work.pair.item === 'untracked' ? LinkState.untracked : LinkState.deletedThere);
  }
}

/** AA-18 */
const isCancelled = ({ near, type, turn }: PairWork): boolean =>
  near !== undefined && type.cancelsItem?.(near, turn.user) === true;

function itemOf({ item, turn }: PairWork): ActItem {
  if (item !== undefined) return item;
  throw new MailroomError(`An item of ${turn.folder} that was listed could not be read.`, {
    code: 'mr_ActItemUnreadable',
    kind: 'item',
  });
}

/** What one side cannot express is left alone, in plain words. */
function expressible<T extends { readonly refusal?: string | undefined }>(side: T): T {
  if (side.refusal === undefined) return side;
  throw new MailroomError(side.refusal, { code: 'mr_ActNotExpressible', kind: 'item' });
}

function withExpressible(work: PairWork): PairWork {
  return work.item === undefined ? work : { ...work, item: expressible(work.item) };
}

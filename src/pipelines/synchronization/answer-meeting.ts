import { noteInTurn } from './folder-turn.ts';
import { MeetingResponse } from './link.ts';
import type { PairWork } from './pair-work.ts';

/**
 * Gives the answer to a meeting that its user chose here, unless the item shows it already (a repeat after a lost answer). True when it
 * did: what else happened to the item is looked at in the next pass.
 */
export async function answerMeeting({ turn, pair, item, memory }: PairWork): Promise<boolean> {
  const response = pair.link?.response;
  if (pair.link === undefined || !response || item === undefined) return false;
  const linkId = pair.link.id;
  if (item.myResponse !== response && item.isOrganizer !== true)
    await turn.port.respond(item, response, memory.responseComment, turn.context.signal);
  await noteInTurn(turn, (records) =>
    records.update('exchangesyncidmapping', linkId, {
      mr_response: null,
      mr_responsecomment: null,
      mr_myresponse: MeetingResponse[response],
      mr_changekey: null,
    }),
  );
  turn.tally.processed += 1;
  turn.tally.more = true;
  return true;
}

import type { MailHandle, MailRetriever } from '../../contracts/mail-retriever.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import type { IngestTally } from './ingest.ts';
import { readHeads } from './read-heads.ts';
import { settleHeads } from './settle-heads.ts';

/** Heads judged together, in one transaction. */
const headsAtOnce = 200;

/** Heads looked at in one turn for each body it may take. */
const headsPerBody = 10;

/** What a page comes to after a look at its heads. */
export interface ScreenedPage {
  /** Messages whose bodies are needed, in order. */
  readonly wanted: readonly MailHandle[];
  /** Messages not looked at: enough was found for one turn. */
  readonly left: number;
}

/**
 * Judges messages by their heads and returns those whose bodies are needed, until `room` of them are found (PAIN-18, IN-06,
 * PAIN-09). Without `throughout` it stops looking once a stretch of heads settles nothing. A server that cannot give heads alone,
 * and messages whose heads do not tell, are left to be judged whole.
 */
export async function screen(
  turn: IncomingTurn,
  retriever: Pick<MailRetriever, 'fetchHeads'>,
  fresh: readonly MailHandle[],
  limits: { readonly room: number; readonly throughout: boolean },
  tally: IngestTally,
): Promise<ScreenedPage> {
  if (retriever.fetchHeads === undefined) return { wanted: fresh, left: 0 };
  const wanted: MailHandle[] = [];
  const most = limits.room * headsPerBody;
  let at = 0;
  for (; at < fresh.length && at < most && wanted.length < limits.room; at += headsAtOnce) {
    const group = fresh.slice(at, at + headsAtOnce);
    const mails = await readHeads(retriever, group, turn.context.clock.now(), turn.context.signal);
    const { serverIds, judged, newestOn } = await settleHeads(turn, mails);
    wanted.push(...group.filter((handle) => !serverIds.has(handle.serverId)));
    tally.processed += judged;
    if (newestOn !== undefined && (tally.newestOn === undefined || newestOn > tally.newestOn))
      tally.newestOn = newestOn;
    if (!limits.throughout && serverIds.size === 0) {
      return { wanted: [...wanted, ...fresh.slice(at + headsAtOnce)], left: 0 };
    }
  }
  return { wanted, left: Math.max(0, fresh.length - at) };
}

import type { MailMessage } from '../../contracts/mail-message.ts';
import type { FetchedMail, MailHandle, MailRetriever } from '../../contracts/mail-retriever.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { readIncomingMail } from './incoming-mail.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import type { IngestTally } from './ingest.ts';
import { settleHeads } from './settle-heads.ts';

/** Header bytes read of one message, at most: what is judged stands early, and a longer head is judged with its body. */
const headBytes = 65_536;

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
  retriever: MailRetriever,
  fresh: readonly MailHandle[],
  limits: { readonly room: number; readonly throughout: boolean },
  tally: IngestTally,
): Promise<ScreenedPage> {
  const fetchHeads = retriever.fetchHeads?.bind(retriever);
  if (fetchHeads === undefined) return { wanted: fresh, left: 0 };
  const wanted: MailHandle[] = [];
  const most = limits.room * headsPerBody;
  let at = 0;
  for (; at < fresh.length && at < most && wanted.length < limits.room; at += headsAtOnce) {
    const group = fresh.slice(at, at + headsAtOnce);
    const mails = await readHeads(turn, fetchHeads(group, headBytes, turn.context.signal));
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

/** The messages that their heads let us judge. */
async function readHeads(turn: IncomingTurn, heads: AsyncIterable<FetchedMail>): Promise<readonly IncomingMail[]> {
  const mails: IncomingMail[] = [];
  for await (const fetched of heads) {
    if ('error' in fetched || fetched.raw.length >= headBytes) continue;
    const { handle, raw } = fetched;
    const receivedOn = fetched.receivedOn ?? handle.receivedOn;
    const source = { serverId: handle.serverId, raw, receivedOn, wholeBytes: handle.sizeBytes ?? raw.length };
    const mail = await readIncomingMail(source, turn.context.clock.now()).catch(() => undefined);
    if (mail !== undefined && isToldByHead(mail.message)) mails.push(mail);
  }
  return mails;
}

/** False for messages that only their body identifies (IN-32), and for reports, whose body says what they are about (RFC 3464). */
function isToldByHead(message: MailMessage): boolean {
  if (message.messageId === '') return false;
  const value = (name: string): string => (message.headers.get(name)?.[0] ?? '').trim().toLowerCase();
  if (/^multipart\/report|^message\//.test(value('content-type')) || value('return-path') === '<>') return false;
  const sender = (message.from[0] ?? message.sender[0])?.address ?? '';
  return !/^(?:mailer-daemon|postmaster)@|^mailer-daemon$/i.test(sender);
}

import type { MailHandle } from '../../contracts/mail-retriever.ts';
import type { MailSource } from './incoming-mail.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import { type IngestTally, ingestStored } from './ingest.ts';
import { isDue, type OpenQuarantine } from './quarantine.ts';

/** Most quarantined messages tried again in one turn. */
const mostRetried = 50;

/**
 * Tries quarantined messages again whose time has come or which somebody released, from the bytes kept (SC-14). Returns those
 * without bytes, which are to be fetched once more.
 */
export async function retryQuarantined(
  turn: IncomingTurn,
  open: readonly OpenQuarantine[],
  tally: IngestTally,
): Promise<readonly MailHandle[]> {
  const now = turn.context.clock.now();
  const due = open.filter((one) => isDue(one, now)).slice(0, mostRetried);
  const refetched: MailHandle[] = [];
  for (const { id, serverId, rawBlob, sizeBytes } of due) {
    const raw = rawBlob === undefined ? undefined : await turn.context.database.blobs.get(rawBlob);
    if (raw === undefined) {
      refetched.push({ serverId, ...(sizeBytes > 0 ? { sizeBytes } : {}) });
      continue;
    }
    const source: MailSource = { serverId, raw, quarantineId: id };
    await ingestStored(turn, [source], tally);
  }
  return refetched;
}

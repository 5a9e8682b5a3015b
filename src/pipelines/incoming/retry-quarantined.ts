import { QuarantineStatus } from '../../tables/choices.ts';
import type { MailSource } from './incoming-mail.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import { type IngestTally, ingestStored } from './ingest.ts';
import { isDue, type OpenQuarantine } from './quarantine.ts';

/** Tries quarantined messages again whose time has come or which somebody released, from the bytes kept (SC-14); those without are fetched anew. */
export async function retryQuarantined(
  turn: IncomingTurn,
  open: readonly OpenQuarantine[],
  tally: IngestTally,
): Promise<void> {
  const due = open.filter((one) => isDue(one, turn.context.clock.now()));
  const refetched: OpenQuarantine[] = [];
  for (const one of due) {
    const raw = one.rawBlob === undefined ? undefined : await turn.context.database.blobs.get(one.rawBlob);
    if (raw === undefined) refetched.push(one);
    else {
      const source: MailSource = { serverId: one.serverId, raw, quarantineId: one.id };
      await ingestStored(turn, [source], tally);
    }
  }
  const asked = refetched.filter((one) => one.status === QuarantineStatus.releaseAsked);
  if (asked.length === 0) return;
  await withLease(turn, async (scope) => {
    await scope.sightings.forget(
      turn.mailboxid,
      asked.map((one) => one.serverId),
    );
    for (const one of asked) {
      const again = { mr_status: QuarantineStatus.retrying, mr_nextattempton: turn.context.clock.now() };
      await scope.records.update('mr_quarantine', one.id, again);
    }
  });
}

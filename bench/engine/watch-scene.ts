import { systemClock } from '../../src/base/clock.ts';
import type { BenchEngine } from './bench-engine.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A server with many mailboxes, read by the clock once an hour, and a worker in a process of its own that watches them. */
export interface WatchScene {
  readonly bench: BenchEngine;
  readonly addresses: readonly string[];
  /** Puts a message into the inbox of an address, as its arrival. */
  deliver(address: string, raw: Buffer): Promise<void>;
  /** What else is to be told of the run. */
  facts(): Readonly<Record<string, number>>;
  /** Starts the worker, the only one at a time; it listens to all mailboxes unless told otherwise. */
  work(watched?: number): Promise<WorkerProcess>;
  /** Resolves when so many mailboxes (all) are listened to and no turn is due or runs; rejects after `patienceMs`. */
  settled(patienceMs: number, watched?: number): Promise<void>;
  stop(): Promise<void>;
}

const pollMs = 200;

/** Addresses of so many queues. */
export function watchedAddresses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `queue${index}@harbour.example`);
}

/** Makes mailboxes of queues that take everything of the last day. */
export async function makeWatchedMailboxes(
  { store, engine }: BenchEngine,
  profile: string,
  addresses: readonly string[],
): Promise<void> {
  await store.together(async (records) => {
    for (const address of addresses) {
      await records.create('queue', { name: address, emailaddress: address, incomingemailfilteringmethod: 0 });
    }
  });
  await engine.database.sql(
    `update mailbox set emailserverprofile = $1::uuid, incomingemaildeliverymethod = 2, outgoingemaildeliverymethod = 0,
       emailrouteraccessapproval = 1, enabledforincomingemail = true,
       processemailreceivedafter = now() - interval '1 day' where emailaddress like 'queue%@harbour.example'`,
    [profile],
  );
  engine.wake();
}

/** Resolves when `heard` tells of `count` mailboxes and no turn is due or runs; rejects after `patienceMs`. */
export async function untilSettled(
  bench: BenchEngine,
  heard: () => Promise<number>,
  count: number,
  patienceMs: number,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const listening = await heard();
    const [row] = await bench.engine.database.sql<{ busy: number }>(
      "select count(*)::int as busy from mr_mailboxlease where work = 'incoming' and (worker is not null or dueon < now() + interval '1 minute')",
    );
    if (listening === count && row?.busy === 0) return;
    if (performance.now() > deadline)
      throw new Error(`Only ${listening} of ${count} mailboxes are listened to; ${row?.busy} turns are due.`);
    await systemClock.sleep(pollMs);
  }
}

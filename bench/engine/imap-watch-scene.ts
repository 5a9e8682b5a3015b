import { makeLoopbackProfile } from '../../src/app/loopback-profile.ts';
import { startDovecot } from '../../testbed/servers/dovecot.ts';
import { startBenchEngine } from './bench-engine.ts';
import { makeWatchedMailboxes, untilSettled, type WatchScene, watchedAddresses } from './watch-scene.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/**
 * Many connections to a process of Dovecot, so that thousands of them fit on the machine that is measured on; and a look at the folders
 * every second, where an event of the file system did not reach it: it tells of such a mail after up to 30 seconds otherwise.
 */
const manyConnections = 'service imap {\n  client_limit = 100\n}\nmailbox_idle_check_interval = 1 s\n';

/** A real Dovecot whose mailboxes are watched by IDLE, a connection each. */
export async function startImapWatchScene(count: number): Promise<WatchScene> {
  const addresses = watchedAddresses(count);
  const dovecot = await startDovecot({ maxConnections: count + 100, extra: manyConnections });
  const bench = await startBenchEngine(['web']);
  const { engine, store } = bench;
  const { database } = engine;
  const profile = await makeLoopbackProfile(store, engine.organization.organizationid, {
    name: 'Watched',
    incoming: { protocol: 'imap', port: dovecot.ports.imap },
    smtpPort: 25,
    signsInToSend: false,
    intervalSeconds: 3600,
  });
  await makeWatchedMailboxes(bench, profile, addresses);
  const mailboxes = await database.sql<{ mailboxid: string; emailaddress: string }>(
    "select mailboxid, emailaddress from mailbox where emailaddress like 'queue%@harbour.example'",
  );
  await database.transaction(async ({ records }) => {
    for (const { mailboxid, emailaddress } of mailboxes)
      await records.update('mailbox', mailboxid, {
        allowemailconnectortousecredentials: true,
        username: emailaddress,
        password: dovecot.password,
      });
  });
  let worker: WorkerProcess | undefined;
  return {
    bench,
    addresses,
    deliver: (address, raw) => dovecot.addMessage(address, raw),
    facts: () => ({}),
    work: async (watched = count) => {
      await worker?.stop();
      worker = await startWorkerProcess(bench.dataDir, { MAILROOM_WATCHED_MAILBOXES: String(watched) });
      return worker;
    },
    settled: (patienceMs, watched = count) => {
      const heard = async (): Promise<number> => {
        const [row] = await database.sql<{ heard: number }>(
          'select count(*) filter (where listening)::int as heard from mr_watch',
        );
        return row?.heard ?? 0;
      };
      return untilSettled(bench, heard, watched, patienceMs);
    },
    stop: async () => {
      await worker?.stop();
      await bench.stop();
      await dovecot.stop();
    },
  };
}

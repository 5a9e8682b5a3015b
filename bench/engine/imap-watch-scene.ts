import { makeLoopbackProfile } from '../../src/app/loopback-profile.ts';
import { SecurityChoice } from '../../src/tables/choices.ts';
import { startDovecot } from '../../testbed/servers/dovecot.ts';
import { startBenchEngine } from './bench-engine.ts';
import { makeWatchedMailboxes, untilSettled, type WatchScene, watchedAddresses } from './watch-scene.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/**
 * Connections of one process of Dovecot. It begins a process for each connection otherwise, and each asks the kernel to tell of files:
 * past `fs.inotify.max_user_instances` (128 usually) it learns of new mail by looking every 30 seconds alone.
 */
const clientsOfProcess = 100;

/** TLS connections of one process that does their encryption (75 kB each), so that both cores may. */
const loginsOfProcess = 250;

/** A real Dovecot whose mailboxes are watched by IDLE, a connection each, in TLS where `secured`. */
export async function startImapWatchScene(count: number, secured = false): Promise<WatchScene> {
  const addresses = watchedAddresses(count);
  const lines = `service imap {\n  service_count = 0\n  client_limit = ${clientsOfProcess}\n}\n`;
  const logins = `service imap-login {\n  client_limit = ${loginsOfProcess}\n}\n`;
  const dovecot = await startDovecot({ maxConnections: count + 100, extra: lines + (secured ? logins : '') });
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
  if (secured)
    await store.update('emailserverprofile', profile, {
      incomingusessl: true,
      incomingportnumber: dovecot.ports.imaps,
      mr_incomingsecurity: SecurityChoice.tls,
      mr_trustedcertificates: dovecot.caPem,
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
    facts: () => ({
      dovecotImapServiceCount: 0,
      dovecotImapClientLimit: clientsOfProcess,
      ...(secured ? { dovecotLoginClientLimit: loginsOfProcess } : {}),
    }),
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

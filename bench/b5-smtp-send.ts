import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { systemClock } from '../src/base/clock.ts';
import { findBinary } from '../testbed/servers/find-binary.ts';
import { startSmtpSink } from '../testbed/servers/smtp-sink.ts';
import { asHtml, prose, subjectLine } from './corpus/prose.ts';
import { createRandom } from './corpus/random.ts';
import { corpusSenders } from './corpus.ts';
import { type BenchEngine, startBenchEngine } from './engine/bench-engine.ts';
import { enableMailbox, type Shop, seedShop } from './engine/seed-shop.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import { profiled } from './measure/cpu-profile.ts';
import type { BenchResult } from './measure/print-result.ts';
import { type Sample, sampleHere } from './measure/sample.ts';

interface Letter {
  readonly to: string;
  /** Index of the contact. */
  readonly contact: number;
  readonly subject: string;
  readonly html: string;
}

const letterCount = 5000;
const connections = 5;
const batchSize = 500;
const pollMs = 50;
const patienceMs = 300_000;

/** B5: 5,000 queued emails to smtp-sink, each with its states and Message-ID committed, against a bare nodemailer pool. */
export async function smtpSend(options: BenchOptions): Promise<BenchResult> {
  const result = {
    id: 'B5',
    claim: 'SMTP sending, each state committed; nodemailer pool without a database',
    corpus: '5,000 letters of 2 kB',
  };
  if (findBinary('smtp-sink') === undefined) {
    const skipped = 'smtp-sink is not installed (apt-get install postfix)';
    return { ...result, sides: [{ name: 'Mailroom', samples: [], skipped }], facts: {} };
  }
  const letters = writeLetters(Math.min(letterCount, options.maxItems));
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  let facts: Readonly<Record<string, string>> = {};
  for (let run = 1; run <= options.runs; run += 1) {
    const sink = await startSmtpSink();
    try {
      const bench = await startBenchEngine();
      try {
        ours.push(await sendWithEngine(bench, sink.port, letters, `b5-run${run}`));
        facts = bench.databaseFacts;
      } finally {
        await bench.stop();
      }
      theirs.push(await sampleHere(letters.length, undefined, () => sendWithPool(sink.port, letters)));
    } finally {
      await sink.stop();
    }
    const rate = (sample: Sample | undefined) => Math.round(((sample?.items ?? 0) / (sample?.wallMs ?? 1)) * 1000);
    process.stderr.write(
      `run ${run} of ${options.runs}: Mailroom ${rate(ours.at(-1))}/s, nodemailer ${rate(theirs.at(-1))}/s\n`,
    );
  }
  return {
    ...result,
    sides: [
      { name: 'Mailroom', samples: ours },
      { name: 'nodemailer pool', samples: theirs },
    ],
    facts: { ...facts, connections },
  };
}

function writeLetters(count: number): readonly Letter[] {
  const random = createRandom(0x5eed_0005);
  const senders = corpusSenders();
  return Array.from({ length: count }, (_, index) => {
    const contact = index % senders.length;
    const to = senders[contact];
    const language = to?.language ?? 'latin';
    return {
      to: to?.address ?? '',
      contact,
      subject: `${subjectLine(random, language)} ${index}`,
      html: asHtml(prose(random, language, 700)),
    };
  });
}

async function sendWithEngine(
  bench: BenchEngine,
  smtpPort: number,
  letters: readonly Letter[],
  profileName: string,
): Promise<Sample> {
  const shop = await seedShop(bench, { incoming: { protocol: 'pop3', port: 110 }, smtpPort });
  await queueLetters(bench, shop, letters);
  await enableMailbox(bench, shop.queues[0]?.mailboxid ?? '', 'outgoing', { username: 'bench', password: 'bench' });
  // An index answers this: counting all rows every time would be a good part of what is measured.
  const isAnyLeft = async (): Promise<boolean> => {
    const rows = await bench.engine.database.sql<{ left: boolean }>(
      'select exists (select 1 from email where sendermailboxid = $1::uuid and statuscode in (6, 7)) as left',
      [shop.queues[0]?.mailboxid ?? ''],
    );
    return rows[0]?.left ?? true;
  };
  const sendAll = async (): Promise<void> => {
    bench.engine.wake();
    const deadline = performance.now() + patienceMs;
    while (await isAnyLeft()) {
      if (performance.now() > deadline) throw new Error(`Not all emails were sent in ${patienceMs / 1000} s.`);
      await systemClock.sleep(pollMs);
    }
  };
  const sample = await profiled(profileName, () => sampleHere(letters.length, bench.databasePid, sendAll));
  const unsent = await bench.engine.database.sql('select 1 from email where statuscode <> 3');
  if (unsent.length > 0) throw new Error(`${unsent.length} emails were not sent.`);
  return sample;
}

/** Writes the emails as SendEmail leaves them: Pending Send, with their parties. */
async function queueLetters(bench: BenchEngine, shop: Shop, letters: readonly Letter[]): Promise<void> {
  const { engine } = bench;
  const records = engine.database.records.as(engine.organization.administratorId);
  const queue = shop.queues[0];
  const owner = { table: 'systemuser', id: engine.organization.administratorId } as const;
  for (let at = 0; at < letters.length; at += batchSize) {
    const batch = letters.slice(at, at + batchSize).map((letter) => ({ ...letter, id: randomUUID() }));
    await records.createMany(
      'email',
      batch.map(({ id, subject, html }) => ({
        activityid: id,
        subject,
        description: html,
        directioncode: true,
        statecode: 1,
        statuscode: 6,
        sendermailboxid: { table: 'mailbox', id: queue?.mailboxid ?? '' },
        deliveryattempts: 0,
        mr_sendoutcome: 100_000_001,
        ownerid: owner,
      })),
    );
    await records.createMany(
      'activityparty',
      batch.flatMap(({ id, to, contact }) => [
        {
          activityid: { table: 'email', id },
          participationtypemask: 1,
          partyid: { table: 'queue', id: queue?.queueid ?? '' },
          addressused: queue?.address ?? '',
        },
        {
          activityid: { table: 'email', id },
          participationtypemask: 2,
          partyid: { table: 'contact', id: shop.contactids[contact] ?? '' },
          addressused: to,
        },
      ]),
    );
  }
}

/** The same letters through nodemailer's pool: no record, no state, no token. */
async function sendWithPool(port: number, letters: readonly Letter[]): Promise<void> {
  const pool = createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    secure: false,
    ignoreTLS: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  await Promise.all(
    letters.map(({ to, subject, html }) =>
      pool.sendMail({ from: 'support@harbour.example', to, subject, html, text: html.replace(/<[^>]*>/g, '') }),
    ),
  );
  pool.close();
}

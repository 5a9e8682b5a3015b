import { systemClock } from '../src/base/clock.ts';
import { startImapWatchScene } from './engine/imap-watch-scene.ts';
import type { WatchScene } from './engine/watch-scene.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { type Sample, sampleProcesses } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

const mailboxCount = 2000;
const patienceMs = 1_200_000;
/** A listing is relied on when the line was silent for a minute before it. */
const silenceMs = 61_000;

/**
 * B6 over IMAP: one pass over 2,000 mailboxes in which nothing is new, as a service makes it whose lines to them are open (IDLE, TLS): the
 * server is asked on each line, and the turn reported on the mailbox. The pass before, which signs in to each, is told beside it.
 */
export async function imapIdlePass(options: BenchOptions): Promise<BenchResult> {
  const count = Math.min(mailboxCount, options.maxItems);
  const scene = await startImapWatchScene(count, true);
  const samples: Sample[] = [];
  const signedIn: Sample[] = [];
  try {
    const worker = await scene.work();
    await scene.settled(patienceMs);
    await systemClock.sleep(silenceMs);
    for (let run = 0; run <= options.runs; run += 1) {
      const sample = await sampleProcesses(count, [worker.pid], scene.bench.databasePid, () => pass(scene));
      tellRun(run, options.runs, run === 0 ? 'Mailroom, signing in to each,' : 'Mailroom', sample);
      (run === 0 ? signedIn : samples).push(sample);
    }
    return {
      id: 'B6',
      claim: 'one pass over idle IMAP mailboxes (TLS) to which lines are open: a question on the line each',
      corpus: `${count} empty mailboxes`,
      sides: [
        { name: 'Mailroom', samples },
        { name: 'Mailroom, a connection and a sign-in each', samples: signedIn },
      ],
      facts: { ...scene.bench.databaseFacts, ...scene.facts() },
    };
  } finally {
    await scene.stop();
  }
}

async function pass(scene: WatchScene): Promise<void> {
  await scene.bench.engine.database.sql("update mr_mailboxlease set dueon = now() where work = 'incoming'");
  await scene.settled(patienceMs);
}

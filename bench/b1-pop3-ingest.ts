import { ingestAgainst } from './engine/ingest-against.ts';
import { fetchWithMpop, mpopMissing } from './engine/mpop.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';

/** B1: S5k over POP3 from Dovecot, everything done and committed, against mpop that only stores each message with fsync. */
export function pop3Ingest(options: BenchOptions): Promise<BenchResult> {
  return ingestAgainst(options, {
    id: 'B1',
    claim:
      'POP3 full ingest, committed, one worker and a database in their stride; mpop stores to maildir with fsync a message',
    protocol: 'pop3',
    rival: { name: 'mpop', missing: mpopMissing, fetch: fetchWithMpop },
  });
}

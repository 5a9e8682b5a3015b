import { ingestAgainst } from './engine/ingest-against.ts';
import { fetchWithMbsync, mbsyncMissing } from './engine/mbsync.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';

/** B2: S5k over IMAP from Dovecot, everything done and committed, against mbsync that only stores each message. */
export function imapIngest(options: BenchOptions): Promise<BenchResult> {
  return ingestAgainst(options, {
    id: 'B2',
    claim:
      'IMAP full ingest, committed, one worker and a database in their stride; mbsync stores to maildir as it does when nothing is set',
    protocol: 'imap',
    rival: { name: 'mbsync', missing: mbsyncMissing, fetch: fetchWithMbsync },
  });
}

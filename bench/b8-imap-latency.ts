import { arrivalDelays } from './engine/arrival-delays.ts';
import { startImapWatchScene } from './engine/imap-watch-scene.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';

/** B8 for IMAP: 200 mailboxes watched by IDLE. */
export function imapLatency(options: BenchOptions): Promise<BenchResult> {
  return arrivalDelays(options, 'IMAP', startImapWatchScene);
}

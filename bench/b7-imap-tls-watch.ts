import { startImapWatchScene } from './engine/imap-watch-scene.ts';
import { quietWatch } from './engine/quiet-watch.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';

/** B7 for IMAP in TLS from the start: 2,000 mailboxes watched by IDLE, a connection each. */
export function imapTlsWatch(options: BenchOptions): Promise<BenchResult> {
  return quietWatch(options, 'IMAP (TLS)', (count) => startImapWatchScene(count, true));
}

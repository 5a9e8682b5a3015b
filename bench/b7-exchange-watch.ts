import { startExchangeScene } from './engine/exchange-scene.ts';
import { quietWatch } from './engine/quiet-watch.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';

/** B7 for Exchange: 2,000 mailboxes watched over streaming events of EWS. */
export function exchangeWatch(options: BenchOptions): Promise<BenchResult> {
  return quietWatch(options, 'Exchange', startExchangeScene);
}

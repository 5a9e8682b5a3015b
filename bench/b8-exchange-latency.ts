import { arrivalDelays } from './engine/arrival-delays.ts';
import { startExchangeScene } from './engine/exchange-scene.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';

/** B8 for Exchange: 200 mailboxes watched over streaming events of EWS. */
export function exchangeLatency(options: BenchOptions): Promise<BenchResult> {
  return arrivalDelays(options, 'Exchange', startExchangeScene);
}

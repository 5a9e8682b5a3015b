import { pop3Ingest } from './b1-pop3-ingest.ts';
import { imapIngest } from './b2-imap-ingest.ts';
import { largeMessages } from './b3-large-messages.ts';
import { oneHugeMessage } from './b4-one-huge-message.ts';
import { smtpSend } from './b5-smtp-send.ts';
import { idlePass } from './b6-idle-pass.ts';
import { imapIdlePass } from './b6-imap-idle-pass.ts';
import { exchangeWatch } from './b7-exchange-watch.ts';
import { imapTlsWatch } from './b7-imap-tls-watch.ts';
import { imapWatch } from './b7-imap-watch.ts';
import { exchangeLatency } from './b8-exchange-latency.ts';
import { imapLatency } from './b8-imap-latency.ts';
import { fullStore } from './b9-full-store.ts';
import { twoWorkers } from './b10-two-workers.ts';
import { webApi } from './b11-web-api.ts';
import { appointments } from './b12-appointments.ts';
import { largeExchangeMailbox } from './b13-large-exchange-mailbox.ts';
import { pageLists } from './b14-page-lists.ts';
import { type BenchOptions, benchOptions } from './measure/bench-options.ts';
import { machineFacts } from './measure/machine-facts.ts';
import { type BenchResult, printResult } from './measure/print-result.ts';

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  'b1-pop3-ingest': pop3Ingest,
  'b2-imap-ingest': imapIngest,
  'b3-large-messages': largeMessages,
  'b4-one-huge-message': oneHugeMessage,
  'b5-smtp-send': smtpSend,
  'b6-idle-pass': idlePass,
  'b6-imap-idle-pass': imapIdlePass,
  'b7-exchange-watch': exchangeWatch,
  'b7-imap-watch': imapWatch,
  'b7-imap-tls-watch': imapTlsWatch,
  'b8-exchange-latency': exchangeLatency,
  'b8-imap-latency': imapLatency,
  'b9-full-store': fullStore,
  'b11-web-api': webApi,
  'b12-appointments': appointments,
  'b13-large-exchange-mailbox': largeExchangeMailbox,
  'b10-two-workers': twoWorkers,
  'b14-page-lists': pageLists,
};

const wanted = process.argv[2] ?? '';
const chosen = Object.entries(benches).filter(
  ([name]) => wanted === '' || name === wanted || name.startsWith(`${wanted.toLowerCase()}-`),
);
if (chosen.length === 0) {
  process.stderr.write(`There is no benchmark "${wanted}". There are: ${Object.keys(benches).join(', ')}.\n`);
  process.exitCode = 2;
}
for (const [, bench] of chosen) {
  const machine = machineFacts();
  printResult(await bench(benchOptions(process.env)), machine);
}

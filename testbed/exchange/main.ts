import { parseArgs } from 'node:util';
import { startExchange } from './start-exchange.ts';
import type { ServerProduct } from './store/server-version.ts';

const usage = `exchange: a simulated Exchange server
  --port N                  port of the web services; any free one when absent
  --host ADDRESS            address to listen on; 127.0.0.1 when absent
  --mailbox ADDRESS:PASSWORD   a mailbox; may be given several times
  --impersonator ADDRESS    this mailbox's user may act for every other
  --server-version NAME     Exchange2007_SP1, Exchange2010_SP2, Exchange2013_SP1, Exchange2016, Exchange2019, ExchangeSE`;

/** Starts the simulator for the words of a command line and prints where it is. Rejects with the usage for wrong words. */
export async function runExchange(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      mailbox: { type: 'string', multiple: true },
      impersonator: { type: 'string', multiple: true },
      'server-version': { type: 'string' },
    },
  });
  const mailboxes = (values.mailbox ?? []).map((text) => {
    const colon = text.indexOf(':');
    if (colon < 1) throw new Error(`--mailbox ${text}: give ADDRESS:PASSWORD.\n${usage}`);
    const address = text.slice(0, colon);
    return {
      address,
      password: text.slice(colon + 1),
      mayImpersonate: (values.impersonator ?? []).includes(address),
    };
  });
  if (mailboxes.length === 0) throw new Error(`Give at least one --mailbox.\n${usage}`);
  const exchange = await startExchange({
    mailboxes,
    ...(values.port && { port: Number(values.port) }),
    ...(values.host && { host: values.host }),
    ...(values['server-version'] && { version: values['server-version'] as ServerProduct }),
  });
  console.log(`Exchange Web Services: ${exchange.ewsUrl}`);
  for (const { address } of mailboxes) console.log(`mailbox ${address}`);
  const stop = (): void => void exchange.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

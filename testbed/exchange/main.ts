import { parseArgs } from 'node:util';
import type { AuthMethod } from './http/sign-in.ts';
import { startExchange } from './start-exchange.ts';
import { isServerProduct, serverProducts } from './store/server-version.ts';

const authMethods: readonly AuthMethod[] = ['basic', 'ntlm', 'negotiate', 'oauth'];

const usage = `Usage: npm run testbed -- exchange --mailbox ADDRESS:PASSWORD [options]
  --mailbox ADDRESS:PASSWORD   a mailbox; may be given several times
  --port N                     port of the web services; any free one when absent
  --host ADDRESS               address to listen on; 127.0.0.1 when absent
  --impersonator ADDRESS       the user of this mailbox may act for all others
  --auth METHOD                ${authMethods.join(', ')}; may be given several times; basic when absent
  --smtp-port N                takes mail by SMTP on this port of 127.0.0.1
  --outbound HOST:PORT         SMTP server for mail to other domains; without it such mail is only kept
  --server-version NAME        ${serverProducts.join(', ')}; ExchangeSE when absent`;

/** Starts the simulator for the words of a command line and prints where it is. Rejects with the usage for wrong words. */
export async function runExchange(words: readonly string[]): Promise<void> {
  const options = readWords(words);
  const exchange = await startExchange(options);
  console.log(`Exchange Web Services: ${exchange.ewsUrl}`);
  console.log(`Autodiscover: ${exchange.url}/autodiscover/autodiscover.xml`);
  console.log(`Control: ${exchange.url}/control/requests`);
  if (exchange.smtpPort !== undefined) console.log(`SMTP: 127.0.0.1:${exchange.smtpPort}`);
  for (const { address } of options.mailboxes) console.log(`Mailbox: ${address}`);
  const stop = (): void => void exchange.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function readWords(words: readonly string[]): Parameters<typeof startExchange>[0] {
  const { values } = parse(words);
  const product = values['server-version'] ?? 'ExchangeSE';
  if (!isServerProduct(product)) throw new Error(`--server-version ${product} is no product.\n\n${usage}`);
  const mailboxes = (values.mailbox ?? []).map((text) => readMailbox(text, values.impersonator ?? []));
  if (mailboxes.length === 0) throw new Error(`Give at least one --mailbox.\n\n${usage}`);
  const auth = authMethods.filter((method) => values.auth?.includes(method));
  const [host, port] = (values.outbound ?? '').split(':');
  return {
    mailboxes,
    version: product,
    ...(values.port && { port: Number(values.port) }),
    ...(values.host && { host: values.host }),
    ...(auth.length > 0 && { auth }),
    ...(values['smtp-port'] && { smtpPort: Number(values['smtp-port']) }),
    ...(host && port && { outbound: { host, port: Number(port) } }),
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        mailbox: { type: 'string', multiple: true },
        impersonator: { type: 'string', multiple: true },
        auth: { type: 'string', multiple: true },
        'smtp-port': { type: 'string' },
        outbound: { type: 'string' },
        'server-version': { type: 'string' },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function readMailbox(text: string, impersonators: readonly string[]) {
  const colon = text.indexOf(':');
  if (colon < 1) throw new Error(`--mailbox ${text}: give ADDRESS:PASSWORD.\n\n${usage}`);
  const address = text.slice(0, colon);
  return { address, password: text.slice(colon + 1), mayImpersonate: impersonators.includes(address) };
}

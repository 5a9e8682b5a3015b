import type { Clock } from '../base/clock.ts';
import { asMailroomError } from '../base/errors.ts';
import { discoverEwsUrl } from '../connectors/exchange/autodiscover.ts';
import type { ExchangeEndpoint } from '../connectors/exchange/exchange-endpoint.ts';
import { exchangeSignIn } from '../connectors/exchange/exchange-sign-in.ts';
import type { ExchangeSurroundings } from '../connectors/exchange/open-exchange.ts';
import { openExchange } from '../connectors/exchange/open-exchange.ts';
import type { Connector } from '../contracts/connector.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';

/** Errors after which a remembered address is looked up anew (CN-16). */
const staleCodes = new Set(['8005E218', '8005E227']);

/** Opens a mailbox where Autodiscover says it is; the answer is remembered on the mailbox, and asked for anew when it no longer leads there (CN-16). */
export async function openDiscovered(
  endpoint: ExchangeEndpoint,
  mailbox: RecordOf<'mailbox'>,
  records: RecordStore,
  signal: AbortSignal,
  around: ExchangeSurroundings & { readonly clock: Clock },
): Promise<Connector> {
  const { clock } = around;
  if (mailbox.ewsurl) {
    try {
      return await openExchange(at(endpoint, mailbox.ewsurl), signal, around);
    } catch (error) {
      if (!staleCodes.has(asMailroomError(error).code)) throw error;
    }
  }
  const options = {
    // NTLM binds to the certificate of one connection; Autodiscover's are many and short.
    signIn: () => exchangeSignIn(endpoint, clock, () => undefined),
    caPem: endpoint.caPem,
    timeoutMs: endpoint.timeoutMs,
  };
  const ewsUrl = await discoverEwsUrl(endpoint.mailboxAddress, options, signal);
  const connector = await openExchange(at(endpoint, ewsUrl), signal, around);
  if (mailbox.mailboxid)
    await records.update('mailbox', mailbox.mailboxid, { ewsurl: ewsUrl, lastautodiscoveredon: clock.now() });
  return connector;
}

function at(endpoint: ExchangeEndpoint, ewsUrl: string): ExchangeEndpoint {
  const url = new URL(ewsUrl);
  return { ...endpoint, ewsUrl, host: url.hostname, port: Number(url.port) || 443, security: 'tls' };
}

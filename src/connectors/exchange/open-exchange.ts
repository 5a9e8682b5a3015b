import { type Clock, systemClock } from '../../base/clock.ts';
import type { CheckStep, Connector } from '../../contracts/connector.ts';
import { ExchangeAct } from './act/exchange-act.ts';
import type { ExchangeEndpoint } from './exchange-endpoint.ts';
import { ExchangeFolders } from './exchange-folders.ts';
import { ExchangeRetriever } from './exchange-retriever.ts';
import { ExchangeSender } from './exchange-sender.ts';
import { exchangeSignIn } from './exchange-sign-in.ts';
import { getFolder } from './operations/get-folder.ts';
import { EwsClient } from './soap/ews-client.ts';
import { EwsHttp } from './soap/ews-http.ts';
import { StreamGroups } from './stream-groups.ts';
import { type WatchTogether, watchInbox } from './watch-inbox.ts';

/** An answer with a message of the largest size: base64 and the XML around it. */
const answerShare = 1.5;
const answerBase = 16 * 1024 * 1024;

/**
 * Opens a mailbox over Exchange Web Services; the same conversation reads and sends. Throws MailroomError: 8005E218 no such host or no
 * EWS there, 8005E227 no connection, 8005E23A certificate, `mr_EwsUnauthorized`, `mr_EwsForbidden`, or Exchange's own response code.
 */
export async function openExchange(
  endpoint: ExchangeEndpoint,
  signal: AbortSignal,
  clock: Clock = systemClock,
  groups: StreamGroups = new StreamGroups(clock),
): Promise<Connector> {
  const url = new URL(endpoint.ewsUrl);
  const { http, client } = conversation(endpoint, clock);
  const together: WatchTogether = {
    groups,
    key: () => groupKey(endpoint, http.cookies),
    openLine: () => {
      const line = conversation(endpoint, clock, http.cookies);
      return { client: line.client, abort: () => line.http.abort() };
    },
  };
  try {
    const inbox = await getFolder(client, { distinguished: 'inbox' }, signal);
    const retriever = new ExchangeRetriever(client, endpoint.maxMessageBytes);
    return {
      retriever,
      act: new ExchangeAct(client),
      folders: new ExchangeFolders(client, retriever, clock),
      sender: new ExchangeSender(client, { savesCopy: endpoint.savesSentCopy }),
      watch: (wake, until) => watchInbox(client, together, wake, until),
      steps: stepsOf(endpoint, url, client, inbox.totalCount),
      close: () => http.close(),
      abort: () => http.abort(),
    };
  } catch (error) {
    http.abort();
    throw error;
  }
}

function conversation(endpoint: ExchangeEndpoint, clock: Clock, cookies?: ReadonlyMap<string, string>) {
  const url = new URL(endpoint.ewsUrl);
  const acting = endpoint.impersonates ? endpoint.mailboxAddress : undefined;
  const http: EwsHttp = new EwsHttp({
    url,
    signIn: exchangeSignIn(endpoint, clock, () => http.certificate),
    anchorMailbox: acting,
    caPem: endpoint.caPem,
    timeoutMs: endpoint.timeoutMs,
    maxAnswerBytes: Math.ceil(endpoint.maxMessageBytes * answerShare) + answerBase,
    cookies,
  });
  return { http, client: new EwsClient(http, url.host, acting) };
}

/**
 * Mailboxes with the same key are answered by one server for one account. X-BackEndOverrideCookie names the server (2013 and newer);
 * older ones give every conversation a cookie of its own, and then a mailbox is watched alone.
 */
function groupKey({ ewsUrl, signIn }: ExchangeEndpoint, cookies: ReadonlyMap<string, string>): string {
  const account = signIn.kind === 'none' ? '' : signIn.username;
  const backEnd = cookies.get('X-BackEndOverrideCookie') ?? [...cookies].flat().join(' ');
  return [ewsUrl, account, backEnd].join('\n');
}

function stepsOf(endpoint: ExchangeEndpoint, url: URL, client: EwsClient, messages: number): CheckStep[] {
  const user = endpoint.signIn.kind === 'none' ? '' : endpoint.signIn.username;
  const version = client.server === undefined ? 'unknown' : `${client.server.major}.${client.server.minor}`;
  const secured: CheckStep[] =
    url.protocol === 'https:' ? [{ name: 'secure', ok: true, detail: 'HTTPS; the certificate is valid' }] : [];
  const acting = endpoint.impersonates ? `, acting for ${endpoint.mailboxAddress}` : '';
  return [
    { name: 'resolve', ok: true, detail: `${url.hostname} was found` },
    { name: 'connect', ok: true, detail: `Connected to ${url.host}, Exchange version ${version}` },
    ...secured,
    { name: 'signin', ok: true, detail: `Signed in as ${user}${acting}` },
    { name: 'open', ok: true, detail: `The inbox is open and holds ${messages} items.` },
  ];
}

import { createHash } from 'node:crypto';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { MailroomError } from '../../base/errors.ts';
import type { CheckStep, Connector } from '../../contracts/connector.ts';
import { ExchangeAct } from './act/exchange-act.ts';
import type { ExchangeEndpoint } from './exchange-endpoint.ts';
import { ExchangeFolders } from './exchange-folders.ts';
import { ExchangeRetriever } from './exchange-retriever.ts';
import { ExchangeSender } from './exchange-sender.ts';
import { exchangeSignIn } from './exchange-sign-in.ts';
import { getFolder } from './operations/get-folder.ts';
import { pausedName, type ServerPauses } from './server-pauses.ts';
import { type ActingFor, EwsClient } from './soap/ews-client.ts';
import { EwsHttp, type EwsHttpOptions } from './soap/ews-http.ts';
import type { KeptLines } from './soap/kept-lines.ts';
import { StreamGroups } from './stream-groups.ts';
import { type WatchTogether, watchMailbox } from './watch-mailbox.ts';

/** What the conversations of a process have in common. */
export interface ExchangeSurroundings {
  readonly clock?: Clock | undefined;
  /** Streams that watched mailboxes share; a set of its own when absent. */
  readonly groups?: StreamGroups | undefined;
  /** Lines that were left for the next conversation of the same account; none are kept when absent. */
  readonly lines?: KeptLines | undefined;
  /** Pauses asked for by servers; none are kept when absent. */
  readonly pauses?: ServerPauses | undefined;
  /** False where no server asked for a pause that lasts: none is looked for. */
  readonly hasPauses?: boolean | undefined;
  /** False leaves out the request that proves the way and tells the steps: the first one of the turn shows it as well. */
  readonly checks?: boolean | undefined;
}

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
  around: ExchangeSurroundings = {},
): Promise<Connector> {
  const { clock = systemClock, pauses, hasPauses = true, checks = true } = around;
  const groups = around.groups ?? new StreamGroups(clock);
  const url = new URL(endpoint.ewsUrl);
  if (hasPauses) await pauses?.check(url.host, [accountOf(endpoint), endpoint.mailboxAddress]);
  const kept = around.lines && { lines: around.lines, key: lineKey(endpoint) };
  const { http, client } = conversation(endpoint, clock, pauses, { kept });
  const together: WatchTogether = {
    groups,
    key: () => groupKey(endpoint, http.cookies),
    openLine: () => {
      const line = conversation(endpoint, clock, pauses, { cookies: http.cookies });
      return { client: line.client, abort: () => line.http.abort() };
    },
    rest: () => http.rest(),
  };
  try {
    const inbox = checks ? await getFolder(client, { distinguished: 'inbox' }, signal) : undefined;
    const retriever = new ExchangeRetriever(client, endpoint.maxMessageBytes);
    return {
      retriever,
      act: new ExchangeAct(client, endpoint.categories && { names: endpoint.categories }),
      folders: new ExchangeFolders(client, retriever, clock),
      sender: new ExchangeSender(client, { savesCopy: endpoint.savesSentCopy, clock }),
      watch: (wake, until, scope, opened) =>
        watchMailbox(client, together, { wake, opened }, until, scope).finally(() => http.drop()),
      steps: inbox === undefined ? [] : stepsOf(endpoint, url, client, inbox.totalCount),
      close: () => http.close(),
      abort: () => http.abort(),
    };
  } catch (error) {
    http.abort();
    throw error;
  }
}

/** Who signs in. */
const accountOf = ({ account, signIn }: ExchangeEndpoint): string =>
  account ?? (signIn.kind === 'none' ? '' : signIn.username);

/** A mailbox that is not the account's own is named in every request, or the account's own would be read. */
function actingFor(endpoint: ExchangeEndpoint): ActingFor {
  const { mailboxAddress, impersonates } = endpoint;
  if (impersonates) return { impersonate: mailboxAddress };
  const isOwn = mailboxAddress === '' || accountOf(endpoint).toLowerCase() === mailboxAddress.toLowerCase();
  return isOwn ? {} : { delegateFor: mailboxAddress };
}

function conversation(
  endpoint: ExchangeEndpoint,
  clock: Clock,
  pauses: ServerPauses | undefined,
  shared: Pick<EwsHttpOptions, 'cookies' | 'kept'>,
) {
  const url = new URL(endpoint.ewsUrl);
  const { impersonate, delegateFor } = actingFor(endpoint);
  const { newestSchema } = endpoint;
  const http: EwsHttp = new EwsHttp({
    url,
    signIn: exchangeSignIn(endpoint, clock, () => http.certificate),
    anchorMailbox: impersonate ?? delegateFor,
    caPem: endpoint.caPem,
    timeoutMs: endpoint.timeoutMs,
    maxAnswerBytes: Math.ceil(endpoint.maxMessageBytes * answerShare) + answerBase,
    ...shared,
  });
  const throttled = (error: MailroomError): void => {
    const account = accountOf(endpoint);
    const name = pausedName(error, account, impersonate ?? account);
    if (name !== undefined) pauses?.note(url.host, name, error);
  };
  return { http, client: new EwsClient(http, url.host, { impersonate, delegateFor, newestSchema }, throttled) };
}

/** Stands for all that a connection may be bound to: the server, how it is trusted and waited for, and who signs in by what. */
function lineKey(endpoint: ExchangeEndpoint): string {
  const { ewsUrl, caPem, timeoutMs, passwordScheme, signIn, bearer } = endpoint;
  const scheme = bearer === undefined ? passwordScheme : 'bearer';
  const bound = [new URL(ewsUrl).origin, caPem, timeoutMs, scheme, accountOf(endpoint), signIn];
  return createHash('sha256').update(JSON.stringify(bound)).digest('base64');
}

/**
 * Mailboxes with the same key are answered by one server for one account. X-BackEndOverrideCookie names the server (2013 and newer);
 * older ones give every conversation a cookie of its own, and then a mailbox is watched alone.
 */
function groupKey(endpoint: ExchangeEndpoint, cookies: ReadonlyMap<string, string>): string {
  const backEnd = cookies.get('X-BackEndOverrideCookie') ?? [...cookies].flat().join(' ');
  return [endpoint.ewsUrl, accountOf(endpoint), backEnd].join('\n');
}

function stepsOf(endpoint: ExchangeEndpoint, url: URL, client: EwsClient, messages: number): CheckStep[] {
  const version = client.server === undefined ? 'unknown' : `${client.server.major}.${client.server.minor}`;
  const secured: CheckStep[] =
    url.protocol === 'https:' ? [{ name: 'secure', ok: true, detail: 'HTTPS; the certificate is valid' }] : [];
  const { impersonate, delegateFor } = actingFor(endpoint);
  const acting =
    impersonate !== undefined
      ? `, acting for ${impersonate}`
      : delegateFor !== undefined
        ? `, opening ${delegateFor} with rights of its own (delegate access)`
        : '';
  return [
    { name: 'resolve', ok: true, detail: `${url.hostname} was found` },
    { name: 'connect', ok: true, detail: `Connected to ${url.host}, Exchange version ${version}` },
    ...secured,
    { name: 'signin', ok: true, detail: `Signed in as ${accountOf(endpoint)}${acting}` },
    { name: 'open', ok: true, detail: `The inbox is open and holds ${messages} items.` },
  ];
}

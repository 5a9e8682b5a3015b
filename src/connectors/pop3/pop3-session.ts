import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { CheckStep, Endpoint } from '../../contracts/connector.ts';
import type { KnownServer, KnownServers } from './known-servers.ts';
import { askCapabilities, type Pop3Capabilities, parseCapabilities } from './pop3-capabilities.ts';
import { dial, secure } from './pop3-connection.ts';
import {
  abortedError,
  configurationError,
  kindOfRefusal,
  pop3OpenMailbox,
  pop3Unexpected,
  refusalError,
} from './pop3-errors.ts';
import { listingCommands, type Pop3Listing, readListing } from './pop3-listing.ts';
import type { Pop3Reply } from './pop3-reply.ts';
import { signIn } from './pop3-sign-in.ts';
import { Pop3Stream } from './pop3-stream.ts';
import { ReadBuffer } from './read-buffer.ts';

/** A signed-in conversation, in TRANSACTION state (RFC 1939 5). */
export interface Pop3Session {
  readonly stream: Pop3Stream;
  readonly capabilities: Pop3Capabilities;
  /** The maildrop, where it was asked for with the sign-in. */
  readonly listing?: Pop3Listing | undefined;
  /** What was done to open it (TE-03). */
  readonly steps: readonly CheckStep[];
}

/** What opening a session needs. */
export interface Pop3Opening {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** What servers are known to announce; without it each is asked every time. */
  readonly servers?: KnownServers | undefined;
}

/**
 * Connects, secures and signs in. Throws MailroomError; nothing stays open then. Where a conversation that relied on what the server
 * announced before goes wrong, the server is asked once more from the beginning: it may have changed.
 */
export async function openSession(opening: Pop3Opening, signal: AbortSignal): Promise<Pop3Session> {
  const session = await openOnce(opening, signal, false);
  if (session !== 'doubtful') return session;
  const { endpoint, servers } = opening;
  servers?.forget(endpoint);
  const again = await openOnce(opening, signal, true);
  if (again === 'doubtful') throw new Error('A session that relies on nothing remembered was doubted.');
  return again;
}

/** One attempt; `doubtful` when it failed and relied on what was remembered. */
async function openOnce(
  { endpoint, clock, servers }: Pop3Opening,
  signal: AbortSignal,
  asks: boolean,
): Promise<Pop3Session | 'doubtful'> {
  const where = `${endpoint.host}:${endpoint.port}`;
  const steps: CheckStep[] = [];
  const stream = await openStream(endpoint, clock, signal, steps);
  const onAbort = () => stream.current.fail(abortedError(where, signal.reason));
  signal.addEventListener('abort', onAbort);
  let known: KnownServer | undefined;
  try {
    if (signal.aborted) throw onAbort();
    const greeting = await stream.current.readReply('the greeting');
    checkGreeting(where, greeting);
    known = asks ? undefined : servers?.recall(endpoint, greeting.text);
    let capabilities = known?.capabilities ?? (await askCapabilities(stream.current));
    if (endpoint.security === 'starttls') {
      // What was announced once signed in does not name STLS: where the server is known it is simply tried.
      await upgrade(stream, endpoint, clock, signal, known === undefined ? capabilities : parseCapabilities(undefined));
      if (known === undefined) capabilities = await askCapabilities(stream.current);
      steps.push(securedStep(stream.protocol, 'STLS'));
    }
    const along = known?.listsAtOnce && capabilities.pipelining ? listingCommands : '';
    const { how, hasSentAlong } = await signIn(stream.current, endpoint.signIn, capabilities, along);
    steps.push({ name: 'signin', ok: true, detail: how });
    const listing = hasSentAlong ? await readListing(stream.current, 'asked') : undefined;
    // RFC 2449 6: a server may announce more once signed in; asked only when something we use is missing.
    const isMissing = !(capabilities.uidl && capabilities.top && capabilities.pipelining);
    if (known === undefined && capabilities.known && isMissing) capabilities = await askCapabilities(stream.current);
    if (known === undefined) servers?.learn(endpoint, greeting.text, { capabilities, listsAtOnce: !asks });
    steps.push({ name: 'open', ok: true, detail: 'The mailbox is open.', serverReply: greeting.line });
    return { stream: stream.current, capabilities, listing, steps };
  } catch (error) {
    const failure = asMailroomError(error);
    stream.current.fail(failure);
    if (known !== undefined && !signal.aborted && !isPassing(failure)) return 'doubtful';
    throw failure;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A refusal of the mailbox that tells nothing of the server: it is in use, or to be asked later. */
const isPassing = ({ code, kind }: MailroomError): boolean =>
  code === pop3OpenMailbox && (kind === 'transient' || kind === 'throttled');

/** The stream in use; STLS replaces it by one over TLS. */
interface Wire {
  current: Pop3Stream;
  readonly socket: Socket;
  protocol: string;
}

async function openStream(endpoint: Endpoint, clock: Clock, signal: AbortSignal, steps: CheckStep[]): Promise<Wire> {
  const where = `${endpoint.host}:${endpoint.port}`;
  let address = endpoint.host;
  const reads = endpoint.security === 'tls' ? undefined : new ReadBuffer();
  const noteAddress = (found: string): void => {
    address = found;
  };
  const socket = await dial(endpoint, clock, signal, noteAddress, reads);
  steps.push({ name: 'resolve', ok: true, detail: `${endpoint.host} is ${address}` });
  steps.push({ name: 'connect', ok: true, detail: `Connected to ${where}` });
  const options = { where, timeoutMs: endpoint.timeoutMs, clock };
  if (reads !== undefined) return { current: new Pop3Stream(socket, { ...options, reads }), socket, protocol: '' };
  const secured = await secure(socket, endpoint, clock, signal);
  const protocol = secured.getProtocol() ?? 'TLS';
  steps.push(securedStep(protocol, 'TLS from the start'));
  return { current: new Pop3Stream(secured, options), socket: secured, protocol };
}

/** STLS (RFC 2595 4). Never goes on in plain text (CN-13); a fresh stream knows nothing of what came before TLS. */
async function upgrade(
  wire: Wire,
  endpoint: Endpoint,
  clock: Clock,
  signal: AbortSignal,
  capabilities: Pop3Capabilities,
): Promise<void> {
  const where = wire.current.where;
  if (capabilities.known && !capabilities.stls) throw noStls(where);
  wire.current.send('STLS\r\n');
  const reply = await wire.current.readReply('STLS');
  if (reply.status !== 'ok') {
    if (kindOfRefusal(reply) === 'transient') throw refusalError(where, 'STLS', reply, 'configuration');
    throw noStls(where, reply);
  }
  wire.current.detach();
  const secured = await secure(wire.socket, endpoint, clock, signal);
  wire.protocol = secured.getProtocol() ?? 'TLS';
  wire.current = new Pop3Stream(secured, { where, timeoutMs: endpoint.timeoutMs, clock });
}

function checkGreeting(where: string, greeting: Pop3Reply): void {
  if (greeting.status === 'error') throw refusalError(where, 'the connection', greeting, 'transient');
}

function noStls(where: string, reply?: Pop3Reply): Error {
  return configurationError(
    pop3Unexpected,
    `The POP3 server ${where} does not offer STLS, and no password is sent in plain text. ` +
      'Use TLS from the start (port 995), or switch STLS on in the server.',
    reply?.line,
  );
}

function securedStep(protocol: string, how: string): CheckStep {
  return { name: 'secure', ok: true, detail: `${protocol} by ${how}; the certificate is valid` };
}

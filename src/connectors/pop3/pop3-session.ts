import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { asMailroomError } from '../../base/errors.ts';
import type { CheckStep, Endpoint } from '../../contracts/connector.ts';
import { askCapabilities, type Pop3Capabilities } from './pop3-capabilities.ts';
import { dial, secure } from './pop3-connection.ts';
import { abortedError, configurationError, kindOfRefusal, pop3Unexpected, refusalError } from './pop3-errors.ts';
import type { Pop3Reply } from './pop3-reply.ts';
import { signIn } from './pop3-sign-in.ts';
import { Pop3Stream } from './pop3-stream.ts';

/** A signed-in conversation, in TRANSACTION state (RFC 1939 5). */
export interface Pop3Session {
  readonly stream: Pop3Stream;
  readonly capabilities: Pop3Capabilities;
  /** What was done to open it (TE-03). */
  readonly steps: readonly CheckStep[];
}

/** Connects, secures and signs in. Throws MailroomError; nothing stays open then. */
export async function openSession(endpoint: Endpoint, clock: Clock, signal: AbortSignal): Promise<Pop3Session> {
  const where = `${endpoint.host}:${endpoint.port}`;
  const steps: CheckStep[] = [];
  const stream = await openStream(endpoint, clock, signal, steps);
  const onAbort = () => stream.current.fail(abortedError(where, signal.reason));
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) throw onAbort();
    const greeting = await stream.current.readReply('the greeting');
    checkGreeting(where, greeting);
    let capabilities = await askCapabilities(stream.current);
    if (endpoint.security === 'starttls') {
      await upgrade(stream, endpoint, clock, signal, capabilities);
      capabilities = await askCapabilities(stream.current);
      steps.push(securedStep(stream.protocol, 'STLS'));
    }
    const how = await signIn(stream.current, endpoint.signIn, capabilities);
    steps.push({ name: 'signin', ok: true, detail: how });
    // RFC 2449 6: a server may announce more once signed in; asked only when something we use is missing.
    if (capabilities.known && !(capabilities.uidl && capabilities.top && capabilities.pipelining)) {
      capabilities = await askCapabilities(stream.current);
    }
    steps.push({ name: 'open', ok: true, detail: 'The mailbox is open.', serverReply: greeting.line });
    return { stream: stream.current, capabilities, steps };
  } catch (error) {
    const failure = asMailroomError(error);
    stream.current.fail(failure);
    throw failure;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The stream in use; STLS replaces it by one over TLS. */
interface Wire {
  current: Pop3Stream;
  readonly socket: Socket;
  protocol: string;
}

async function openStream(endpoint: Endpoint, clock: Clock, signal: AbortSignal, steps: CheckStep[]): Promise<Wire> {
  const where = `${endpoint.host}:${endpoint.port}`;
  let address = endpoint.host;
  const socket = await dial(endpoint, clock, signal, (found) => {
    address = found;
  });
  steps.push({ name: 'resolve', ok: true, detail: `${endpoint.host} is ${address}` });
  steps.push({ name: 'connect', ok: true, detail: `Connected to ${where}` });
  const options = { where, timeoutMs: endpoint.timeoutMs, clock };
  if (endpoint.security !== 'tls') return { current: new Pop3Stream(socket, options), socket, protocol: '' };
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

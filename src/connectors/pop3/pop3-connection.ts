import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import { isCertificateError } from '../is-certificate-error.ts';
import { trustedContext } from '../trusted-context.ts';
import { abortedError, configurationError, timeoutError } from './pop3-errors.ts';
import type { ReadBuffer } from './read-buffer.ts';

/**
 * Opens the TCP connection within the endpoint's budget; `onAddress` hears the address its name resolved to. With `reads` the socket is
 * paused and tells of what it reads there.
 */
export function dial(
  endpoint: Endpoint,
  clock: Clock,
  signal: AbortSignal,
  onAddress: (address: string) => void,
  reads?: ReadBuffer,
): Promise<Socket> {
  const { host, port } = endpoint;
  const onread = reads === undefined ? {} : { onread: reads.onread };
  const socket = connectTcp({ host, port, noDelay: true, ...onread });
  if (reads !== undefined) socket.pause();
  socket.on('lookup', (error, address) => {
    if (error === null) onAddress(address);
  });
  return settled(socket, 'connect', endpoint, clock, signal, 'the connection', (error) => dialError(endpoint, error));
}

/** Secures `socket` with TLS 1.2 or newer; the certificate must be valid for the endpoint's host (CN-14). */
export function secure(socket: Socket, endpoint: Endpoint, clock: Clock, signal: AbortSignal): Promise<TLSSocket> {
  let secured: TLSSocket;
  try {
    secured = connectTls({
      socket,
      host: endpoint.host,
      ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
      secureContext: trustedContext(endpoint.caPem),
      rejectUnauthorized: true,
    });
  } catch (error) {
    socket.destroy();
    return Promise.reject(tlsError(endpoint, error as NodeJS.ErrnoException));
  }
  return settled(secured, 'secureConnect', endpoint, clock, signal, 'the TLS handshake', (error) =>
    tlsError(endpoint, error),
  );
}

/** Waits for `event`, the first error, the deadline or the signal, whichever comes first. */
async function settled<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  endpoint: Endpoint,
  clock: Clock,
  signal: AbortSignal,
  doing: string,
  explain: (error: NodeJS.ErrnoException) => MailroomError,
): Promise<S> {
  const where = `${endpoint.host}:${endpoint.port}`;
  const done = new AbortController();
  let onAbort = () => {};
  let onClose = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(abortedError(where, signal.reason));
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort);
      socket.once(event, () => resolve());
      socket.on('error', (error) => reject(explain(error)));
      onClose = () => reject(explain(new Error('the server closed the connection')));
      socket.once('close', onClose);
      void clock.sleep(endpoint.timeoutMs, done.signal).then(() => {
        if (!done.signal.aborted) reject(timeoutError(where, doing, endpoint.timeoutMs));
      });
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    // A reason given spares the making of an error with its stack.
    done.abort('done');
    socket.off('close', onClose);
    signal.removeEventListener('abort', onAbort);
  }
}

function dialError(endpoint: Endpoint, error: NodeJS.ErrnoException): MailroomError {
  const where = `${endpoint.host}:${endpoint.port}`;
  if (error.code === 'ENOTFOUND') {
    return configurationError('8005E218', `No server was found under the name "${endpoint.host}"; check the location.`);
  }
  if (error.code === 'EAI_AGAIN') {
    return new MailroomError(`The name "${endpoint.host}" could not be looked up just now; it is tried again.`, {
      code: '8005E218',
      kind: 'transient',
      cause: error,
    });
  }
  return new MailroomError(
    `No connection to ${where} (${error.code ?? error.message}). It is tried again at the next turn; ` +
      'if it goes on, check host, port and firewall.',
    { code: '8005E227', kind: 'transient', cause: error },
  );
}

function tlsError(endpoint: Endpoint, error: NodeJS.ErrnoException): MailroomError {
  const where = `${endpoint.host}:${endpoint.port}`;
  const code = error.code ?? '';
  if (isCertificateError(code)) {
    return new MailroomError(
      `The certificate of ${where} is not trusted (${error.message}). ` +
        'Install a valid certificate on the server, or give its authority to this profile.',
      { code: '8005E23A', kind: 'configuration', cause: error },
    );
  }
  if (/^(ERR_SSL_|EPROTO)/.test(code)) {
    return new MailroomError(
      `${where} answered, but not with TLS that we can use (${error.message.trim()}). ` +
        'Check that the port fits the security setting (995: TLS from the start, 110: STLS).',
      { code: '8005E227', kind: 'configuration', cause: error },
    );
  }
  return new MailroomError(
    `The connection to ${where} broke during the TLS handshake (${error.message}); it is tried again at the next turn.`,
    { code: '8005E227', kind: 'transient', cause: error },
  );
}

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import { abortedError, networkError, timeoutError } from './smtp-errors.ts';
import { Watchdog } from './watchdog.ts';

/** Trust for one endpoint: the system's authorities and those of `caPem`; undefined means Node's default (CN-14). */
export function trustOf(endpoint: Endpoint): SecureContext | undefined {
  if (endpoint.caPem === undefined || endpoint.caPem === '') return undefined;
  return createSecureContext({ ca: [...rootCertificates, endpoint.caPem], minVersion: 'TLSv1.2' });
}

/**
 * A socket connected to `endpoint`, with TLS already done and verified when its security is `tls` (RFC 8314 3.3).
 * Throws MailroomError: unknown host, unreachable, certificate, handshake, deadline, abort.
 */
export function openSocket(
  endpoint: Endpoint,
  trust: SecureContext | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Socket> {
  const implicitTls = endpoint.security === 'tls';
  const doing = implicitTls ? 'connecting and making TLS' : 'connecting';
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortedError(endpoint, doing, false));
    const socket = implicitTls
      ? openTls(endpoint, trust)
      : connectTcp({ host: endpoint.host, port: endpoint.port, noDelay: true });
    const settle = () => {
      watchdog.stop();
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('error', onError);
      socket.removeListener('close', onClose);
    };
    const fail = (error: Error) => {
      settle();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onError = (error: Error) => fail(networkError(endpoint, doing, error, false));
    const onClose = () => fail(networkError(endpoint, doing, new Error('closed by the server'), false));
    const onAbort = () => fail(abortedError(endpoint, doing, false));
    const watchdog = new Watchdog(clock);
    watchdog.watch(endpoint.timeoutMs, () => fail(timeoutError(endpoint, doing, false)));
    signal.addEventListener('abort', onAbort);
    socket.on('error', onError);
    socket.on('close', onClose);
    socket.once(implicitTls ? 'secureConnect' : 'connect', () => {
      settle();
      resolve(socket);
    });
  });
}

/** TLS over a connection that spoke plain text so far (RFC 3207); verified like one that is TLS from the first byte. */
export function startTls(plain: Socket, endpoint: Endpoint, trust: SecureContext | undefined): TLSSocket {
  return connectTls({ socket: plain, host: endpoint.host, ...tlsOptions(endpoint, trust) });
}

function openTls(endpoint: Endpoint, trust: SecureContext | undefined): Socket {
  return connectTls({ host: endpoint.host, port: endpoint.port, ...tlsOptions(endpoint, trust) });
}

function tlsOptions(endpoint: Endpoint, trust: SecureContext | undefined) {
  return {
    minVersion: 'TLSv1.2',
    ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
    ...(trust === undefined ? {} : { secureContext: trust }),
  } as const;
}

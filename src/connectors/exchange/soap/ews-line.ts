import type { TLSSocket } from 'node:tls';
import { buildConnector, Client } from 'undici';
import { trustedContext } from '../../trusted-context.ts';

/** A connection to an Exchange server: made by the first request, and again by the next one when it ended. */
export interface EwsLine {
  readonly client: Client;
  /** The server's certificate on the connection in use (DER); undefined without TLS. */
  readonly certificate: Buffer | undefined;
  /** Authorization header that the server took here and takes again; undefined while there is none. */
  accepted: string | undefined;
}

/** Where a line leads. */
export interface EwsLineOptions {
  readonly url: URL;
  readonly caPem: string | undefined;
  /** Time for connecting and for the head of an answer, milliseconds. */
  readonly timeoutMs: number;
}

/** Time after which the connection of an idle line is closed, milliseconds. */
const idleMs = 60_000;

/** A line to a server; nothing is sent yet. */
export function openLine({ url, caPem, timeoutMs }: EwsLineOptions): EwsLine {
  let certificate: Buffer | undefined;
  const isSecure = url.protocol === 'https:';
  const secureContext = isSecure ? { secureContext: trustedContext(caPem) } : {};
  const dial = buildConnector({ timeout: timeoutMs, ...secureContext });
  const connect: buildConnector.connector = (target, done) =>
    dial(target, (...args) => {
      const [error, socket] = args;
      if (error === null && isSecure) certificate = (socket as TLSSocket).getPeerCertificate().raw;
      done(...args);
    });
  const client = new Client(url.origin, { connect, headersTimeout: timeoutMs, keepAliveTimeout: idleMs });
  return {
    client,
    get certificate() {
      return certificate;
    },
    accepted: undefined,
  };
}

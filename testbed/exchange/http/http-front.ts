import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { answerAutodiscover } from '../autodiscover/autodiscover-endpoint.ts';
import type { AutodiscoverFacts } from '../autodiscover/autodiscover-rules.ts';
import { answerDirectory } from '../oauth/token-endpoint.ts';
import type { TokenIssuer } from '../oauth/token-issuer.ts';
import { answerControl, type ControlParts } from './control-endpoint.ts';
import { answerEws, type EwsParts } from './ews-endpoint.ts';
import { failSimply } from './fail-simply.ts';
import type { SignInDesk } from './sign-in.ts';

/** How the server is reached. */
export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly keyPem: string; readonly certPem: string };
}

/** What stands behind the front. */
export interface FrontParts extends EwsParts, ControlParts {
  readonly desk: SignInDesk;
  readonly tokens: TokenIssuer;
  /** What Autodiscover tells, by the server's own URL. */
  readonly autodiscover: (url: string) => AutodiscoverFacts;
}

/** A listening server. */
export interface Front {
  readonly url: string;
  readonly port: number;
  /** Connections that are open. */
  connections(): number;
  /** Ends every connection at once. */
  endConnections(): void;
  stop(): Promise<void>;
}

/** Starts to listen; rejects when the port is taken. */
export async function openFront(options: FrontOptions, parts: FrontParts): Promise<Front> {
  let url = '';
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    route(request, response, parts, url).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500).end(error instanceof Error ? error.stack : String(error));
      else response.destroy();
    });
  };
  const server: Server =
    options.tls === undefined
      ? createServer(handle)
      : createTlsServer({ key: options.tls.keyPem, cert: options.tls.certPem }, handle);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = `${options.tls === undefined ? 'http' : 'https'}://${options.host}:${port}`;
  const endConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url,
    port,
    connections: () => sockets.size,
    endConnections,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      endConnections();
      await closed;
    },
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  parts: FrontParts,
  url: string,
): Promise<void> {
  const { world, desk, faults, log, tokens } = parts;
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = pathname.toLowerCase();
  if (path.startsWith('/control/')) return answerControl(parts, request, response);
  if (path.startsWith('/autodiscover/')) {
    const rule = faults.take('Autodiscover', '');
    if (rule !== undefined) return failSimply(rule, request, response);
    const status = await answerAutodiscover(request, response, world, desk, parts.autodiscover(url));
    log.add({
      operation: 'Autodiscover',
      mailbox: '',
      caller: '',
      status,
      bytesIn: 0,
      bytesOut: 0,
      headers: request.headers,
    });
    return;
  }
  if (!path.startsWith('/ews/')) {
    if (!(await answerDirectory(tokens, request, response, (user) => world.account(user)?.password))) {
      response.writeHead(404).end();
    }
    return;
  }
  const who = await desk.check(request);
  if (!('account' in who)) {
    request.resume();
    response.writeHead(401, { 'WWW-Authenticate': [...who.challenges] }).end();
    return;
  }
  if (request.method === 'POST') return answerEws(parts, who.account, request, response);
  response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><body>Exchange Web Services</body></html>');
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { answerControl, type ControlParts } from './control-endpoint.ts';
import { answerEws, type EwsParts } from './ews-endpoint.ts';
import { type AuthMethod, signIn } from './sign-in.ts';

/** How the server is reached. */
export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly keyPem: string; readonly certPem: string };
  readonly auth: readonly AuthMethod[];
}

/** A listening server. */
export interface Front {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts to listen; rejects when the port is taken. */
export async function openFront(options: FrontOptions, parts: EwsParts & ControlParts): Promise<Front> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    route(request, response, options, parts).catch((error: unknown) => {
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
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${options.host}:${port}`,
    port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  options: FrontOptions,
  parts: EwsParts & ControlParts,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = pathname.toLowerCase();
  if (path.startsWith('/control/')) return answerControl(parts, request, response);
  if (!path.startsWith('/ews/')) {
    response.writeHead(404).end();
    return;
  }
  const who = signIn(request, parts.world, options.auth);
  if (!('account' in who)) {
    request.resume();
    response.writeHead(401, { 'WWW-Authenticate': [...who.challenges] }).end();
    return;
  }
  if (request.method === 'POST') return answerEws(parts, who.account, request, response);
  response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><body>Exchange Web Services</body></html>');
}

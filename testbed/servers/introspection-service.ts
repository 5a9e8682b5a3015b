import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An RFC 7662 token introspection service on loopback that knows the tokens a test gives it. */
export interface IntrospectionService {
  /** Where a resource server posts the token to. */
  readonly url: string;
  /** Users by token; a token that is not in it is not active. */
  readonly tokens: Map<string, string>;
  /** Tokens asked about, in order. */
  readonly asked: string[];
  /** What the service answers instead of a verdict, such as 503; undefined while it works. */
  failWith: number | undefined;
  stop(): Promise<void>;
}

/** Starts the service on a free port. */
export async function startIntrospectionService(): Promise<IntrospectionService> {
  const tokens = new Map<string, string>();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const token = new URLSearchParams(body).get('token') ?? '';
    asked.push(token);
    const username = tokens.get(token);
    response.writeHead(service.failWith ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(username === undefined ? { active: false } : { active: true, username }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: IntrospectionService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`,
    tokens,
    asked,
    failWith: undefined,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}

import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { AccessAudit } from '../store/access-audit.ts';
import { catalog } from '../tables/catalog.ts';
import type { CallerStore } from './actions.ts';
import { type ContextOptions, createContext } from './api-context.ts';
import { createApiModel } from './api-model.ts';
import type { ApiRequest, ApiResponse } from './api-request.ts';
import { type ConsentService, registerConsentRoutes } from './consent/consent-routes.ts';
import { registerCors } from './cors.ts';
import { errorResponse } from './error-json.ts';
import type { ChangeHub } from './events/change-hub.ts';
import { registerEventStream } from './events/event-stream.ts';
import { HttpError } from './http-error.ts';
import { type FindUser, impersonate } from './impersonate.ts';
import { answerText, type MetadataLevel, metadataLevel } from './metadata-level.ts';
import { registerMailBody } from './page/mail-body.ts';
import type { PageFiles } from './page/page-files.ts';
import { registerPage } from './page/register-page.ts';
import { type Probes, registerProbes } from './probes.ts';
import type { RequestLimits } from './request-limits.ts';
import { dispatch } from './routes.ts';
import { type AccountOptions, registerAccounts } from './sign-in/register-accounts.ts';
import { type Caller, identifyCaller, type SignInService, type TokenVerifier } from './sign-in.ts';

/** What the Web API is made of. */
export interface WebApiOptions<S extends CallerStore = CallerStore> extends ContextOptions<S> {
  readonly verifier: TokenVerifier;
  /** Exchanges one-time codes; without it there is no `/sign-in`. */
  readonly signIn?: SignInService;
  /** Further ways to sign in. */
  readonly accounts?: AccountOptions;
  /** Consent for mailboxes; without it there is no `/consent`. */
  readonly consents?: ConsentService;
  /** Users that callers may act for; without it the headers for that mean nothing. */
  readonly users?: FindUser;
  /** Notes in the audit who came in; without it nothing is noted. */
  readonly access?: AccessAudit;
  /** What one user may ask; without it anything. */
  readonly limits?: RequestLimits;
  /** Origins whose pages may call the Web API with a bearer token. */
  readonly corsOrigins?: readonly string[];
  /** Addresses of proxies whose X-Forwarded headers are believed. */
  readonly trustedProxies?: readonly string[];
  readonly probes: Probes;
  /** What `/api/events` tells; without it there is no such stream. */
  readonly changes?: ChangeHub;
  /** The admin page; without it none is served. */
  readonly page?: PageFiles | undefined;
  /** Makes the HTML of mails safe to show; without it no bodies are served at `/mail-body`. */
  readonly sanitiseMail?: (html: string) => string;
  /** Public origin such as `https://mail.example.org`; by default what the request's Host header says. */
  readonly baseUrl?: string;
  /** Largest body, bytes (default 64 MiB: an attachment of the largest allowed size in base64). */
  readonly bodyLimit?: number;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const prefix = /^\/api\/data\/v9\.[012](\/|$)/;

/** The HTTP server of the Web API, not yet listening; `/healthz` and `/readyz` need no sign-in. */
export function createWebApi<S extends CallerStore>(options: WebApiOptions<S>): FastifyInstance {
  const { log } = options;
  const server = fastify({
    bodyLimit: options.bodyLimit ?? 64 * 1024 * 1024,
    http: { maxHeaderSize: 64 * 1024 },
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: 'idle',
    requestTimeout: 300_000,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    frameworkErrors: (error, _request, reply) => {
      void write(reply, errorResponse(new HttpError(400, '80060888', error.message), log));
    },
  });
  const model = createApiModel(catalog);
  const originOf = (request: FastifyRequest) =>
    options.baseUrl?.replace(/\/$/, '') ?? `${request.protocol}://${request.host}`;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error, _request, reply) => write(reply, errorResponse(ofFramework(error), log)));
  server.setNotFoundHandler((request, reply) =>
    write(
      reply,
      errorResponse(new HttpError(404, '80060888', `There is nothing at ${request.url.slice(0, 200)}.`), log),
    ),
  );
  const actors = new WeakMap<FastifyRequest, Caller>();
  const identify = async (request: FastifyRequest): Promise<Caller> => {
    const caller = await identifyCaller(request, options.verifier, originOf(request));
    await options.access?.note(caller.systemuserid, request.headers.authorization === undefined ? 'web' : 'services');
    return caller;
  };
  registerProbes(server, options.probes);
  const { changes, clock } = options;
  if (changes !== undefined)
    registerEventStream(server, {
      hub: changes,
      identify,
      storeFor: options.storeFor,
      clock,
      log,
    });
  registerCors(server, options.corsOrigins ?? []);
  if (options.signIn !== undefined)
    registerAccounts(server, { ...options.accounts, sessions: options.signIn, identify, originOf, clock });
  if (options.sanitiseMail !== undefined)
    registerMailBody(server, { identify, storeFor: options.storeFor, sanitise: options.sanitiseMail });
  const { consents } = options;
  if (consents !== undefined) registerConsentRoutes(server, { consents, identify, originOf });
  if (options.page !== undefined) registerPage(server, options.page);
  server.route({
    method: [...methods],
    url: '/api/data/:version/*',
    // Before the body is read: strangers do not fill the memory.
    onRequest: async (request) => {
      actors.set(request, await identify(request));
    },
    handler: async (request, reply) => {
      const version = prefix.exec(request.url)?.[0];
      if (version === undefined) {
        throw new HttpError(404, '80060888', 'The Web API is at /api/data/v9.2/ (v9.1 and v9.0 are the same).');
      }
      const actor = actors.get(request) ?? (await identify(request));
      const counted = options.limits?.begin(actor.systemuserid);
      try {
        const apiRequest = toApiRequest(request, version);
        const caller = await impersonate(actor, apiRequest.headers, options.users);
        const context = createContext(options, model, caller, apiRequest, `${originOf(request)}${version}`);
        const response = await dispatch(context, apiRequest);
        return write(reply.headers(counted?.headers ?? {}), response, metadataLevel(apiRequest));
      } finally {
        counted?.end();
      }
    },
  });
  return server;
}

function toApiRequest(request: FastifyRequest, version: string): ApiRequest {
  const at = request.url.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  requireReadableBody(headers, request);
  return {
    method: request.method === 'HEAD' ? 'GET' : request.method,
    path: request.url.slice(version.length, at < 0 ? undefined : at),
    queryString: at < 0 ? '' : request.url.slice(at + 1),
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : undefined,
  };
}

function requireReadableBody(headers: Readonly<Record<string, string | undefined>>, request: FastifyRequest): void {
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) return;
  const type = (headers['content-type'] ?? '').toLowerCase();
  const isBatch = /\/\$batch(\?|$)/i.test(request.url) && type.startsWith('multipart/mixed');
  // The bytes of a file or image column, below a record: accounts(<id>)/entityimage.
  const isColumn =
    /^(PUT|PATCH)$/.test(request.method) &&
    /\)\/\w+(\?|$)/.test(request.url) &&
    type.startsWith('application/octet-stream');
  if (isBatch || isColumn || /^application\/(?:[\w.-]+\+)?json\s*(;|$)/.test(type)) return;
  throw new HttpError(415, '80060888', `A body of type '${type.slice(0, 60)}' cannot be read; send application/json.`);
}

/** Errors of the framework itself (body too large, broken request) keep their status. */
function ofFramework(thrown: unknown): unknown {
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  if (!(thrown instanceof Error) || typeof status !== 'number' || status < 400 || status >= 500) return thrown;
  return new HttpError(status, status === 413 ? '8004e021' : '80060888', thrown.message);
}

function write(reply: FastifyReply, response: ApiResponse, level: MetadataLevel = 'minimal'): FastifyReply {
  reply.code(response.status).headers({ 'odata-version': '4.0', 'cache-control': 'no-cache', ...response.headers });
  if (response.status === 401) reply.header('www-authenticate', 'Bearer');
  if (response.body === undefined) return reply.send();
  if (typeof response.body === 'string' || Buffer.isBuffer(response.body)) return reply.send(response.body);
  const type = `application/json; odata.metadata=${level}; odata.streaming=true; charset=utf-8`;
  return reply.header('content-type', type).send(answerText(response.body, level));
}

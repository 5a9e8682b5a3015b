import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import type { AccessRights } from '../store/access-rights.ts';
import { HttpError } from './http-error.ts';
import { parseJsonObject } from './json-body.ts';

/** Who asks. */
export interface Caller {
  readonly systemuserid: string;
  readonly isAdministrator: boolean;
  readonly name: string;
  /** What a caller who is no administrator may do; nothing when absent. */
  readonly rights?: AccessRights;
}

/** Tells who a bearer token belongs to; undefined for an unknown, expired or revoked one. */
export interface TokenVerifier {
  verify(token: string): Promise<Caller | undefined>;
}

/** Trades one-time codes for session tokens. */
export interface SignInService {
  /** Undefined when the code is unknown, used or too old. */
  exchange(code: string): Promise<SessionToken | undefined>;
  /** Ends the session of a token. */
  revoke(token: string): Promise<void>;
}

/** A session and when it ends. */
export interface SessionToken {
  readonly token: string;
  readonly systemuserid: string;
  readonly expiresOn: Date;
}

/** Name of the session cookie. */
export const sessionCookie = 'mailroom_session';

/** Finds the caller of a request by bearer token or session cookie. Throws 401 without a valid one, 403 for a write by cookie from another origin. */
export async function identifyCaller(
  request: FastifyRequest,
  verifier: TokenVerifier,
  origin: string,
): Promise<Caller> {
  const bearer = /^Bearer +([\w~+/.=-]{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1];
  const cookie = bearer === undefined ? readCookie(request.headers.cookie, sessionCookie) : undefined;
  const token = bearer ?? cookie;
  const caller = token === undefined ? undefined : await verifier.verify(token);
  if (caller === undefined) {
    const why =
      token === undefined ? 'The request carries no bearer token.' : 'The token is unknown, expired or revoked.';
    throw new HttpError(401, 'mr_SignInRequired', `${why} Sign in, or make a token with "mailroom token create".`);
  }
  if (cookie !== undefined) requireSameOrigin(request, origin);
  return caller;
}

/** Serves `POST /sign-in {"code": "..."}`, which sets the session cookie (and with `"return": "token"` answers the token too), and `POST /sign-out`. */
export function registerSignIn(
  server: FastifyInstance,
  service: SignInService,
  originOf: (request: FastifyRequest) => string,
  clock: Clock,
): void {
  server.post('/sign-in', async (request, reply) => {
    const body = parseJsonObject(request.body as Buffer | undefined);
    if (typeof body.code !== 'string')
      throw new HttpError(400, 'mr_SignInCodeMissing', 'The body must be {"code": "<one-time code>"}.');
    const session = await service.exchange(body.code);
    if (session === undefined) {
      throw new HttpError(
        401,
        'mr_SignInCodeInvalid',
        'The one-time code is unknown, used already or too old. Make a new one with "mailroom token create --sign-in".',
      );
    }
    const seconds = Math.max(0, Math.round((session.expiresOn.getTime() - clock.now().getTime()) / 1000));
    setCookie(reply, session.token, seconds, originOf(request).startsWith('https:'));
    const shown = { systemuserid: session.systemuserid, expireson: session.expiresOn.toISOString() };
    return reply.send(body.return === 'token' ? { ...shown, token: session.token } : shown);
  });
  server.post('/sign-out', async (request, reply) => {
    requireSameOrigin(request, originOf(request));
    const token = readCookie(request.headers.cookie, sessionCookie);
    if (token !== undefined) await service.revoke(token);
    setCookie(reply, '', 0, originOf(request).startsWith('https:'));
    return reply.code(204).send();
  });
}

function setCookie(reply: FastifyReply, value: string, seconds: number, secure: boolean): void {
  const parts = [`${sessionCookie}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${seconds}`];
  reply.header('set-cookie', [...parts, ...(secure ? ['Secure'] : [])].join('; ')).header('cache-control', 'no-store');
}

/** A browser attaches cookies to what other sites make it send; only our own page may write by cookie. */
function requireSameOrigin(request: FastifyRequest, origin: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const from = request.headers.origin;
  if (from !== undefined && from.toLowerCase() === origin.toLowerCase()) return;
  throw new HttpError(
    403,
    'mr_ForeignOrigin',
    `A write signed in by cookie must come from ${origin}; use a bearer token elsewhere.`,
  );
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined;
  }
  return undefined;
}

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { AccessRights } from '../store/access-rights.ts';
import { HttpError } from './http-error.ts';
import { csrfToken, readCookie, sessionCookie } from './sign-in/cookies.ts';

/** Who asks. */
export interface Caller {
  readonly systemuserid: string;
  readonly isAdministrator: boolean;
  readonly name: string;
  /** What a caller who is no administrator may do; nothing when absent. */
  readonly rights?: AccessRights;
  /** The user who acts in this one's name. */
  readonly actingUserId?: string;
}

/** Tells who a bearer token belongs to; undefined for an unknown, expired or revoked one. */
export interface TokenVerifier {
  verify(token: string): Promise<Caller | undefined>;
}

/** Begins and ends sessions. */
export interface SignInService {
  /** Trades a one-time code for a session; undefined when the code is unknown, used or too old. */
  exchange(code: string): Promise<SessionToken | undefined>;
  /** A session of a user who has proved who they are; undefined when the user is gone or disabled. */
  begin(systemuserid: string): Promise<SessionToken | undefined>;
  /** Ends the session of a token. */
  revoke(token: string): Promise<void>;
}

/** A session and when it ends. */
export interface SessionToken {
  readonly token: string;
  readonly systemuserid: string;
  readonly expiresOn: Date;
}

/** Finds the caller of a request by bearer token or session cookie. Throws 401 without a valid one, 403 for a write by cookie from another origin or without the session's CSRF token. */
export async function identifyCaller(
  request: FastifyRequest,
  verifier: TokenVerifier,
  origin: string,
): Promise<Caller> {
  const bearer = /^Bearer +([\w~+/.=-]{1,16384})$/i.exec(request.headers.authorization ?? '')?.[1];
  const cookie = bearer === undefined ? readCookie(request.headers.cookie, sessionCookie) : undefined;
  const token = bearer ?? cookie;
  const caller = token === undefined ? undefined : await verifier.verify(token);
  if (caller === undefined) {
    const why =
      token === undefined
        ? 'The request carries no bearer token.'
        : 'The token is unknown, expired, revoked, or names no user here.';
    throw new HttpError(401, 'mr_SignInRequired', `${why} Sign in, or make a token with "mailroom token create".`);
  }
  if (cookie !== undefined && request.method !== 'GET' && request.method !== 'HEAD') {
    requireOwnOrigin(request, origin, 'always');
    requireCsrfToken(request, cookie);
  }
  return caller;
}

/** A browser attaches cookies to what other sites make it send; only our own page may write by cookie. `ifGiven` lets programs pass, which send no Origin. */
export function requireOwnOrigin(request: FastifyRequest, origin: string, when: 'always' | 'ifGiven'): void {
  const from = request.headers.origin;
  if (from === undefined ? when === 'ifGiven' : from.toLowerCase() === origin.toLowerCase()) return;
  throw new HttpError(
    403,
    'mr_ForeignOrigin',
    `A write signed in by cookie must come from ${origin}; use a bearer token elsewhere.`,
  );
}

function requireCsrfToken(request: FastifyRequest, session: string): void {
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(csrfToken(session));
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new HttpError(
    403,
    'mr_CsrfToken',
    'A write signed in by cookie carries the header X-CSRF-Token with what GET /session answers as "csrf".',
  );
}

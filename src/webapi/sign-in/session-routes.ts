import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import { HttpError } from '../http-error.ts';
import { parseJsonObject } from '../json-body.ts';
import { type Caller, requireOwnOrigin, type SessionToken, type SignInService } from '../sign-in.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import { csrfToken, readCookie, sessionCookie, setCookie } from './cookies.ts';
import type { SignInTry } from './credential-store.ts';

/** Signs local accounts in. */
export interface PasswordSignIn {
  /** Tries the password of the account of that name (domain name or address). */
  attempt(username: string, password: string): Promise<SignInTry>;
}

export interface SessionRoutesOptions {
  readonly sessions: SignInService;
  /** Without it there are no local accounts. */
  readonly passwords?: PasswordSignIn | undefined;
  /** Name of the provider behind `/sign-in/openid`, when there is one. */
  readonly openIdName?: string | undefined;
  readonly attempts: AttemptLimit;
  readonly identify: (request: FastifyRequest) => Promise<Caller>;
  readonly originOf: (request: FastifyRequest) => string;
  readonly clock: Clock;
}

/** Serves `GET /sign-in/methods`, `POST /sign-in` with a one-time code or user name and password, `GET /session` (who is signed in, and the CSRF token) and `POST /sign-out`. */
export function registerSessionRoutes(server: FastifyInstance, options: SessionRoutesOptions): void {
  const { sessions, originOf, clock } = options;
  server.get('/sign-in/methods', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({
      code: true,
      password: options.passwords !== undefined,
      openId: options.openIdName === undefined ? null : { name: options.openIdName, url: '/sign-in/openid' },
    }),
  );
  server.post('/sign-in', { bodyLimit: 16_384 }, async (request, reply) => {
    requireOwnOrigin(request, originOf(request), 'ifGiven');
    const body = parseJsonObject(request.body as Buffer | undefined);
    const session = await openSession(options, request, body);
    startSession(reply, session, originOf(request), clock);
    const shown = {
      systemuserid: session.systemuserid,
      expireson: session.expiresOn.toISOString(),
      csrf: csrfToken(session.token),
    };
    return reply.send(body.return === 'token' ? { ...shown, token: session.token } : shown);
  });
  server.get('/session', async (request, reply) => {
    const caller = await options.identify(request);
    const token = readCookie(request.headers.cookie, sessionCookie);
    return reply.header('cache-control', 'no-store').send({
      systemuserid: caller.systemuserid,
      name: caller.name,
      isAdministrator: caller.isAdministrator,
      ...(token === undefined ? {} : { csrf: csrfToken(token) }),
    });
  });
  server.post('/sign-out', { bodyLimit: 16_384 }, async (request, reply) => {
    requireOwnOrigin(request, originOf(request), 'always');
    const token = readCookie(request.headers.cookie, sessionCookie);
    if (token !== undefined) await sessions.revoke(token);
    const secure = originOf(request).startsWith('https:');
    setCookie(reply, { name: sessionCookie, value: '', seconds: 0, path: '/', sameSite: 'Strict', secure });
    return reply.code(204).send();
  });
}

/** Sets the cookie of a session that has begun. */
export function startSession(reply: FastifyReply, session: SessionToken, origin: string, clock: Clock): void {
  const seconds = Math.max(0, Math.round((session.expiresOn.getTime() - clock.now().getTime()) / 1000));
  const secure = origin.startsWith('https:');
  setCookie(reply, { name: sessionCookie, value: session.token, seconds, path: '/', sameSite: 'Strict', secure });
}

async function openSession(
  options: SessionRoutesOptions,
  request: FastifyRequest,
  body: Readonly<Record<string, unknown>>,
): Promise<SessionToken> {
  const { attempts, sessions, passwords } = options;
  attempts.check(request.ip);
  if (typeof body.code === 'string') {
    const session = await sessions.exchange(body.code);
    if (session !== undefined) return session;
    attempts.noteFailure(request.ip);
    throw new HttpError(
      401,
      'mr_SignInCodeInvalid',
      'The one-time code is unknown, used already or too old. Make a new one with "mailroom token create --sign-in".',
    );
  }
  const { username, password } = body;
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw new HttpError(
      400,
      'mr_SignInCodeMissing',
      'The body must be {"code": "<one-time code>"} or {"username": "...", "password": "..."}.',
    );
  }
  if (passwords === undefined) {
    throw new HttpError(
      403,
      'mr_LocalSignInOff',
      'Local accounts are switched off here. Sign in with the provider, or with a one-time code.',
    );
  }
  const tried = await passwords.attempt(username.slice(0, 1024), password.slice(0, 1024));
  if (tried.kind === 'blocked') throw attempts.tooMany(tried.waitMs);
  const session = tried.kind === 'ok' ? await sessions.begin(tried.systemuserid) : undefined;
  if (session !== undefined) return session;
  attempts.noteFailure(request.ip);
  throw new HttpError(401, 'mr_SignInRefused', 'User name or password is wrong, or the user is disabled. Try again.');
}

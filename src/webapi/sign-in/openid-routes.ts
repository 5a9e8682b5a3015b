import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import { HttpError } from '../http-error.ts';
import type { SignInService } from '../sign-in.ts';
import { readCookie, setCookie } from './cookies.ts';
import type { OpenIdFlow, PendingSignIn } from './openid-flow.ts';
import { startSession } from './session-routes.ts';

export interface OpenIdRoutesOptions {
  readonly flow: OpenIdFlow;
  readonly sessions: SignInService;
  /** The user whom verified claims name. Throws 403 with the reason when there is none. */
  readonly userOf: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly originOf: (request: FastifyRequest) => string;
  readonly clock: Clock;
}

const pendingCookie = 'mailroom_openid';
const pendingPath = '/sign-in/openid';
const pendingSeconds = 600;

/** Serves `GET /sign-in/openid`, which sends the browser to the provider, and `GET /sign-in/openid/callback`, where it comes back and its session begins. `?return=/path` says which page to show then. */
export function registerOpenIdRoutes(server: FastifyInstance, options: OpenIdRoutesOptions): void {
  const { flow, sessions, originOf, clock } = options;
  const keep = (origin: string, value: string, seconds: number) => ({
    name: pendingCookie,
    value,
    seconds,
    path: pendingPath,
    sameSite: 'Lax' as const,
    secure: origin.startsWith('https:'),
  });
  server.get(pendingPath, async (request, reply) => {
    const origin = originOf(request);
    const { return: wanted } = request.query as { readonly return?: unknown };
    const { url, pending } = await flow.begin(`${origin}${pendingPath}/callback`, localPath(wanted));
    setCookie(reply, keep(origin, Buffer.from(JSON.stringify(pending)).toString('base64url'), pendingSeconds));
    return reply.redirect(url, 302);
  });
  server.get(`${pendingPath}/callback`, async (request, reply) => {
    const origin = originOf(request);
    const pending = readPending(readCookie(request.headers.cookie, pendingCookie));
    setCookie(reply, keep(origin, '', 0));
    const claims = await flow.finish(new URL(request.url, origin), `${origin}${pendingPath}/callback`, pending);
    const session = await sessions.begin(await options.userOf(claims));
    if (session === undefined)
      throw new HttpError(403, 'mr_SignInRefused', 'Your user is disabled here. Ask an administrator.');
    startSession(reply, session, origin, clock);
    return reply.redirect(pending.returnTo, 303);
  });
}

/** A path of this site only, so that nobody is sent elsewhere with a session begun. */
function localPath(wanted: unknown): string {
  return typeof wanted === 'string' && /^\/(?![/\\])[\w\-./~?=&%#]*$/.test(wanted) ? wanted : '/';
}

function readPending(cookie: string | undefined): PendingSignIn {
  try {
    const { state, nonce, verifier, returnTo } = JSON.parse(
      Buffer.from(cookie ?? '', 'base64url').toString(),
    ) as Record<string, unknown>;
    if (typeof state === 'string' && typeof nonce === 'string' && typeof verifier === 'string')
      return { state, nonce, verifier, returnTo: localPath(returnTo) };
  } catch {
    // told below
  }
  throw new HttpError(
    400,
    'mr_OpenIdExpired',
    'This sign-in was not begun in this browser, or more than ten minutes ago. Begin again at /sign-in/openid.',
  );
}

import type { FastifyInstance } from 'fastify';
import { createAttemptLimit } from './attempt-limit.ts';
import type { OpenIdFlow } from './openid-flow.ts';
import { registerOpenIdRoutes } from './openid-routes.ts';
import { registerSessionRoutes, type SessionRoutesOptions } from './session-routes.ts';
import { type ClientCredentials, registerTokenRoute } from './token-route.ts';

/** Ways to sign in beside one-time codes. */
export interface AccountOptions {
  /** Local accounts. */
  readonly passwords?: SessionRoutesOptions['passwords'];
  /** Application users. */
  readonly clients?: ClientCredentials | undefined;
  /** A provider of OpenID Connect for people with a browser. */
  readonly openId?: OpenIdSignIn | undefined;
}

/** A provider as the page offers it. */
export interface OpenIdSignIn {
  readonly name: string;
  readonly flow: OpenIdFlow;
  /** The user whom verified claims name. Throws 403 with the reason when there is none. */
  readonly userOf: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Wrong codes, passwords and secrets from one address in 15 minutes. */
const mostFailures = 30;

/** Serves every way to sign in. */
export function registerAccounts(
  server: FastifyInstance,
  options: AccountOptions & Omit<SessionRoutesOptions, 'attempts' | 'openIdName'>,
): void {
  const { openId, clients, sessions, originOf, clock } = options;
  const attempts = createAttemptLimit(mostFailures, clock);
  registerSessionRoutes(server, { ...options, openIdName: openId?.name, attempts });
  if (clients !== undefined) registerTokenRoute(server, clients, attempts);
  if (openId !== undefined)
    registerOpenIdRoutes(server, { flow: openId.flow, userOf: openId.userOf, sessions, originOf, clock });
}

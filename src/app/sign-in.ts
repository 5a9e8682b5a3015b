import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { AccessDirectory } from '../store/access-directory.ts';
import type { Database } from '../store/database.ts';
import { HttpError } from '../webapi/http-error.ts';
import { createCredentialStore } from '../webapi/sign-in/credential-store.ts';
import { type ClaimMapping, identityOf } from '../webapi/sign-in/oidc-claims.ts';
import { createOidcVerifier, isJwt, type OidcVerifier } from '../webapi/sign-in/oidc-verifier.ts';
import { createOpenIdFlow } from '../webapi/sign-in/openid-flow.ts';
import type { AccountOptions, OpenIdSignIn } from '../webapi/sign-in/register-accounts.ts';
import type { PasswordSignIn } from '../webapi/sign-in/session-routes.ts';
import type { ClientCredentials } from '../webapi/sign-in/token-route.ts';
import type { Caller, TokenVerifier } from '../webapi/sign-in.ts';
import type { DescribeUser, TokenStore } from '../webapi/token-store.ts';
import type { Config } from './config-schema.ts';
import type { FindUserBy } from './find-users.ts';

export interface SignInOptions {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly tokens: TokenStore;
  readonly directory: AccessDirectory;
  readonly describeUser: DescribeUser;
  readonly findUserBy: FindUserBy;
}

/** Everything by which callers prove who they are. */
export interface SignIn {
  readonly verifier: TokenVerifier;
  readonly accounts: AccountOptions;
}

/** systemuser.accessmode of users that are programs: they have no password. */
const programMode = 4;
const accessTokenSeconds = 3600;

/** Own tokens, tokens of the provider, local accounts, application users and the provider's page, as configured. Throws configuration `mr_Configuration` when the provider's settings do not go together. */
export function createSignIn(options: SignInOptions): SignIn {
  const { config, database, clock, tokens } = options;
  const credentials = createCredentialStore((text, values) => database.sql(text, values), clock);
  const provider = providerOf(config, clock);
  return {
    verifier: {
      verify: async (token) =>
        provider !== undefined && isJwt(token) ? verifyForeign(options, provider, token) : tokens.verify(token),
    },
    accounts: {
      passwords: config.localSignIn ? passwordSignIn(options, credentials) : undefined,
      clients: clientCredentials(options, credentials),
      openId: provider?.page(options),
    },
  };
}

interface Provider {
  readonly bearer: OidcVerifier | undefined;
  readonly mapping: ClaimMapping;
  page(options: SignInOptions): OpenIdSignIn | undefined;
}

function providerOf(config: Config, clock: Clock): Provider | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClockSkewSeconds: clockSkewSeconds } = config;
  const audiences = (config.oidcAudience ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (issuer === undefined) return undefined;
  if (audiences.length === 0 && clientId === undefined) {
    throw new MailroomError(
      'MAILROOM_OIDC_ISSUER is set, but neither MAILROOM_OIDC_AUDIENCE (tokens for the Web API) nor MAILROOM_OIDC_CLIENT_ID (sign-in at the page). Set one or both.',
      { code: 'mr_Configuration', kind: 'configuration' },
    );
  }
  if (!/^https:/.test(issuer) && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(issuer)) {
    throw new MailroomError(
      'MAILROOM_OIDC_ISSUER must begin with https: (http only on this machine), because whoever changes the keys on the way signs in as anybody.',
      { code: 'mr_Configuration', kind: 'configuration' },
    );
  }
  const mapping: ClaimMapping = { column: config.oidcUserColumn, claim: config.oidcUserClaim };
  return {
    bearer: audiences.length === 0 ? undefined : createOidcVerifier({ issuer, audiences, clockSkewSeconds, clock }),
    mapping,
    page: (options) => {
      if (clientId === undefined) return undefined;
      const verifier = createOidcVerifier({ issuer, audiences: [clientId], clockSkewSeconds, clock });
      return {
        name: config.oidcName,
        flow: createOpenIdFlow({
          issuer,
          clientId,
          clientSecret: config.oidcClientSecret,
          scopes: config.oidcScopes,
          clockSkewSeconds,
          verifier,
          clock,
        }),
        userOf: (claims) => personOf(options, claims, mapping),
      };
    },
  };
}

/** A token of the provider, for the user or program whom it names. */
async function verifyForeign(options: SignInOptions, provider: Provider, token: string): Promise<Caller | undefined> {
  const claims = await provider.bearer?.verify(token);
  if (claims === undefined) return undefined;
  const identity = identityOf(claims, provider.mapping);
  if ('refusal' in identity) return undefined;
  const systemuserid = await options.findUserBy(identity.column, identity.value);
  const user = systemuserid === undefined ? undefined : await options.describeUser(systemuserid);
  return systemuserid === undefined || user === undefined ? undefined : { systemuserid, ...user };
}

async function personOf(
  options: SignInOptions,
  claims: Readonly<Record<string, unknown>>,
  mapping: ClaimMapping,
): Promise<string> {
  const identity = identityOf(claims, mapping);
  if ('refusal' in identity)
    throw new HttpError(
      403,
      'mr_SignInRefused',
      `The provider's answer cannot be used: ${identity.refusal}. Ask an administrator.`,
    );
  const isPerson = identity.column !== 'applicationid';
  const systemuserid = isPerson ? await options.findUserBy(identity.column, identity.value) : undefined;
  if (systemuserid !== undefined) return systemuserid;
  throw new HttpError(
    403,
    'mr_SignInRefused',
    `No user here has ${identity.column} "${identity.value.slice(0, 200)}". Ask an administrator to add you.`,
  );
}

function passwordSignIn(options: SignInOptions, credentials: ReturnType<typeof createCredentialStore>): PasswordSignIn {
  return {
    attempt: async (username, password) => {
      const systemuserid =
        (await options.findUserBy('domainname', username)) ??
        (await options.findUserBy('internalemailaddress', username));
      const user = systemuserid === undefined ? undefined : await options.directory.find(systemuserid);
      return credentials.tryPassword(user?.accessMode === programMode ? undefined : systemuserid, password);
    },
  };
}

function clientCredentials(
  options: SignInOptions,
  credentials: ReturnType<typeof createCredentialStore>,
): ClientCredentials {
  return {
    issue: async (clientId, secret) => {
      const systemuserid = await options.findUserBy('applicationid', clientId);
      if (systemuserid === undefined || !(await credentials.verifySecret(systemuserid, secret))) return undefined;
      const token = await options.tokens.issue({
        systemuserid,
        name: 'client credentials',
        kind: 'access',
        lifetimeMs: accessTokenSeconds * 1000,
      });
      return { token, seconds: accessTokenSeconds };
    },
  };
}

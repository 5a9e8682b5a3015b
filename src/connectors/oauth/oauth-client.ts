import * as oauth from 'oauth4webapi';
import type { Clock } from '../../base/clock.ts';
import { oauthError } from './oauth-errors.ts';
import type { OAuthProvider } from './oauth-provider.ts';

/** What a provider gave. */
export interface OAuthTokens {
  readonly accessToken: string;
  /** Absent when the one used stays good. */
  readonly refreshToken?: string | undefined;
  /** Life of the access token, seconds; an hour where the provider does not say. */
  readonly lifeSeconds: number;
  /** Address of the account that consented, where the provider tells. */
  readonly account?: string | undefined;
}

/** What is kept while a person is at the provider's page. */
export interface PendingConsent {
  readonly state: string;
  readonly verifier: string;
}

/** The authorization code flow with PKCE and the refreshing of tokens (RFC 6749 4.1 and 6, RFC 7636). Errors are MailroomErrors of `oauthError`. */
export interface OAuthClient {
  /** Where to send the browser; `hint` is the address of the mailbox. */
  begin(
    provider: OAuthProvider,
    redirectUri: string,
    hint: string | undefined,
  ): Promise<{ readonly url: string; readonly pending: PendingConsent }>;
  /** Tokens for the person who came back to `url`. */
  finish(provider: OAuthProvider, url: URL, redirectUri: string, pending: PendingConsent): Promise<OAuthTokens>;
  refresh(provider: OAuthProvider, refreshToken: string): Promise<OAuthTokens>;
}

const metadataLifeMs = 3_600_000;
const usualLifeSeconds = 3600;
const answerMs = 10_000;

/** A client; metadata of providers are read when first needed and once an hour. */
export function createOAuthClient(clock: Clock): OAuthClient {
  const known = new Map<string, { readonly server: oauth.AuthorizationServer; readonly untilMs: number }>();
  const serverOf = async (provider: OAuthProvider): Promise<oauth.AuthorizationServer> => {
    const { issuer, endpoints } = provider;
    if (endpoints !== undefined)
      return { issuer, authorization_endpoint: endpoints.authorize, token_endpoint: endpoints.token };
    const before = known.get(issuer);
    const nowMs = clock.now().getTime();
    if (before !== undefined && before.untilMs > nowMs) return before.server;
    const url = new URL(issuer);
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, httpOf(provider)));
    known.set(issuer, { server, untilMs: nowMs + metadataLifeMs });
    return server;
  };
  const told = async <T>(provider: OAuthProvider, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw oauthError(thrown, provider);
    }
  };
  return {
    begin: (provider, redirectUri, hint) =>
      told(provider, async () => {
        const { authorization_endpoint } = await serverOf(provider);
        if (authorization_endpoint === undefined) throw new Error('it names no page to ask for consent at');
        const pending = { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier() };
        const url = new URL(authorization_endpoint);
        const parameters = {
          client_id: provider.clientId,
          redirect_uri: redirectUri,
          response_type: 'code',
          scope: provider.scopes,
          state: pending.state,
          code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
          code_challenge_method: 'S256',
          ...(hint ? { login_hint: hint } : {}),
          ...provider.parameters,
        };
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return { url: url.href, pending };
      }),
    finish: (provider, url, redirectUri, pending) =>
      told(provider, async () => {
        const server = await serverOf(provider);
        const client = { client_id: provider.clientId };
        const callback = oauth.validateAuthResponse(server, client, url, pending.state);
        const answer = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authenticationOf(provider),
          callback,
          redirectUri,
          pending.verifier,
          httpOf(provider),
        );
        return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, answer));
      }),
    refresh: (provider, refreshToken) =>
      told(provider, async () => {
        const server = await serverOf(provider);
        const client = { client_id: provider.clientId };
        const authentication = authenticationOf(provider);
        const http = httpOf(provider);
        const answer = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, http);
        return tokensOf(await oauth.processRefreshTokenResponse(server, client, answer));
      }),
  };
}

const authenticationOf = ({ clientSecret }: OAuthProvider): oauth.ClientAuth =>
  clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret);

/** Plain http is for a provider on this machine only. */
function httpOf({ issuer }: OAuthProvider) {
  return {
    [oauth.allowInsecureRequests]: /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(issuer),
    signal: AbortSignal.timeout(answerMs),
  };
}

function tokensOf(answer: oauth.TokenEndpointResponse): OAuthTokens {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const account = claims?.email ?? claims?.preferred_username;
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    lifeSeconds: answer.expires_in ?? usualLifeSeconds,
    account: typeof account === 'string' ? account : undefined,
  };
}

import * as oauth from 'oauth4webapi';
import type { Clock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { HttpError } from '../http-error.ts';
import type { OidcVerifier } from './oidc-verifier.ts';

/** This service as a client of a provider of OpenID Connect. */
export interface OpenIdClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string | undefined;
  readonly scopes: string;
  readonly clockSkewSeconds: number;
  /** Checks the signature of ID tokens, with the client id as audience. */
  readonly verifier: OidcVerifier;
  readonly clock: Clock;
  /** Time for one answer of the provider, milliseconds (default 5,000). */
  readonly timeoutMs?: number;
}

/** What must be kept, by the browser alone, while its user is at the provider. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Path of the page to return to. */
  readonly returnTo: string;
}

/** The authorization code flow with PKCE (RFC 6749 4.1, RFC 7636, OpenID Connect Core 3.1). */
export interface OpenIdFlow {
  /** Where to send the browser, and what it keeps meanwhile. */
  begin(redirectUri: string, returnTo: string): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /** Verified claims of the user who came back to `url`. Throws 400 `mr_OpenIdRefused` with the provider's words when the sign-in did not succeed. */
  finish(url: URL, redirectUri: string, pending: PendingSignIn): Promise<Readonly<Record<string, unknown>>>;
}

const metadataLifeMs = 3_600_000;

/** The flow; the provider's metadata are read when first needed and once an hour. */
export function createOpenIdFlow(options: OpenIdClientOptions): OpenIdFlow {
  const { issuer, clientId, clientSecret } = options;
  // Plain http is for a provider on this machine only.
  const http = () => ({
    [oauth.allowInsecureRequests]: /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(issuer),
    signal: AbortSignal.timeout(options.timeoutMs ?? 5000),
  });
  const client: oauth.Client = { client_id: clientId, [oauth.clockTolerance]: options.clockSkewSeconds };
  const authentication = clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret);
  let known: { readonly server: oauth.AuthorizationServer; readonly untilMs: number } | undefined;
  const server = async (): Promise<oauth.AuthorizationServer> => {
    if (known !== undefined && known.untilMs > options.clock.now().getTime()) return known.server;
    const url = new URL(issuer);
    const found = await oauth
      .discoveryRequest(url, http())
      .then((answer) => oauth.processDiscoveryResponse(url, answer))
      .catch((cause: unknown) => {
        throw unavailable(issuer, cause);
      });
    known = { server: found, untilMs: options.clock.now().getTime() + metadataLifeMs };
    return found;
  };
  return {
    async begin(redirectUri, returnTo) {
      const { authorization_endpoint } = await server();
      if (authorization_endpoint === undefined) throw unavailable(issuer, new Error('it names no page to sign in at'));
      const pending: PendingSignIn = {
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        verifier: oauth.generateRandomCodeVerifier(),
        returnTo,
      };
      const url = new URL(authorization_endpoint);
      const parameters = {
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: options.scopes,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url: url.href, pending };
    },
    async finish(url, redirectUri, pending) {
      const provider = await server();
      try {
        const callback = oauth.validateAuthResponse(provider, client, url, pending.state);
        const answer = await oauth.authorizationCodeGrantRequest(
          provider,
          client,
          authentication,
          callback,
          redirectUri,
          pending.verifier,
          http(),
        );
        const tokens = await oauth.processAuthorizationCodeResponse(provider, client, answer, {
          expectedNonce: pending.nonce,
          requireIdToken: true,
        });
        const claims = await options.verifier.verify(tokens.id_token ?? '');
        if (claims === undefined) throw new Error('the ID token is not signed by the provider');
        return claims;
      } catch (thrown) {
        if (thrown instanceof MailroomError) throw thrown;
        throw new HttpError(400, 'mr_OpenIdRefused', `The sign-in did not succeed: ${reasonOf(thrown)}. Try again.`);
      }
    },
  };
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof oauth.AuthorizationResponseError || thrown instanceof oauth.ResponseBodyError)
    return `the provider says ${thrown.error}${thrown.error_description ? ` (${thrown.error_description.slice(0, 200)})` : ''}`;
  return thrown instanceof Error ? thrown.message.slice(0, 200) : 'unknown reason';
}

function unavailable(issuer: string, cause: unknown): MailroomError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MailroomError(
    `The sign-in provider ${issuer} does not answer as it should: ${why}. Try again; an administrator checks MAILROOM_OIDC_ISSUER.`,
    { code: 'mr_SignInProvider', kind: 'transient', cause },
  );
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

/** What the person at the provider's page is, as claims. */
export type Claims = Readonly<Record<string, unknown>>;

/** A small provider of OpenID Connect on loopback: metadata, keys that can be replaced, a page that signs the chosen person in at once, tokens that mail servers can ask about and that can be refreshed. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** Requests by path since the start. */
  readonly asked: ReadonlyMap<string, number>;
  /** Who is signed in at the provider's page. */
  person: Claims;
  /** True makes the page refuse, as a person who declines. */
  refuses: boolean;
  /** Life of access tokens, seconds. */
  accessSeconds: number;
  /** True makes the provider honour no refresh token any more (`invalid_grant`), as after a change of password. */
  withdrawn: boolean;
  /** What the token endpoint answers instead of a verdict, such as 503; undefined while it works. */
  failWith: number | undefined;
  /** Access tokens given so far, with their accounts; removing one makes it worthless to mail servers. */
  readonly accessTokens: Map<string, string>;
  /** Where mail servers ask about a token (RFC 7662). */
  readonly introspectionUrl: string;
  /** A signed token with these claims over the usual ones; `header` and `lifetimeSeconds` bend it. */
  token(claims: Claims, bend?: TokenBend): Promise<string>;
  /** From now on signs with a new key; the old one is no longer published. */
  rotateKeys(): Promise<void>;
  close(): Promise<void>;
}

/** How a token differs from a good one. */
export interface TokenBend {
  readonly issuer?: string;
  readonly audience?: string;
  readonly lifetimeSeconds?: number;
  readonly notBeforeSeconds?: number;
  /** Signs with a key that the provider does not publish. */
  readonly foreignKey?: boolean;
}

export interface OpenIdProviderOptions {
  /** Audience of tokens for the API. */
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly now?: () => Date;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: object;
}

interface Code {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirectUri: string;
  readonly person: Claims;
}

async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

/** Starts a provider. */
export async function startOpenIdProvider(options: OpenIdProviderOptions): Promise<OpenIdProvider> {
  const now = options.now ?? (() => new Date());
  const asked = new Map<string, number>();
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, Claims>();
  const expiry = new Map<string, number>();
  const foreign = await newKey();
  let key = await newKey();
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sign = (claims: Claims, audience: string, bend: TokenBend = {}): Promise<string> => {
    const signer = bend.foreignKey ? foreign : key;
    const seconds = Math.floor(now().getTime() / 1000);
    return new SignJWT({ sub: 'person', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: bend.foreignKey ? key.kid : signer.kid, typ: 'JWT' })
      .setIssuer(bend.issuer ?? issuer)
      .setAudience(bend.audience ?? audience)
      .setIssuedAt(seconds)
      .setNotBefore(seconds + (bend.notBeforeSeconds ?? 0))
      .setExpirationTime(seconds + (bend.lifetimeSeconds ?? 600))
      .sign(signer.privateKey);
  };

  const provider: OpenIdProvider = {
    issuer,
    asked,
    person: {},
    refuses: false,
    accessSeconds: 600,
    withdrawn: false,
    failWith: undefined,
    accessTokens: new Map(),
    introspectionUrl: `${issuer}/introspect`,
    token: (claims, bend) => sign(claims, options.audience, bend),
    rotateKeys: async () => {
      key = await newKey();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    asked.set(url.pathname, (asked.get(url.pathname) ?? 0) + 1);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/keys':
        return json(response, 200, { keys: [key.publicJwk] });
      case '/introspect':
        return introspect(new URLSearchParams(await bodyOf(request)), response);
      case '/authorize':
        return authorize(url, response);
      case '/token':
        return grant(new URLSearchParams(await bodyOf(request)), response);
      default:
        response.writeHead(404).end();
    }
  }

  function authorize({ searchParams }: URL, response: ServerResponse): void {
    const redirectUri = searchParams.get('redirect_uri') ?? '';
    const back = new URL(redirectUri);
    back.searchParams.set('state', searchParams.get('state') ?? '');
    if (provider.refuses || searchParams.get('client_id') !== options.clientId) {
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set('error_description', 'The person declined.');
    } else {
      const code = randomBytes(16).toString('hex');
      codes.set(code, {
        challenge: searchParams.get('code_challenge') ?? '',
        nonce: searchParams.get('nonce') ?? '',
        redirectUri,
        person: provider.person,
      });
      back.searchParams.set('code', code);
    }
    response.writeHead(302, { location: back.href }).end();
  }

  /** Tokens for an account; a refresh token is good once and names its successor. */
  function giveTokens(person: Claims): object {
    const [access, refresh] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    provider.accessTokens.set(access, String(person.email ?? ''));
    expiry.set(access, now().getTime() + provider.accessSeconds * 1000);
    refreshTokens.set(refresh, person);
    return { token_type: 'Bearer', access_token: access, refresh_token: refresh, expires_in: provider.accessSeconds };
  }

  function introspect(form: URLSearchParams, response: ServerResponse): void {
    const token = form.get('token') ?? '';
    const username = provider.accessTokens.get(token);
    const isGood = username !== undefined && (expiry.get(token) ?? 0) > now().getTime();
    json(response, 200, isGood ? { active: true, username } : { active: false });
  }

  function refresh(form: URLSearchParams, response: ServerResponse): void {
    const token = form.get('refresh_token') ?? '';
    const person = refreshTokens.get(token);
    refreshTokens.delete(token);
    const isGood = person !== undefined && !provider.withdrawn;
    const refusal = { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' };
    json(response, isGood ? 200 : 400, isGood ? giveTokens(person) : refusal);
  }

  async function grant(form: URLSearchParams, response: ServerResponse): Promise<void> {
    if (provider.failWith !== undefined) return json(response, provider.failWith, {});
    const isClient = form.get('client_id') === options.clientId && form.get('client_secret') === options.clientSecret;
    if (!isClient) return json(response, 401, { error: 'invalid_client' });
    if (form.get('grant_type') === 'refresh_token') return refresh(form, response);
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood = code !== undefined && code.challenge === challenge && code.redirectUri === form.get('redirect_uri');
    if (!isGood) return json(response, 400, { error: 'invalid_grant' });
    const nonce = code.nonce === '' ? {} : { nonce: code.nonce };
    const idToken = await sign({ ...code.person, ...nonce }, options.clientId);
    json(response, 200, { ...giveTokens(code.person), id_token: idToken });
  }

  return provider;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

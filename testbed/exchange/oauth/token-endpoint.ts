import { createPublicKey, X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, jwtVerify } from 'jose';
import { readBody } from '../http/read-body.ts';
import type { OAuthClient, TokenIssuer } from './token-issuer.ts';

interface Refusal {
  readonly error: string;
  readonly error_description: string;
}

/**
 * Answers what a directory answers below `/TENANT/`: discovery, keys, and tokens for client credentials (secret or signed
 * assertion), passwords and refresh tokens. False when the path is none of its own.
 */
export async function answerDirectory(
  tokens: TokenIssuer,
  request: IncomingMessage,
  response: ServerResponse,
  passwordOf: (user: string) => string | undefined,
): Promise<boolean> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const say = (status: number, value: unknown): true => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    return true;
  };
  const own = `/${tokens.tenant}`;
  if (path === `${own}/v2.0/.well-known/openid-configuration`) return say(200, metadata(tokens));
  if (path === `${own}/discovery/v2.0/keys`) {
    const key = await exportJWK(tokens.keys.publicKey);
    return say(200, { keys: [{ ...key, kid: 'simulator', alg: 'RS256', use: 'sig' }] });
  }
  if (path !== `${own}/oauth2/v2.0/token` || request.method !== 'POST') return false;
  const body = (await readBody(request, 1_000_000)) ?? Buffer.alloc(0);
  const form = new URLSearchParams(body.toString('utf8'));
  const answer = await grant(tokens, form, request.headers.authorization, passwordOf);
  return say('error' in answer ? 400 : 200, answer);
}

function metadata({ issuer, tenant }: TokenIssuer): Record<string, unknown> {
  const base = issuer.replace(/\/v2\.0$/, '');
  return {
    issuer,
    tenant,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
  };
}

async function grant(
  tokens: TokenIssuer,
  form: URLSearchParams,
  authorization: string | undefined,
  passwordOf: (user: string) => string | undefined,
): Promise<Refusal | Record<string, unknown>> {
  const client = await clientOf(tokens, form, authorization);
  if (client === undefined) return refusal('invalid_client', 'AADSTS7000215: Invalid client secret provided.');
  const lifetime = { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 };
  switch (form.get('grant_type')) {
    case 'client_credentials': {
      if (!(form.get('scope') ?? '').endsWith('/.default')) {
        return refusal('invalid_scope', 'AADSTS1002012: The scope of client credentials must end with /.default.');
      }
      const { clientId, roles = [] } = client;
      return { ...lifetime, access_token: await tokens.issue({ clientId, roles }) };
    }
    case 'password': {
      const user = form.get('username') ?? '';
      const password = passwordOf(user);
      if (password === undefined || password !== form.get('password')) {
        return refusal(
          'invalid_grant',
          'AADSTS50126: Error validating credentials due to invalid username or password.',
        );
      }
      return userTokens(tokens, client, user, lifetime);
    }
    case 'refresh_token': {
      const user = Buffer.from(form.get('refresh_token') ?? '', 'base64url').toString('utf8');
      if (passwordOf(user) === undefined)
        return refusal('invalid_grant', 'AADSTS700082: The refresh token has expired.');
      return userTokens(tokens, client, user, lifetime);
    }
    default:
      return refusal('unsupported_grant_type', 'AADSTS70003: The app requested an unsupported grant type.');
  }
}

async function userTokens(tokens: TokenIssuer, { clientId }: OAuthClient, user: string, lifetime: object) {
  const access_token = await tokens.issue({ clientId, user });
  return { ...lifetime, access_token, refresh_token: Buffer.from(user, 'utf8').toString('base64url') };
}

function refusal(error: string, error_description: string): Refusal {
  return { error, error_description };
}

async function clientOf(
  tokens: TokenIssuer,
  form: URLSearchParams,
  authorization: string | undefined,
): Promise<OAuthClient | undefined> {
  const [id, secret] = basicPair(authorization) ?? [form.get('client_id'), form.get('client_secret')];
  const client = tokens.clients.find(({ clientId }) => clientId === id);
  if (client === undefined) return undefined;
  const assertion = form.get('client_assertion');
  if (assertion !== null) return (await isSignedBy(client, assertion)) ? client : undefined;
  return client.clientSecret === undefined || client.clientSecret === secret ? client : undefined;
}

function basicPair(authorization: string | undefined): [string, string] | undefined {
  const credentials = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (credentials === undefined) return undefined;
  const [id = '', secret = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return [decodeURIComponent(id), decodeURIComponent(secret)];
}

async function isSignedBy({ publicKeyPem, clientId }: OAuthClient, assertion: string): Promise<boolean> {
  if (publicKeyPem === undefined) return false;
  const key = publicKeyPem.includes('CERTIFICATE')
    ? new X509Certificate(publicKeyPem).publicKey
    : createPublicKey(publicKeyPem);
  return jwtVerify(assertion, key, { issuer: clientId, subject: clientId }).then(
    () => true,
    () => false,
  );
}

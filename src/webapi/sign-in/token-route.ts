import type { FastifyInstance, FastifyRequest } from 'fastify';
import { asMailroomError } from '../../base/errors.ts';
import { isGuid } from '../literal-value.ts';
import type { AttemptLimit } from './attempt-limit.ts';

/** Gives access tokens to application users. */
export interface ClientCredentials {
  /** A token and its life in seconds; undefined when id and secret do not belong together or the user is disabled. */
  issue(clientId: string, secret: string): Promise<{ readonly token: string; readonly seconds: number } | undefined>;
}

/** Serves `POST /oauth2/token` for `grant_type=client_credentials` (RFC 6749 4.4), the client named in the body or by Basic authentication; `resource` and `scope` are taken and mean nothing. */
export function registerTokenRoute(server: FastifyInstance, clients: ClientCredentials, attempts: AttemptLimit): void {
  server.post('/oauth2/token', { bodyLimit: 16_384 }, async (request, reply) => {
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    const form = readForm(request);
    if (form.get('grant_type') !== 'client_credentials') {
      const problem = form.has('grant_type') ? 'unsupported_grant_type' : 'invalid_request';
      return reply.code(400).send(oauthError(problem, 'Only grant_type=client_credentials is given here.'));
    }
    const client = clientOf(request, form);
    if (client === undefined)
      return reply.code(400).send(oauthError('invalid_request', 'client_id or client_secret is missing.'));
    try {
      attempts.check(request.ip);
    } catch (thrown) {
      const { message, retryAfterMs } = asMailroomError(thrown);
      const seconds = String(Math.ceil((retryAfterMs ?? 1000) / 1000));
      return reply.code(429).header('retry-after', seconds).send(oauthError('slow_down', message));
    }
    const issued = isGuid(client.id) ? await clients.issue(client.id.toLowerCase(), client.secret) : undefined;
    if (issued === undefined) {
      attempts.noteFailure(request.ip);
      return reply
        .code(401)
        .header('www-authenticate', 'Basic realm="Mailroom"')
        .send(oauthError('invalid_client', 'The client is unknown, disabled, or its secret is wrong or expired.'));
    }
    return reply.send({ token_type: 'Bearer', expires_in: issued.seconds, access_token: issued.token });
  });
}

function readForm(request: FastifyRequest): URLSearchParams {
  const body = Buffer.isBuffer(request.body) && request.body.length <= 10_000 ? request.body.toString('utf8') : '';
  return new URLSearchParams(body);
}

function clientOf(
  request: FastifyRequest,
  form: URLSearchParams,
): { readonly id: string; readonly secret: string } | undefined {
  const basic = /^Basic +([\w+/=-]{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [id, ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { id: decodePart(id ?? ''), secret: decodePart(secret.join(':')) };
  }
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  return id === null || secret === null ? undefined : { id, secret };
}

/** Both parts are form-encoded first (RFC 6749 2.3.1); many clients do not, so what cannot be decoded is taken as it is. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function oauthError(error: string, description: string): object {
  return { error, error_description: description };
}

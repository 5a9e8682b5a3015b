import type { FastifyInstance } from 'fastify';

const allowedHeaders =
  'authorization, content-type, accept, prefer, if-match, if-none-match, odata-version, odata-maxversion, callerobjectid, mscrmcallerid, mscrm.suppressduplicatedetection, consistency, x-ms-client-request-id, x-ms-transfer-mode, x-ms-file-name, range';
const exposedHeaders =
  'odata-entityid, odata-version, location, etag, preference-applied, retry-after, x-ms-ratelimit-burst-remaining-xrm-requests, x-ms-ratelimit-time-remaining-xrm-requests, x-ms-file-name, x-ms-file-size, x-ms-chunk-size';
/** What pages of other origins may call: the Web API by bearer token, never the session routes. */
const shared = /^\/(api\/|oauth2\/token)/;

/** Lets pages of the listed origins call the Web API with a bearer token (Fetch standard, CORS protocol); cookies never count across origins. Without origins nothing is said and browsers refuse. */
export function registerCors(server: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  if (allowed.size === 0) return;
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (!shared.test(request.url)) return;
    reply.header('vary', 'Origin');
    if (origin === undefined || !allowed.has(origin.toLowerCase())) return;
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', exposedHeaders);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    return reply
      .code(204)
      .header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
      .header('access-control-allow-headers', allowedHeaders)
      .header('access-control-max-age', '7200')
      .send();
  });
  server.options('/*', async (_request, reply) => reply.code(204).send());
}

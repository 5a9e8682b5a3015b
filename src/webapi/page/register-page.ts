import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from '../http-error.ts';
import type { PageFile, PageFiles } from './page-files.ts';
import { contentSecurityPolicy, pageHeaders } from './page-headers.ts';

/** Where the page is not: addresses below these are of the service itself. */
const ownPaths = /^\/(?:api|consent|oauth2|sign-in|sign-out|session|healthz|readyz|mail-body|assets)(?:\/|$)/;

/** Serves the admin page: its files, compressed as the browser likes, and its document under every other path, with a new nonce each time. */
export function registerPage(server: FastifyInstance, page: PageFiles): void {
  server.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const file = page.files.get(path);
    if (file !== undefined) return sendFile(request, reply, file);
    if (ownPaths.test(path)) throw new HttpError(404, '80060888', `There is nothing at ${path.slice(0, 200)}.`);
    return sendDocument(reply, page.document);
  });
}

function sendDocument(reply: FastifyReply, document: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .headers(pageHeaders)
    .header('content-security-policy', contentSecurityPolicy(nonce))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(document.replaceAll('__CSP_NONCE__', nonce));
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  reply
    .headers(pageHeaders)
    .header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('etag', file.etag)
    .header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const accepted = encodingsOf(request.headers['accept-encoding']);
  if (file.br !== undefined && accepted.has('br'))
    return reply.type(file.type).header('content-encoding', 'br').send(file.br);
  if (file.gzip !== undefined && accepted.has('gzip'))
    return reply.type(file.type).header('content-encoding', 'gzip').send(file.gzip);
  return reply.type(file.type).send(file.plain);
}

/** The encodings a client takes (RFC 9110 12.5.3); one with weight 0 is refused. */
function encodingsOf(header: string | string[] | undefined): ReadonlySet<string> {
  const items = String(header ?? '').split(',');
  return new Set(
    items
      .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
      .map((item) => item.split(';')[0]?.trim().toLowerCase() ?? ''),
  );
}

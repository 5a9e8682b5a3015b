import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUuid } from '../../base/uuid.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { CallerStore } from '../actions.ts';
import { HttpError } from '../http-error.ts';
import type { Caller } from '../sign-in.ts';
import { mailBodyPolicy, pageHeaders } from './page-headers.ts';

/** What the route of mail bodies needs. */
export interface MailBodyOptions {
  readonly identify: (request: FastifyRequest) => Promise<Caller>;
  readonly storeFor: (caller: Caller) => CallerStore;
  /** Makes a mail's HTML safe to show. */
  readonly sanitise: (html: string) => string;
}

/** Bytes of pictures inside a mail that are shown at once. */
const mostPictureBytes = 10 * 1024 * 1024;

const shown = /^image\/(?:png|jpe?g|gif|webp|bmp)$/i;

/**
 * Serves `/mail-body/<id of an email>`: the body as a document of its own for a sandboxed frame, sanitised once more (what a client
 * wrote was not yet), with a policy that runs nothing and loads nothing; `?pictures=1` lets remote pictures load (AT-08).
 */
export function registerMailBody(server: FastifyInstance, options: MailBodyOptions): void {
  server.get<{ Params: { id: string }; Querystring: { pictures?: string } }>(
    '/mail-body/:id',
    async (request, reply) => {
      const { id } = request.params;
      if (!isUuid(id)) throw new HttpError(400, '80060888', 'The address ends with the id of an email.');
      const store = options.storeFor(await options.identify(request));
      const email = await store.retrieve('email', id, ['description']);
      if (email === undefined) throw new HttpError(404, '80040217', `There is no email ${id} that you may read.`);
      const isRemote = request.query.pictures === '1';
      const safe = options.sanitise(email.description ?? '');
      const inner = await withInnerPictures(store, id, isRemote ? withRemotePictures(safe) : safe);
      return reply
        .headers({ ...pageHeaders, 'x-frame-options': 'SAMEORIGIN' })
        .header('content-security-policy', mailBodyPolicy(isRemote))
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(documentOf(inner));
    },
  );
}

/** A light ground in dark mode too: mails are written for paper. */
function documentOf(body: string): string {
  const style =
    'html{color-scheme:light}body{margin:12px;background:#fff;color:#242424;font:14px/1.45 "Segoe UI",system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%}pre{white-space:pre-wrap}blockquote{margin-inline:0;padding-inline-start:12px;border-inline-start:2px solid #c8c8c8}';
  return `<!doctype html><html><head><meta charset="utf-8"><title>Message</title><style>${style}</style></head><body>${body}</body></html>`;
}

const withRemotePictures = (html: string): string => html.replaceAll('data-remote-src="', 'src="');

/** Pictures that the mail brought itself (`cid:`), written into the document. */
async function withInnerPictures(store: CallerStore, id: string, html: string): Promise<string> {
  const wanted = new Set(Array.from(html.matchAll(/src="cid:([^"]{1,250})"/gi), (match) => decode(match[1] ?? '')));
  if (wanted.size === 0) return html;
  const { rows } = await store.retrieveMultiple({
    table: 'activitymimeattachment',
    columns: ['attachmentcontentid', 'mimetype', 'filesize', 'body'],
    filter: {
      and: [
        { column: 'objectid', operator: 'eq', value: id },
        { column: 'attachmentcontentid', operator: 'in', value: [...wanted].flatMap((one) => [one, `<${one}>`]) },
        { column: 'filesize', operator: 'le', value: mostPictureBytes },
      ],
    },
    limit: 50,
  });
  const pictures = new Map<string, string>();
  let left = mostPictureBytes;
  for (const row of rows as readonly RecordOf<'activitymimeattachment'>[]) {
    left -= row.filesize ?? 0;
    if (left < 0 || !shown.test(row.mimetype ?? '') || !row.body) continue;
    pictures.set((row.attachmentcontentid ?? '').replace(/^<|>$/g, ''), `data:${row.mimetype};base64,${row.body}`);
  }
  return html.replace(/src="cid:([^"]{1,250})"/gi, (whole, name: string) => {
    const picture = pictures.get(decode(name));
    return picture === undefined ? whole : `src="${picture}"`;
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('&amp;', '&'));
  } catch {
    return text;
  }
}

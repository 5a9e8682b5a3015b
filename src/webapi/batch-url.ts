import { unknownName } from './http-error.ts';

/** The URL of a request inside a batch (absolute, from the host's root, or relative to the service root) as path and query string below the version root. */
export function relativeUrl(url: string, what: string): { readonly path: string; readonly queryString: string } {
  const isAbsolute = /^https?:/i.test(url) || url.startsWith('/api/');
  const root = /^(?:https?:\/\/[^/]+)?\/api\/data\/v9\.[012](?:\/|$)/i.exec(url)?.[0];
  if (isAbsolute && root === undefined) {
    throw unknownName(`${what} names '${url.slice(0, 100)}', which lies outside this service.`);
  }
  const below = url.slice(root?.length ?? 0);
  const at = below.indexOf('?');
  return { path: at < 0 ? below : below.slice(0, at), queryString: at < 0 ? '' : below.slice(at + 1) };
}

import { unknownName } from './http-error.ts';

/** The URL of a request inside a batch (absolute, from the host's root, or relative to the service root) as path and query string below the version root. */
export function relativeUrl(url: string, what: string): { readonly path: string; readonly queryString: string } {
  const below = url.replace(/^https?:\/\/[^/]+(?=\/)/i, '').replace(/^\/api\/data\/v9\.[012](\/|$)/, '');
  if (/^https?:/i.test(below) || below.startsWith('/api/'))
    throw unknownName(`${what} names '${url.slice(0, 100)}', which lies outside this service.`);
  const at = below.indexOf('?');
  return { path: at < 0 ? below : below.slice(0, at), queryString: at < 0 ? '' : below.slice(at + 1) };
}

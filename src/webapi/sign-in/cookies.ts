import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** Name of the session cookie. */
export const sessionCookie = 'mailroom_session';

/** A cookie to set: never readable by scripts. */
export interface CookieSettings {
  readonly name: string;
  readonly value: string;
  readonly seconds: number;
  readonly path: string;
  /** `Strict` never travels on a request that another site began; `Lax` does on a link followed. */
  readonly sameSite: 'Strict' | 'Lax';
  readonly secure: boolean;
}

/** Sets a cookie; zero seconds deletes it. */
export function setCookie(reply: FastifyReply, cookie: CookieSettings): void {
  const { name, value, seconds, path, sameSite, secure } = cookie;
  const parts = [`${name}=${value}`, `Path=${path}`, 'HttpOnly', `SameSite=${sameSite}`, `Max-Age=${seconds}`];
  const before = reply.getHeader('set-cookie');
  const all = before === undefined ? [] : Array.isArray(before) ? before : [String(before)];
  reply
    .header('set-cookie', [...all, [...parts, ...(secure ? ['Secure'] : [])].join('; ')])
    .header('cache-control', 'no-store');
}

/** The value of a cookie in a `Cookie` header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined;
  }
  return undefined;
}

/** The token that the page sends in `X-CSRF-Token` with every write: bound to the session, told to the page alone, unknown to other sites. */
export function csrfToken(session: string): string {
  return createHash('sha256').update(`csrf ${session}`).digest('base64url').slice(0, 32);
}

import { MailroomError } from '../base/errors.ts';

/** The place after a page's last row: its sort keys as PostgreSQL writes them, id last. */
export function writePagingToken(keys: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The keys of a token; `count` of them. Throws item 80040203 on a token of another question. */
export function readPagingToken(token: string, count: number): readonly (string | null)[] {
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    keys = undefined;
  }
  if (Array.isArray(keys) && keys.length === count && keys.every((key) => key === null || typeof key === 'string')) {
    return keys;
  }
  throw new MailroomError('The continuation does not belong to this query. Start again with the first page.', {
    code: '80040203',
    kind: 'item',
  });
}

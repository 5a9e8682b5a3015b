import { unknownName } from './http-error.ts';

/** Where a paged reading goes on. */
export interface SkipToken {
  /** The store's continuation. */
  readonly after: string;
  /** Rows a page. */
  readonly size: number;
  /** Number of the page to come, from 2. */
  readonly page: number;
  /** Rows that `$top` still allows. */
  readonly left?: number;
}

/** A token as text for `$skiptoken`. */
export function writeSkipToken(token: SkipToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** Reads a `$skiptoken`. Throws 400 for one that this service did not write. */
export function readSkipToken(text: string): SkipToken {
  try {
    const { after, size, page, left } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    if (
      typeof after === 'string' &&
      isCount(size, 5000) &&
      isCount(page, 1e9) &&
      (left === undefined || isCount(left, 1e9))
    ) {
      return { after, size, page, ...(left === undefined ? {} : { left }) };
    }
  } catch {
    // told below
  }
  throw unknownName('The $skiptoken cannot be read; use the @odata.nextLink as it was given.');
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

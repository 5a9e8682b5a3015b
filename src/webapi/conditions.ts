import type { ApiRequest } from './api-request.ts';
import { HttpError } from './http-error.ts';

/** What `If-Match` and `If-None-Match` ask of a write. */
export interface WriteConditions {
  /** The record must exist. */
  readonly mustExist: boolean;
  /** The record must not exist. */
  readonly mustNotExist: boolean;
  /** The version it must have. */
  readonly version?: bigint;
}

/** Reads the conditional headers of a write (RFC 9110 13.1). Throws 400 for a tag that is none of ours. */
export function writeConditions(request: ApiRequest): WriteConditions {
  const match = request.headers['if-match']?.trim();
  const noneMatch = seenTag(request);
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new HttpError(400, '80060888', 'For writes the header If-None-Match takes * only.');
  }
  if (match === undefined || match === '*') return { mustExist: match === '*', mustNotExist: noneMatch === '*' };
  return { mustExist: true, mustNotExist: noneMatch === '*', version: parseEtag(match) };
}

/** What `If-None-Match` holds; clients after Dataverse's examples send `null` for nothing. */
export function seenTag({ headers }: Pick<ApiRequest, 'headers'>): string | undefined {
  const text = headers['if-none-match']?.trim();
  return text === 'null' || text === '' ? undefined : text;
}

/** The row version in an entity tag such as `W/"123"`. Throws 400. */
export function parseEtag(text: string): bigint {
  const digits = /^(?:W\/)?"?(\d{1,19})"?$/.exec(text)?.[1];
  if (digits === undefined) {
    throw new HttpError(
      400,
      '80060888',
      `The entity tag '${text.slice(0, 60)}' cannot be read; one as in W/"123" is expected.`,
    );
  }
  return BigInt(digits);
}

/** The 412 for a record that exists already under a key that had to be free. */
export function recordExists(): HttpError {
  return new HttpError(412, '80040237', 'A record with matching key values already exists.');
}

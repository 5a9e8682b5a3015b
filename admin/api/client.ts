import { ApiError, errorOf } from './api-error.ts';

/** Root of the Web API. */
export const apiRoot = '/api/data/v9.2/';

/** One page of a list. */
export interface Page<Row> {
  readonly value: readonly Row[];
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
}

/** What a request may say beside its path. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly prefer?: string;
  /** ETag that must still hold. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** Speaks to the service with the cookie of the session. */
export interface Client {
  /** A request below the Web API's root, or at an absolute link of it. Throws ApiError. */
  request<T>(path: string, options?: RequestOptions): Promise<T>;
  /** A request at a path of the service itself (`/session`). Throws ApiError. */
  site<T>(path: string, options?: RequestOptions): Promise<T>;
}

/** Labels, lookups' names and pages of so many rows. */
export const listPreference = (rows = 50): string => `odata.include-annotations="*",odata.maxpagesize=${rows}`;

/** What the client needs to know of the session. */
export interface ClientSession {
  /** Asked for at each write. */
  csrf(): string | undefined;
  /** Told when the session has ended; resolves when somebody signed in again, for reads to go on then. */
  onSignedOut(): Promise<void>;
  /** Asks anew whose session it is: the cookie is that of another one. True when the same user may go on. */
  renew(): Promise<boolean>;
}

/** Makes the client; `unreachable` are the words for a service that does not answer. */
export function createClient({ csrf, onSignedOut, renew }: ClientSession, unreachable: string): Client {
  async function site<T>(path: string, options: RequestOptions = {}, isAgain = false): Promise<T> {
    const { method = 'GET', body, prefer, ifMatch, signal } = options;
    const headers: Record<string, string> = { accept: 'application/json' };
    const token = csrf();
    if (method !== 'GET' && token !== undefined) headers['x-csrf-token'] = token;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (prefer !== undefined) headers.prefer = prefer;
    if (ifMatch !== undefined) headers['if-match'] = ifMatch;
    const response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((cause: unknown) => {
      if (signal?.aborted) throw cause;
      throw new ApiError(0, 'unreachable', unreachable);
    });
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const error = await errorOf(response);
    if (error.status === 401 && error.code === 'mr_SignInRequired') {
      const signedIn = onSignedOut();
      // A page that only looks stays as it is until then; whether to write again is its user's choice.
      if (method === 'GET' && path.startsWith(apiRoot)) return signedIn.then(() => site(path, options));
    }
    // Somebody signed in on another tab since: what was refused for that alone was not done, and is asked once more.
    if (error.code === 'mr_CsrfToken' && !isAgain && (await renew())) return site(path, options, true);
    throw error;
  }
  return {
    site: (path, options) => site(path, options),
    request: (path, options) => site(path.startsWith('http') ? localPart(path) : `${apiRoot}${path}`, options),
  };
}

/** Links that the service gives carry its public origin; the page asks the one it came from. */
function localPart(link: string): string {
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}

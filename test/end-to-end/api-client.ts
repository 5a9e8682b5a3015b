/** A JSON object of the Web API. */
export type Json = Readonly<Record<string, unknown>>;

/** The Web API as an outside program sees it: HTTP and a bearer token, nothing else. */
export interface ApiClient {
  /** Creates a record and returns its id. */
  create(set: string, body: Json): Promise<string>;
  update(set: string, id: string, body: Json): Promise<void>;
  /** One record; `options` are query options such as `$select=subject`. */
  get(set: string, id: string, options?: string): Promise<Json>;
  /** The records of a set; only the first page. */
  list(set: string, options?: string): Promise<readonly Json[]>;
  /** Calls an action bound to a record. */
  act(set: string, id: string, action: string, body?: Json): Promise<void>;
  /** Asks `look` again until it answers something other than undefined or false, at most `timeoutMs`. */
  until<T>(what: string, timeoutMs: number, look: () => Promise<T | undefined | false>): Promise<T>;
}

/** A request that was refused. */
export class ApiRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiRefusal';
    this.status = status;
  }
}

const pollMs = 100;
const requestTimeoutMs = 15_000;

/** A client of the service at `url` (without path) that signs in with `token`. */
export function apiClient(url: string, token: string): ApiClient {
  const base = `${url}/api/data/v9.2`;
  const send = async (method: string, path: string, body?: Json): Promise<Response> => {
    const response = await fetch(`${base}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      signal: AbortSignal.timeout(requestTimeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new ApiRefusal(response.status, `${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    create: async (set, body) => {
      const response = await send('POST', set, body);
      const id = /\(([0-9a-f-]{36})\)$/i.exec(response.headers.get('odata-entityid') ?? '')?.[1];
      await response.arrayBuffer();
      if (id === undefined) throw new Error(`POST ${set}: the answer has no OData-EntityId.`);
      return id;
    },
    update: async (set, id, body) => {
      const response = await send('PATCH', `${set}(${id})`, body);
      await response.arrayBuffer();
    },
    get: async (set, id, options = '') =>
      (await (await send('GET', `${set}(${id})${options === '' ? '' : `?${options}`}`)).json()) as Json,
    list: async (set, options = '') => {
      const page = (await (await send('GET', `${set}${options === '' ? '' : `?${options}`}`)).json()) as {
        value: Json[];
      };
      return page.value;
    },
    act: async (set, id, action, body = {}) => {
      const response = await send('POST', `${set}(${id})/Microsoft.Dynamics.CRM.${action}`, body);
      await response.arrayBuffer();
    },
    until: async (what, timeoutMs, look) => {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const found = await look();
        if (found !== undefined && found !== false) return found;
        if (performance.now() > deadline) throw new Error(`Within ${timeoutMs / 1000} s there was no ${what}.`);
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
  };
}

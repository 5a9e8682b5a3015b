import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Database, StoreScope } from '../../src/store/database.ts';
import type { ActionHandlers, CallerStore } from '../../src/webapi/actions.ts';
import type { JsonObject } from '../../src/webapi/entity-json.ts';
import { createWebApi, type WebApiOptions } from '../../src/webapi/server.ts';
import type { Caller } from '../../src/webapi/sign-in.ts';
import { openTestDatabase } from './database.ts';

/** An answer of the Web API under test. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The JSON body; an empty object when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

/** A Web API over a database of its own, with two users to ask it. */
export interface TestApi {
  readonly database: Database;
  readonly admin: Caller;
  readonly user: Caller;
  readonly server: ReturnType<typeof createWebApi>;
  /** Sends a request below `/api/data/v9.2/`, as the administrator unless headers say otherwise; an object is sent as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

/** The instant at which tests of the Web API happen. */
export const testNow = new Date('2024-05-15T12:00:00Z');
/** Rows are written within a second, not on it. */
const stored = new Date(testNow.getTime() + 345);
const clock: Clock = { now: () => testNow, sleep: async () => undefined };

/** Opens a Web API for one test file. */
export async function openTestApi(
  actions: ActionHandlers = {},
  more: Partial<WebApiOptions> = {},
  alone = false,
): Promise<TestApi> {
  const opened = await openTestDatabase({ clock: { ...clock, now: () => stored }, alone });
  const { database } = opened;
  const admin = await makeUser(database, 'Ada Admin', true);
  const user = await makeUser(database, 'Uma User', false);
  const callers: Readonly<Record<string, Caller>> = { admin, user };
  const server = createWebApi({
    storeFor: (caller) => callerStore(database, caller.systemuserid),
    verifier: { verify: async (token) => callers[token] },
    actions,
    probes: { ready: async () => [{ name: 'database', ok: true }] },
    log: silentLog,
    clock,
    organization: async () => ({ organizationid: '99999999-0000-0000-0000-000000000000', name: 'Test' }),
    ...more,
  });
  return {
    database,
    admin,
    user,
    server,
    send: (method, path, body, headers = {}) => send(server, method, path, body, headers),
    close: async () => {
      await server.close();
      await opened.close();
    },
  };
}

async function makeUser(database: Database, name: string, isAdministrator: boolean): Promise<Caller> {
  const unit = await database.records.create('businessunit', { name: `Unit of ${name}` });
  const systemuserid = await database.records.create('systemuser', {
    firstname: name.split(' ')[0] ?? '',
    lastname: name.split(' ')[1] ?? '',
    fullname: name,
    domainname: `${name.toLowerCase().replace(' ', '.')}@example.com`,
    internalemailaddress: `${name.toLowerCase().replace(' ', '.')}@example.com`,
    businessunitid: { table: 'businessunit', id: unit },
  });
  return { systemuserid, isAdministrator, name };
}

/** The plain store in a user's name, without the rules, with transactions. */
function callerStore(database: Database, systemuserid: string): CallerStore {
  const inScope = (scope: StoreScope): CallerStore => {
    const store: CallerStore = {
      ...scope.records.as(systemuserid),
      fetch: scope.fetch,
      together: (work) => work(store),
    };
    return store;
  };
  return { ...inScope(database), together: (work) => database.transaction((scope) => work(inScope(scope))) };
}

/** Sends one request to a server that does not listen. */
export async function send(
  server: ReturnType<typeof createWebApi>,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await server.inject({
    method: method as 'GET',
    url: path.startsWith('/') ? path : `/api/data/v9.2/${path}`,
    headers: {
      host: 'mailroom.test',
      authorization: 'Bearer admin',
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  });
  const isJson = String(response.headers['content-type'] ?? '').startsWith('application/json');
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string | undefined>,
    text: response.body,
    json: isJson && response.body !== '' ? (JSON.parse(response.body) as JsonObject) : {},
  };
}

/** The id out of an OData-EntityId header. */
export function idOf(answer: Answer): string {
  const id = /\(([0-9a-f-]{36})\)$/.exec(answer.headers['odata-entityid'] ?? '')?.[1];
  if (id === undefined) throw new Error(`no OData-EntityId: ${answer.status} ${answer.text}`);
  return id;
}

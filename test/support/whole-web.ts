import type { FastifyInstance } from 'fastify';
import { createActions } from '../../src/app/actions.ts';
import { bootstrap, type Organization } from '../../src/app/bootstrap.ts';
import { buildWeb } from '../../src/app/build-web.ts';
import { type Config, configSchema } from '../../src/app/config-schema.ts';
import { createDescribeUser } from '../../src/app/describe-user.ts';
import { createTokens } from '../../src/app/tokens.ts';
import { silentLog } from '../../src/base/log.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { createAccessDirectory } from '../../src/store/access-directory.ts';
import type { Database } from '../../src/store/database.ts';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import { createChangeHub } from '../../src/webapi/events/change-hub.ts';
import type { TokenStore } from '../../src/webapi/token-store.ts';
import { type HeldClock, heldClock } from './clock.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { type Answer, send } from './web-api.ts';

/** The Web API as the service assembles it: real sign-in, roles, rules and messages. */
export interface WholeWeb {
  readonly database: Database;
  readonly organization: Organization;
  readonly server: FastifyInstance;
  readonly tokens: TokenStore;
  readonly clock: HeldClock;
  /** The administrator's store. */
  readonly admin: RuledStore;
  /** A user made under the rules, so with the role Basic User; returns the id and a bearer token. */
  user(
    name: string,
    values?: object,
  ): Promise<{ readonly id: string; readonly bearer: Readonly<Record<string, string>> }>;
  /** As `Authorization` header of the administrator. */
  readonly adminBearer: Readonly<Record<string, string>>;
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens it over a database of its own. */
export async function openWholeWeb(settings: Partial<Record<keyof Config, unknown>> = {}): Promise<WholeWeb> {
  const clock = heldClock(new Date());
  const opened = await openTestDatabase({ clock });
  try {
    return await assemble(opened, clock, settings);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function assemble(
  opened: TestDatabase,
  clock: HeldClock,
  settings: Partial<Record<keyof Config, unknown>>,
): Promise<WholeWeb> {
  const { database } = opened;
  const organization = await bootstrap(database, clock);
  const directory = createAccessDirectory(database);
  const describeUser = createDescribeUser(directory);
  const tokens = createTokens(database, describeUser);
  const changes = createChangeHub((text, values) => database.sql(text, values), clock, silentLog);
  const config = configSchema.parse({ publicUrl: 'http://mailroom.test', ...settings });
  const server = buildWeb({
    config,
    clock,
    log: silentLog,
    database,
    organization,
    tokens,
    directory,
    describeUser,
    actions: createActions({
      clock,
      database,
      leases: createMailboxLeases(database),
      connect: () => {
        throw new Error('nothing is connected to in these tests');
      },
    }),
    changes,
    wake: () => undefined,
  });
  const admin = createRuledStore({
    database,
    clock,
    caller: { systemuserid: organization.administratorId, isAdministrator: true },
    onMailboxesTouched: () => undefined,
  });
  const bearerOf = async (systemuserid: string) => ({
    authorization: `Bearer ${await tokens.issue({ systemuserid, name: 'test', kind: 'api', lifetimeMs: null })}`,
  });
  return {
    database,
    organization,
    server,
    tokens,
    clock,
    admin,
    adminBearer: await bearerOf(organization.administratorId),
    user: async (name, values = {}) => {
      const id = await admin.create('systemuser', {
        firstname: name,
        lastname: 'Tester',
        domainname: `${name.toLowerCase()}@ours.example`,
        internalemailaddress: `${name.toLowerCase()}@ours.example`,
        ...values,
      });
      return { id, bearer: await bearerOf(id) };
    },
    send: (method, path, body, headers = {}) => send(server, method, path, body, headers),
    close: async () => {
      await server.close();
      await changes.stop();
      await opened.close();
    },
  };
}

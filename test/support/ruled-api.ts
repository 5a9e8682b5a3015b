import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { createActions } from '../../src/app/actions.ts';
import { bootstrap, type Organization } from '../../src/app/bootstrap.ts';
import type { Connect } from '../../src/app/connectors.ts';
import { silentLog } from '../../src/base/log.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import type { Database } from '../../src/store/database.ts';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import { createWebApi, type WebApiOptions } from '../../src/webapi/server.ts';
import { rightsOfRole } from './basic-rights.ts';
import { heldClock } from './clock.ts';
import { openTestDatabase } from './database.ts';
import { type Answer, send, testNow } from './web-api.ts';

/** The Web API with the rules and the messages of the product. */
export interface RuledApi {
  readonly database: Database;
  /** URL of the database, for a process of its own. */
  readonly url: string;
  /** The server itself, not listening. */
  readonly server: FastifyInstance;
  readonly organization: Organization;
  /** A user with the role Basic User; `Bearer user` speaks for them. */
  readonly userId: string;
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens it over a database of its own, bootstrapped as a first start would. */
export async function openRuledApi(
  more: (database: Database) => Partial<WebApiOptions<RuledStore>> = () => ({}),
  connect: Connect = async () => assert.fail('this test has no mail server'),
): Promise<RuledApi> {
  const clock = heldClock(testNow);
  const opened = await openTestDatabase({ clock });
  const { database } = opened;
  const organization = await bootstrap(database, clock);
  const unit = await database.records.retrieveMultiple({
    table: 'businessunit',
    columns: ['businessunitid'],
    limit: 1,
  });
  const unitId = unit.rows[0]?.businessunitid ?? '';
  const storeOf = (systemuserid: string, isAdministrator: boolean) =>
    createRuledStore({
      database,
      caller: { systemuserid, isAdministrator, rights: rightsOfRole(systemuserid, unitId) },
      clock,
      onMailboxesTouched: () => undefined,
    });
  const userId = await storeOf(organization.administratorId, true).create('systemuser', {
    firstname: 'Uma',
    lastname: 'User',
    domainname: 'uma@ours.example',
    internalemailaddress: 'uma@ours.example',
    businessunitid: { table: 'businessunit', id: unitId },
  });
  const callers: Readonly<Record<string, { systemuserid: string; isAdministrator: boolean; name: string }>> = {
    admin: { systemuserid: organization.administratorId, isAdministrator: true, name: 'Administrator' },
    user: { systemuserid: userId, isAdministrator: false, name: 'Uma User' },
  };
  const server = createWebApi({
    storeFor: (caller) => storeOf(caller.systemuserid, caller.isAdministrator),
    verifier: { verify: async (token) => callers[token] },
    actions: createActions({ clock, database, leases: createMailboxLeases(database), connect }),
    probes: { ready: async () => [{ name: 'database', ok: true }] },
    log: silentLog,
    clock,
    organization: async () => ({ organizationid: organization.organizationid, name: organization.name }),
    ...more(database),
  });
  return {
    database,
    url: opened.url,
    server,
    organization,
    userId,
    send: (method, path, body, headers = {}) => send(server, method, path, body, headers),
    close: async () => {
      await server.close();
      await opened.close();
    },
  };
}

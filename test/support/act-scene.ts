import { createOpenActCaller } from '../../src/app/open-act-caller.ts';
import { silentLog } from '../../src/base/log.ts';
import { mailroomSet, trackedProperty } from '../../src/connectors/exchange/act/item-stamp.ts';
import { openExchange } from '../../src/connectors/exchange/open-exchange.ts';
import type { ActFolder, ActItem } from '../../src/contracts/act-item.ts';
import type { ActPort } from '../../src/contracts/act-port.ts';
import type { Connector } from '../../src/contracts/connector.ts';
import { createActTurn } from '../../src/pipelines/synchronization/pipeline.ts';
import type { TurnContext, TurnOutcome } from '../../src/pipelines/turn.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import type { Database } from '../../src/store/database.ts';
import { readOrganizationSettings } from '../../src/store/organization-settings.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { QueryType } from '../../src/tables/choices.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { rightsOfRole } from './basic-rights.ts';
import { type HeldClock, heldClock } from './clock.ts';
import { openTestDatabase } from './database.ts';
import { grantLease, seeded, seedOrganisation } from './organisation.ts';

/** One of the two users of the scene. */
export type ActPerson = 'anna' | 'ben';

const password = 'secret-of-the-tests';
export const quietSignal = new AbortController().signal;

/** What a test may put between the engine and both sides. */
export interface ActWraps {
  readonly database?: (database: Database) => Database;
  readonly port?: (port: ActPort) => ActPort;
  readonly maxItems?: number;
}

/** An organisation with two users and their mailboxes on a simulated Exchange server. */
export interface ActScene {
  readonly database: Database;
  readonly clock: HeldClock;
  readonly server: ExchangeSimulator;
  /** What the user sees and writes here, under rights and rules. */
  storeOf(person: ActPerson): RuledStore;
  /** The user's own hands in Exchange. */
  outlookOf(person: ActPerson): ActPort;
  /** One turn of the person's mailbox. */
  turn(person: ActPerson, wraps?: ActWraps): Promise<TurnOutcome>;
  /** Turns until nothing is left to do; throws when that does not come. */
  settle(...people: readonly ActPerson[]): Promise<void>;
  /** All items of a folder as they are now. */
  items(person: ActPerson, folder: ActFolder): Promise<readonly ActItem[]>;
  links(person: ActPerson): Promise<readonly RecordOf<'exchangesyncidmapping'>[]>;
  /** Sets what an app sets for its user: tracked, or untracked (AC-04, AC-14). */
  track(person: ActPerson, itemId: string, isTracked: boolean): void;
  setSwitch(name: string, value: string | number | boolean): Promise<void>;
  close(): Promise<void>;
}

const addressOf = { anna: 'anna@ours.example', ben: 'ben@ours.example' } as const;
const mailboxOf = { anna: seeded.annasMailbox, ben: seeded.bensMailbox } as const;
const userOf = { anna: seeded.anna, ben: seeded.ben } as const;

/** Starts the scene; contacts of the seed are deleted, so that both sides begin empty. */
export async function openActScene(): Promise<ActScene> {
  const clock = heldClock(new Date('2026-03-02T09:00:00Z'));
  const opened = await openTestDatabase({ clock });
  const { database } = opened;
  await seedOrganisation(database);
  await database.records.updateWhere('contact', { and: [] }, { statecode: 1, statuscode: 2 });
  await database.records.updateWhere('mailbox', { and: [] }, { mr_actstartdate: new Date('1900-01-01T00:00:00Z') });
  const server = await startExchange({
    now: () => clock.now().getTime(),
    mailboxes: Object.values(addressOf).map((address) => ({ address, password })),
  });
  const connections: Connector[] = [];
  const connect = async (person: ActPerson, categories?: readonly string[]): Promise<Connector> => {
    const connector = await openExchange(
      {
        host: '127.0.0.1',
        port: server.port,
        security: 'none',
        signIn: { kind: 'password', username: addressOf[person], password },
        timeoutMs: 10_000,
        maxMessageBytes: 1_000_000,
        ewsUrl: server.ewsUrl,
        mailboxAddress: addressOf[person],
        impersonates: false,
        passwordScheme: 'basic',
        savesSentCopy: true,
        categories,
      },
      quietSignal,
    );
    connections.push(connector);
    return connector;
  };
  const callerOf = (systemuserid: string) => ({
    systemuserid,
    isAdministrator: false,
    rights: systemuserid === seeded.ben ? widened(systemuserid) : rightsOfRole(systemuserid, seeded.businessunit),
  });
  const outlooks = { anna: portOf(await connect('anna')), ben: portOf(await connect('ben')) };
  const marking = ['Tracked to Dynamics 365'];
  const ways = { anna: await connect('anna', marking), ben: await connect('ben', marking) };
  const turn = async (person: ActPerson, wraps: ActWraps = {}): Promise<TurnOutcome> => {
    const used = wraps.database?.(database) ?? database;
    const port = wraps.port?.(portOf(ways[person])) ?? portOf(ways[person]);
    const openCaller = createOpenActCaller({
      database: used,
      callerOf: async (id) => callerOf(id),
      onMailboxesTouched: () => {},
      clock,
    });
    const context: TurnContext = {
      database: used,
      lease: await grantLease(database, mailboxOf[person], 'act'),
      mailbox: (await database.records.retrieve('mailbox', mailboxOf[person])) ?? {},
      profile: { name: 'Exchange' },
      settings: await readOrganizationSettings(database.records),
      systemUserId: seeded.system,
      connect: async () => ({
        act: port,
        folders: ways[person].folders,
        steps: [],
        close: async () => {},
        abort: () => {},
      }),
      clock,
      log: silentLog,
      signal: quietSignal,
      maxItems: wraps.maxItems ?? 1000,
    };
    return createActTurn({ openCaller })(context);
  };
  return {
    database,
    clock,
    server,
    storeOf: (person) =>
      createRuledStore({ database, caller: callerOf(userOf[person]), clock, onMailboxesTouched: () => {} }),
    outlookOf: (person) => outlooks[person],
    turn,
    async settle(...people) {
      for (let round = 0; round < 20; round += 1) {
        let isBusy = false;
        for (const person of people) {
          const outcome = await turn(person);
          if (outcome.error !== undefined) throw outcome.error;
          isBusy ||= outcome.more || outcome.itemsProcessed > 0;
        }
        if (!isBusy) return;
      }
      throw new Error('The scene does not come to rest.');
    },
    async items(person, folder) {
      const ids = new Set<string>();
      let cursor: string | null = null;
      for (;;) {
        const page = await outlooks[person].changes(folder, cursor, quietSignal);
        for (const head of page.changed) ids.add(head.id);
        cursor = page.cursor;
        if (page.isLast) break;
      }
      const found = await outlooks[person].get(folder, [...ids], quietSignal);
      return found.flatMap((one) => ('item' in one ? [one.item] : []));
    },
    links: async (person) =>
      (
        await database.records.retrieveMultiple({
          table: 'exchangesyncidmapping',
          filter: { column: 'mr_mailboxid', operator: 'eq', value: mailboxOf[person] },
        })
      ).rows,
    track(person, itemId, isTracked) {
      const { mailbox } = server.account(addressOf[person]);
      const item = mailbox.items.get(itemId);
      const content = item?.content;
      if (item === undefined || typeof content !== 'object') throw new Error(`There is no item ${itemId}.`);
      const name = 'name' in trackedProperty ? trackedProperty.name : '';
      const value = { name: 'Value', ns: 't', attributes: {}, children: [], text: isTracked ? '1' : '0' } as const;
      mailbox.changeItem(item, () => content.extended.set(`${mailroomSet}/name:${name}`, value));
    },
    async setSwitch(name, value) {
      await database.records.update('organization', seeded.organization, {
        orgdborgsettings: `<OrgSettings><${name}>${value}</${name}></OrgSettings>`,
      });
    },
    async close() {
      for (const connection of connections) await connection.close();
      await server.stop();
      await opened.close();
    },
  };
}

function portOf(connector: Connector): ActPort {
  if (connector.act === undefined) throw new Error('No calendar, contacts and tasks.');
  return connector.act;
}

/** FetchXML of the default filters (FI-08). */
export const ownActive = (table: string): string =>
  `<fetch><entity name="${table}"><filter><condition attribute="ownerid" operator="eq-userid"/><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>`;

/** Gives a person a synchronisation filter and returns its id. */
export function addFilter(
  scene: ActScene,
  person: ActPerson,
  table: string,
  fetchxml = ownActive(table),
): Promise<string> {
  return scene.database.records.create('userquery', {
    name: `My ${table}s`,
    querytype: QueryType.outlookFilter,
    returnedtypecode: table,
    fetchxml,
    statecode: 0,
    statuscode: 1,
    ownerid: { table: 'systemuser', id: userOf[person] },
  });
}

/** A basic user who may also read and write everybody's contacts. */
function widened(systemuserid: string) {
  const rights = rightsOfRole(systemuserid, seeded.businessunit);
  const all = [{ principal: systemuserid, unit: seeded.businessunit, depth: 8, isUsers: true }];
  return { ...rights, grants: new Map([...rights.grants, ['prvReadContact', all], ['prvWriteContact', all]]) };
}

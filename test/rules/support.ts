import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { bootstrap, type Organization } from '../../src/app/bootstrap.ts';
import { MailroomError } from '../../src/base/errors.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import type { Database } from '../../src/store/database.ts';
import type { RecordOf, TableName } from '../../src/tables/catalog.ts';
import { rightsOfRole } from '../support/basic-rights.ts';
import { type HeldClock, heldClock } from '../support/clock.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

/** An organisation of its own, with stores for an administrator and for plain users. */
export interface House {
  readonly database: Database;
  readonly organization: Organization;
  readonly clock: HeldClock;
  /** The administrator's store. */
  readonly admin: RuledStore;
  /** Mailboxes touched by commits since the last look; looking empties it. */
  touched(): readonly string[];
  /** A user's store with the rights of the role Basic User. */
  as(systemuserid: string): RuledStore;
  /** Changes the organisation's row. */
  settings(values: RecordOf<'organization'>): Promise<void>;
  /** A POP3 profile that passes every rule, `values` put over it. */
  profile(values?: RecordOf<'emailserverprofile'>): Promise<string>;
  /** A user with a mailbox; the address is made of the name when absent. */
  user(
    firstname: string,
    values?: RecordOf<'systemuser'>,
  ): Promise<{ readonly id: string; readonly mailboxid: string }>;
  /** A queue with a mailbox. */
  queue(name: string, values?: RecordOf<'queue'>): Promise<{ readonly id: string; readonly mailboxid: string }>;
  /** The whole row, read past the rules; fails when it is not there. */
  row<N extends TableName>(table: N, id: string): Promise<RecordOf<N>>;
}

/** Sets up a house for the tests of one file (call it at the top level); the value is there once tests run. */
export function useHouse(): House {
  let opened: TestDatabase | undefined;
  let house: House | undefined;
  before(async () => {
    const clock = heldClock();
    opened = await openTestDatabase({ clock });
    house = await build(opened.database, clock);
  });
  after(() => opened?.close());
  return new Proxy({} as House, {
    get: (_target, name) => {
      if (house === undefined) throw new Error('The house stands once tests run.');
      return house[name as keyof House];
    },
  });
}

async function build(database: Database, clock: HeldClock): Promise<House> {
  const organization = await bootstrap(database, clock);
  const touched = new Set<string>();
  const units = await database.records.retrieveMultiple({ table: 'businessunit', columns: ['businessunitid'] });
  const unit = units.rows[0]?.businessunitid ?? '';
  const storeOf = (systemuserid: string, isAdministrator: boolean): RuledStore =>
    createRuledStore({
      database,
      clock,
      caller: { systemuserid, isAdministrator, rights: rightsOfRole(systemuserid, unit) },
      onMailboxesTouched: (ids) => {
        for (const id of ids) touched.add(id);
      },
    });
  const admin = storeOf(organization.administratorId, true);
  const row = async <N extends TableName>(table: N, id: string): Promise<RecordOf<N>> => {
    const found = await database.records.retrieve(table, id);
    assert.ok(found, `${table} ${id} is there`);
    return found;
  };
  const mailboxOf = async (table: 'systemuser' | 'queue', id: string) => {
    const { defaultmailbox } = await row(table, id);
    assert.ok(defaultmailbox, `${table} ${id} has a mailbox`);
    return { id, mailboxid: defaultmailbox.id };
  };
  return {
    database,
    organization,
    clock,
    admin,
    row,
    touched: () => {
      const seen = [...touched];
      touched.clear();
      return seen;
    },
    as: (systemuserid) => storeOf(systemuserid, false),
    settings: async (values) => {
      await admin.update('organization', organization.organizationid, values);
    },
    profile: (values = {}) => admin.create('emailserverprofile', { ...goodPop3Profile, ...values }),
    user: async (firstname, values = {}) =>
      mailboxOf(
        'systemuser',
        await admin.create('systemuser', {
          firstname,
          lastname: 'Tester',
          internalemailaddress: `${firstname.toLowerCase()}@harbour.example`,
          domainname: firstname.toLowerCase(),
          ...values,
        }),
      ),
    queue: async (name, values = {}) =>
      mailboxOf(
        'queue',
        await admin.create('queue', { name, emailaddress: `${name.toLowerCase()}@harbour.example`, ...values }),
      ),
  };
}

/** A POP3/SMTP profile that passes every rule. */
export const goodPop3Profile: RecordOf<'emailserverprofile'> = {
  name: 'POP3 and SMTP',
  servertype: 1,
  incomingserverlocation: 'pop.harbour.example',
  outgoingserverlocation: 'smtp.harbour.example',
  incomingcredentialretrieval: 0,
  outgoingcredentialretrieval: 0,
};

/** An Exchange profile that passes every rule. */
export const goodExchangeProfile: RecordOf<'emailserverprofile'> = {
  name: 'Exchange',
  servertype: 0,
  defaultserverlocation: 'https://mail.harbour.example/EWS/Exchange.asmx',
  incomingcredentialretrieval: 1,
  incomingusername: 'service@harbour.example',
  incomingpassword: 'secret-of-service',
};

/** Words of a remedy: a sentence that refuses must say what to do. */
const remedy =
  /\b(ask|choose|enter|set|switch|clear|create|write|call|use|leave|give|put|link|correct|deactivate|activate|enable|disable|change|make|send|wait|repeat|try|encode|name|cancel|delete|lower|remove)\b/i;

/** Fails unless `work` is refused with this code and a sentence that says what to do; secrets never show in it. */
export async function refused(code: string, work: Promise<unknown>, saying?: RegExp): Promise<void> {
  const error = await work.then(
    () => assert.fail(`expected a refusal with ${code}, but it was accepted`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MailroomError, `a MailroomError, not ${String(error)}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, remedy, 'the sentence says what to do');
  assert.match(error.message, /[.!]$/, 'a whole sentence');
  assert.doesNotMatch(error.message, /secret-of/, 'no secrets');
  if (saying) assert.match(error.message, saying);
}

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { askRevisit } from '../../src/pipelines/incoming/revisit.ts';
import { runTestTurn } from '../../src/scheduler/mailbox-test.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from '../pipelines/incoming/incoming-fixtures.ts';
import { type ScriptedServer, scriptedServer } from '../pipelines/incoming/scripted-server.ts';
import { grantLease, seeded } from '../support/organisation.ts';
import { connectorOf, scriptedSender } from '../support/outgoing-scene.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number, 9));

describe('Test & Enable with a start date', () => {
  let house: IncomingHouse;
  let server: ScriptedServer;
  beforeEach(async () => {
    house = await openHouse();
    server = scriptedServer(
      [1, 2].map((number) => ({
        serverId: `${number}`,
        raw: rawMail({ id: `${number}@x.example`, date: day(number) }),
      })),
    );
    await startFrom(day(2));
    await house.turn(server);
    assert.equal((await house.emails()).length, 1);
  });
  afterEach(() => house.close());

  const startFrom = (processemailreceivedafter: Date): Promise<bigint> =>
    house.database.records.update('mailbox', seeded.supportMailbox, { processemailreceivedafter });

  async function testAndEnable(): Promise<void> {
    const { records } = house.database;
    const retriever = { list: async function* () {}, fetch: async function* () {}, settle: async () => {} };
    const outcome = await runTestTurn({
      database: house.database,
      lease: await grantLease(house.database, seeded.supportMailbox, 'test'),
      mailbox: (await records.retrieve('mailbox', seeded.supportMailbox)) ?? {},
      profile: (await records.retrieve('emailserverprofile', seeded.profile)) ?? {},
      settings: settingsWith(),
      systemUserId: seeded.system,
      connect: async () => ({ ...connectorOf(scriptedSender()), retriever }),
      clock: house.clock,
      log: silentLog,
      signal: new AbortController().signal,
      maxItems: 1000,
    });
    assert.equal(outcome.error, undefined);
  }

  const identities = async (): Promise<unknown[]> => (await house.emails()).map((email) => email.messageid);

  it('TE-09, IN-31: an earlier date re-evaluates what lies on the server, deleted records included; what is stored stays', async () => {
    const [email] = await house.emails();
    await house.database.records.delete('email', email?.activityid ?? '');
    await startFrom(day(1));
    await testAndEnable();
    const told = await house.database.records.retrieveMultiple({
      table: 'tracelog',
      filter: { column: 'text', operator: 'contains', value: 'judged anew' },
    });
    assert.match(told.rows[0]?.text ?? '', /received from 2026-01-01T09:00:00.000Z on is judged anew/);
    assert.equal((await house.turn(server)).itemsProcessed, 2);
    assert.equal((await house.emails()).length, 2);
    assert.equal((await house.turn(server)).itemsProcessed, 0);
    await testAndEnable();
    assert.equal((await house.turn(server)).itemsProcessed, 0, 'TE-10: the same date changes nothing');
  });

  it('TE-09: without Test & Enable an earlier date touches nothing that was judged; a later Test & Enable does', async () => {
    await startFrom(day(1));
    await house.turn(server);
    assert.equal((await house.emails()).length, 1);
    await testAndEnable();
    await house.turn(server);
    assert.deepEqual(await identities(), ['1@x.example', '2@x.example']);
  });

  it('TE-10: a later date keeps what was judged; back to the earlier one is an earlier date again', async () => {
    await startFrom(day(3));
    await testAndEnable();
    server.mails.push({
      serverId: 'new',
      raw: rawMail({ id: 'new@x.example', date: new Date(Date.UTC(2026, 0, 2, 10)) }),
    });
    await house.turn(server);
    assert.equal((await house.emails()).length, 1, 'received before the new date');
    await startFrom(day(2));
    await testAndEnable();
    await house.turn(server);
    assert.deepEqual(await identities(), ['2@x.example', 'new@x.example']);
  });

  it('TE-09: a request made while a turn runs is answered by the next turn', async () => {
    const ask = () =>
      house.database.transaction((scope) =>
        askRevisit(scope, seeded.supportMailbox, { kind: 'reevaluation', since: day(1), askedOn: house.clock.now() }),
      );
    const completedOn = async () =>
      (await house.database.records.retrieve('mailbox', seeded.supportMailbox, ['mr_revisitcompletedon']))
        ?.mr_revisitcompletedon;
    await ask();
    const busy: Pick<ScriptedServer, 'connect'> = {
      connect: async () => {
        await ask();
        return server.connect();
      },
    };
    assert.equal((await house.turn(busy)).itemsProcessed, 1);
    assert.equal(await completedOn(), null);
    server.heads.length = 0;
    assert.equal((await house.turn(server)).itemsProcessed, 0);
    assert.deepEqual(server.heads, ['1', '2']);
    assert.notEqual(await completedOn(), null);
    await house.turn(server);
    assert.deepEqual(server.heads, ['1', '2']);
  });
});

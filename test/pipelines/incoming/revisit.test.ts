import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { askRevisit, revisitColumns, stands } from '../../../src/pipelines/incoming/revisit.ts';
import { seeded } from '../../support/organisation.ts';
import { faultyDatabase } from './faulty-database.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 0, 1 - number, 9));

describe('backfill and re-evaluation', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
    await house.database.records.update('mailbox', seeded.supportMailbox, { processemailreceivedafter: day(0) });
  });
  afterEach(() => house.close());

  /** One message a day, the first from today, the others ever older. */
  const daily = (count: number): ScriptedServer =>
    scriptedServer(
      Array.from({ length: count }, (_, at) => ({
        serverId: `s${at}`,
        raw: rawMail({ id: `m${at}@customer.example`, date: day(at) }),
      })).reverse(),
    );
  const ask = (kind: 'backfill' | 'reevaluation', since: Date) =>
    house.database.transaction((scope) =>
      askRevisit(scope, seeded.supportMailbox, { kind, since, askedOn: house.clock.now() }),
    );
  const state = async () =>
    (await house.database.records.retrieve('mailbox', seeded.supportMailbox, [...revisitColumns])) ?? {};
  const ids = async () => (await house.emails()).map((email) => email.messageid).sort();
  const remove = async (messageid: string) => {
    const email = (await house.emails()).find((one) => one.messageid === messageid);
    await house.database.records.delete('email', email?.activityid ?? '');
  };

  test('backfill takes in what came before the start date, from the date given on, and says how far it is', async () => {
    const server = daily(6);
    await house.turn(server);
    assert.deepEqual(await ids(), ['m0@customer.example']);
    await ask('backfill', day(3));
    server.fetched.length = 0;
    const first = await house.turn(server, { maxItems: 2 });
    assert.equal(first.more, true);
    const half = await state();
    assert.equal(half.mr_revisitcompletedon, null);
    assert.deepEqual([half.mr_revisittotal, half.mr_revisittracked], [6, 2]);
    const second = await house.turn(server, { maxItems: 2, isQuick: true });
    assert.equal(second.more, false);
    assert.deepEqual(
      await ids(),
      [0, 1, 2, 3].map((at) => `m${at}@customer.example`),
    );
    assert.deepEqual(server.fetched.sort(), ['s1', 's2', 's3'], 'what is stored is told by its head');
    const done = await state();
    assert.deepEqual([done.mr_revisittotal, done.mr_revisitdone, done.mr_revisittracked], [6, 6, 3]);
    assert.equal(done.mr_revisitcompletedon?.getTime(), house.clock.now().getTime());
    await house.turn(server);
    assert.deepEqual(await state(), done, 'a turn after the end changes nothing');
  });

  test('IN-20: a backfill leaves alone what a filter refused and what was deleted here; a re-evaluation does not', async () => {
    const annas = { mailboxid: seeded.supportMailbox };
    await house.database.records.update('queue', seeded.support, { incomingemailfilteringmethod: 2 });
    const server = daily(1);
    server.mails.push({
      serverId: 'stranger',
      raw: rawMail({ id: 'stranger@x.example', from: 'who@else.example', date: day(-0.1) }),
    });
    await house.turn(server, annas);
    await house.database.records.update('queue', seeded.support, { incomingemailfilteringmethod: 0 });
    await remove('m0@customer.example');
    await ask('backfill', day(30));
    await house.turn(server);
    assert.deepEqual(await ids(), []);
    await ask('reevaluation', day(30));
    await house.turn(server);
    assert.deepEqual(await ids(), ['m0@customer.example', 'stranger@x.example']);
    await ask('reevaluation', day(30));
    await house.turn(server);
    assert.equal((await house.emails()).length, 2, 'repeating it doubles nothing');
    assert.deepEqual(
      (await house.decisions()).map((one) => one.mr_reasoncode),
      ['Accepted', 'Accepted'],
      'the decision that made an email stands',
    );
  });

  test('TE-09: a re-evaluation reaches back to its date and no further', async () => {
    const server = daily(4);
    await ask('backfill', day(9));
    await house.turn(server);
    for (const email of await house.emails()) await house.database.records.delete('email', email.activityid ?? '');
    await ask('reevaluation', day(1));
    await house.turn(server);
    assert.deepEqual(await ids(), ['m0@customer.example', 'm1@customer.example']);
  });

  test('decisions that were cleaned away since: stored mail is told by its identity, nothing is doubled', async () => {
    const server = daily(3);
    await ask('backfill', day(9));
    await house.turn(server);
    await remove('m2@customer.example');
    await house.database.sql('delete from mr_maildecision');
    await ask('backfill', day(9));
    server.fetched.length = 0;
    await house.turn(server);
    assert.deepEqual(await ids(), ['m0@customer.example', 'm1@customer.example']);
    assert.deepEqual(server.fetched, []);
  });

  test('cut short anywhere, any number of times, it ends with every message once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ loses: fc.integer({ min: 1, max: 9 }), drops: fc.option(fc.integer({ min: 0, max: 6 })) }),
          {
            maxLength: 4,
          },
        ),
        async (cuts) => {
          for (const email of await house.emails()) {
            await house.database.records.delete('email', email.activityid ?? '');
          }
          const server = daily(12);
          await ask('reevaluation', day(11));
          for (const { loses, drops } of cuts) {
            server.dropAfter = drops ?? undefined;
            const database = faultyDatabase(house.database, { loses: (transaction) => transaction === loses });
            await house.turn(server, { database, maxItems: 4 });
          }
          server.dropAfter = undefined;
          for (let turns = 0; turns < 10; turns += 1) {
            const outcome = await house.turn(server, { maxItems: 4 });
            assert.equal(outcome.error, undefined, outcome.error?.message);
            if (!outcome.more) break;
          }
          assert.deepEqual(
            await ids(),
            daily(12)
              .mails.map((_, at) => `m${at}@customer.example`)
              .sort(),
          );
          const { mr_revisitcompletedon: completedOn, mr_revisitdone: done, mr_revisittotal: total } = await state();
          assert.notEqual(completedOn, null);
          assert.equal(done, total);
          await house.clock.advance(1000);
        },
      ),
      { numRuns: 12 },
    );
  });
});

test('stands: final decisions give way only to a revisit that reaches them', () => {
  const at = day(5);
  const revisit = (kind: 'backfill' | 'reevaluation', since: Date) => ({
    kind,
    since,
    askedOn: at,
    isStarted: true,
    progress: { total: 0, done: 0, tracked: 0 },
  });
  const refused = { code: 'NoCorrelationMatch', email: null };
  const old = { code: 'BeforeStartDate', email: null };
  const tracked = { code: 'Accepted', email: { table: 'email', id: seeded.carla } };
  assert.equal(stands(refused, at, undefined), true);
  assert.equal(stands(refused, at, revisit('backfill', day(9))), true);
  assert.equal(stands(old, at, revisit('backfill', day(9))), false);
  assert.equal(stands(refused, at, revisit('reevaluation', day(9))), false);
  assert.equal(stands(refused, at, revisit('reevaluation', day(1))), true, 'older than the date asked for');
  assert.equal(stands(tracked, at, revisit('reevaluation', day(9))), true);
});

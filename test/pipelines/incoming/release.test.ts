import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { MailVerdict, QuarantineStatus } from '../../../src/tables/choices.ts';
import { faultyDatabase } from './faulty-database.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { type ScriptedMail, scriptedServer } from './scripted-server.ts';

const mail = (number: number): ScriptedMail => ({
  serverId: `uid${number}`,
  raw: rawMail({ id: `m${number}@customer.example`, subject: `Message ${number}` }),
});

const mails = (count: number): ScriptedMail[] => Array.from({ length: count }, (_, index) => mail(index + 1));

describe('messages that leave the quarantine', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  test('SC-14: a message that waits without its bytes and has gone from the server is held with that cause', async () => {
    const server = scriptedServer(mails(2));
    server.refused.add('uid1');
    await house.turn(server);
    server.mails = server.mails.filter((one) => one.serverId !== 'uid1');
    await house.clock.advance(300_000);
    const outcome = await house.turn(server);
    assert.deepEqual([outcome.itemsFailed, outcome.nextDueOn], [1, undefined]);
    const [held] = await house.quarantined();
    assert.deepEqual([held?.mr_status, held?.mr_causecode], [QuarantineStatus.held, 'mr_GoneFromServer']);
    assert.equal((await house.turn(server)).itemsFailed, 0);
  });

  test('SC-14: a server that lists only what is new is asked for the refused message by its id', async () => {
    const server = scriptedServer(mails(2));
    server.refused.add('uid1');
    await house.turn(server);
    server.refused.clear();
    await house.clock.advance(300_000);
    server.fetched.length = 0;
    server.listsNothing = true;
    const outcome = await house.turn(server);
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed], [1, 0]);
    assert.deepEqual(server.fetched, ['uid1']);
    assert.equal((await house.emails()).length, 2);
  });

  test('SC-14: a release cut short anywhere, and asked for again, makes one email', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }),
        fc.boolean(),
        async (cuts, keepsBytes) => {
          for (const table of [
            'email',
            'mr_quarantine',
            'mr_maildecision',
            'mr_sighting',
            'mr_tombstone',
            'mr_alert',
          ]) {
            if (table !== 'mr_alert') await house.database.sql(`delete from ${table}`);
          }
          const bad = keepsBytes
            ? { serverId: 'uid1', raw: rawMail({ id: 'one@x.example', subject: 'bad' }) }
            : mail(1);
          const server = scriptedServer([bad, mail(2)]);
          if (!keepsBytes) server.refused.add('uid1');
          const poison = new Set(['bad']);
          await house.turn(server, { database: faultyDatabase(house.database, { poison }) });
          server.refused.clear();
          const release = async () => {
            for (const row of await house.quarantined()) {
              if (row.mr_status === QuarantineStatus.released) continue;
              const asked = { mr_status: QuarantineStatus.releaseAsked, mr_nextattempton: null };
              await house.database.records.update('mr_quarantine', row.mr_quarantineid ?? '', asked);
            }
          };
          for (const loses of cuts) {
            await release();
            const database = faultyDatabase(house.database, { loses: (transaction) => transaction === loses });
            await house.turn(server, { database });
          }
          await release();
          const last = await house.turn(server);
          assert.equal(last.error, undefined, last.error?.message);
          assert.equal((await house.emails()).length, 2);
          assert.deepEqual(
            (await house.quarantined()).map((row) => row.mr_status),
            [QuarantineStatus.released],
          );
          const decisions = await house.decisions();
          assert.deepEqual(
            decisions.map((one) => one.mr_verdict),
            [MailVerdict.tracked, MailVerdict.tracked],
          );
        },
      ),
      { numRuns: 10 },
    );
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import type { Database } from '../../../src/store/database.ts';
import { MailVerdict, QuarantineStatus } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { faultyDatabase } from './faulty-database.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { type ScriptedMail, type ScriptedServer, scriptedServer } from './scripted-server.ts';

const mail = (number: number, more: Parameters<typeof rawMail>[0] = {}): ScriptedMail => ({
  serverId: `uid${number}`,
  raw: rawMail({ id: `m${number}@customer.example`, subject: `Message ${number}`, ...more }),
});

const mails = (count: number): ScriptedMail[] => Array.from({ length: count }, (_, index) => mail(index + 1));

describe('incoming turn: faults', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  const deleteAfterwards = () =>
    house.database.records.update('mailbox', seeded.supportMailbox, { processanddeleteemails: true });

  test('IN-30: a second turn over the same messages fetches and makes nothing', async () => {
    const server = scriptedServer(mails(3));
    await house.turn(server);
    const second = await house.turn(server);
    assert.deepEqual([second.itemsProcessed, second.itemsFailed, second.error], [0, 0, undefined]);
    assert.equal(server.fetched.length, 3);
    assert.equal((await house.emails()).length, 3);
    assert.equal((await house.queueItems()).length, 3);
  });

  test('IN-30: sightings lost after the commit cost a fetch and no double', async () => {
    const server = scriptedServer(mails(3));
    await house.turn(server);
    await house.database.sightings.forget(seeded.supportMailbox);
    server.hasHeads = false;
    const again = await house.turn(server);
    assert.equal(again.error, undefined);
    assert.equal((await house.emails()).length, 3);
    assert.equal((await house.decisions()).length, 3);
    assert.equal((await house.queueItems()).length, 3);
    assert.equal(await house.database.sightings.count(seeded.supportMailbox), 3);
  });

  test('UD-03: messages are deleted on the server after the commit', async () => {
    await deleteAfterwards();
    const server = scriptedServer(mails(3));
    await house.turn(server);
    assert.equal(server.mails.length, 0);
    await house.turn(server);
    assert.equal(await house.database.sightings.count(seeded.supportMailbox), 0);
    assert.equal((await house.emails()).length, 3);
  });

  test('UD-03: a deletion that was not confirmed is repeated, the message is not', async () => {
    await deleteAfterwards();
    const server = scriptedServer(mails(2));
    server.failsToClose = true;
    const cut = await house.turn(server);
    assert.equal(cut.error?.kind, 'transient');
    assert.equal(cut.itemsProcessed, 2);
    assert.equal(server.mails.length, 2);
    server.failsToClose = false;
    const second = await house.turn(server);
    assert.deepEqual([second.itemsProcessed, second.error, server.mails.length], [0, undefined, 0]);
    assert.equal((await house.emails()).length, 2);
  });

  test('UD-03: rejected messages are deleted too, failed ones never', async () => {
    await deleteAfterwards();
    const server = scriptedServer([
      mail(1, { from: 'stranger@else.example', to: 'sales@ours.example', headers: {} }),
      mail(2, { from: 'nobody' }),
    ]);
    await house.turn(server);
    assert.deepEqual(
      server.mails.map((one) => one.serverId),
      ['uid2'],
    );
  });

  test("UD-03: a user's mailbox is never emptied", async () => {
    await house.database.records.update('mailbox', seeded.bensMailbox, { processanddeleteemails: true });
    const server = scriptedServer([mail(1, { to: 'ben@ours.example' })]);
    await house.turn(server, { mailboxid: seeded.bensMailbox });
    assert.equal(server.mails.length, 1);
  });

  test('PAIN-02: one bad message is quarantined with bytes and cause, the rest goes on', async () => {
    const server = scriptedServer(mails(5));
    const database = faultyDatabase(house.database, { poison: new Set(['Message 3']) });
    const outcome = await house.turn(server, { database });
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed, outcome.error], [4, 1, undefined]);
    assert.equal((await house.emails()).length, 4);
    const [held] = await house.quarantined();
    assert.equal(held?.mr_subject, 'Message 3');
    assert.equal(held?.mr_cause, 'invalid byte sequence');
    assert.equal(held?.mr_status, QuarantineStatus.retrying);
    const stored = await house.database.records.retrieve('mr_quarantine', held?.mr_quarantineid ?? '', ['mr_rawblob']);
    assert.deepEqual(await house.database.blobs.get(stored?.mr_rawblob ?? ''), server.mails[2]?.raw);
    assert.ok(outcome.nextDueOn && outcome.nextDueOn > house.clock.now());
    const decision = (await house.decisions()).find((one) => one.mr_serverid === 'uid3');
    assert.equal(decision?.mr_verdict, MailVerdict.quarantined);
  });

  test('IN-30, PAIN-02: large messages are stored while the group before is committed, and once; the faulty one too', async () => {
    const file = (number: number): string => Buffer.alloc(300_000, `file ${number} `).toString('base64');
    const server = scriptedServer(
      [1, 2, 3].map((number) =>
        mail(number, {
          body: file(number).replace(/.{76}/g, '$&\r\n'),
          headers: { 'Content-Type': 'application/pdf', 'Content-Transfer-Encoding': 'base64' },
        }),
      ),
    );
    const database = faultyDatabase(house.database, { poison: new Set(['Message 2']) });
    const outcome = await house.turn(server, { database });
    assert.deepEqual([outcome.error, outcome.itemsProcessed, outcome.itemsFailed], [undefined, 2, 1]);
    const sizes = server.mails.map(({ raw }) => raw.length).sort();
    const own = await house.database.sql<{ size: number }>(
      'select size from mr_blob where pieces is not null order by size',
    );
    assert.deepEqual(own.map(({ size }) => size).sort(), sizes);
    const files = await house.database.records.retrieveMultiple({
      table: 'activitymimeattachment',
      columns: ['mr_blob', 'filesize'],
    });
    assert.equal(files.rows.length, 2);
    for (const { mr_blob, filesize } of files.rows) {
      const bytes = await house.database.blobs.get(mr_blob ?? '');
      assert.equal(bytes?.length, filesize);
      assert.match(bytes?.toString('latin1', 0, 20) ?? '', /^file [13] file [13] file/);
    }
    for (const email of await house.emails()) {
      const raw = server.mails.find(({ serverId }) => `Message ${serverId.slice(3)}` === email.subject)?.raw;
      assert.deepEqual(await house.database.blobs.get(email.mr_rawblob ?? ''), raw);
    }
    const [held] = await house.quarantined();
    const stored = await house.database.records.retrieve('mr_quarantine', held?.mr_quarantineid ?? '', ['mr_rawblob']);
    assert.deepEqual(await house.database.blobs.get(stored?.mr_rawblob ?? ''), server.mails[1]?.raw);
  });

  test('IN-30: memory of large messages is used for others only when no connection can still be sending from it', async () => {
    const large = (number: number) => mail(number, { body: `${number}`.repeat(300_000) });
    const seen: Buffer[] = [];
    const storing = (isGivenUp: boolean): Database => {
      const { blobs, ...database } = faultyDatabase(house.database, {});
      const putAhead: typeof blobs.putAhead = (body) => {
        seen.push(body.bytes as Buffer);
        return isGivenUp ? Promise.reject(new Error('Query read timeout')) : house.database.blobs.putAhead(body);
      };
      return { ...database, blobs: { ...blobs, putAhead } };
    };
    const server = scriptedServer([large(1)]);
    assert.equal((await house.turn(server, { database: storing(true) })).itemsProcessed, 1);
    server.mails.push(large(2));
    assert.equal((await house.turn(server, { database: storing(false) })).itemsProcessed, 1);
    const isUnchanged = seen.map((bytes, index) => server.mails[index]?.raw.equals(bytes));
    assert.deepEqual(isUnchanged, [true, false]);
    for (const email of await house.emails()) {
      const raw = server.mails.find(({ serverId }) => `Message ${serverId.slice(3)}` === email.subject)?.raw;
      assert.deepEqual(await house.database.blobs.get(email.mr_rawblob ?? ''), raw);
    }
  });

  test('PAIN-14: of a mailbox that leaves mail aside, no large message is stored before it is judged', async () => {
    const large = { body: 'x'.repeat(300_000) };
    await house.database.records.update('queue', seeded.support, { incomingemailfilteringmethod: 1 });
    const server = scriptedServer([mail(1, large), mail(2, large)]);
    server.hasHeads = false;
    const outcome = await house.turn(server);
    assert.deepEqual([outcome.error, outcome.itemsProcessed, (await house.emails()).length], [undefined, 2, 0]);
    assert.equal((await house.database.sql('select 1 from mr_blob')).length, 0);
  });

  test('SC-14: five tries, then held with an alert; released, it becomes an email', async () => {
    const server = scriptedServer([mail(1)]);
    const database = faultyDatabase(house.database, { poison: new Set(['Message 1']) });
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await house.turn(server, { database });
      await house.clock.advance(300_000);
    }
    const [held] = await house.quarantined();
    assert.deepEqual([held?.mr_attempts, held?.mr_status], [5, QuarantineStatus.held]);
    assert.equal(server.fetched.length, 1, 'its bytes are kept, so it is fetched once');
    const alerts = await house.database.records.retrieveMultiple({ table: 'tracelog' });
    assert.ok(alerts.rows.some((alert) => alert.level === 3 && alert.regardingobjectid?.id === seeded.supportMailbox));
    await house.turn(server, { database });
    assert.equal((await house.quarantined())[0]?.mr_attempts, 5, 'what is held is not tried by itself');
    const id = held?.mr_quarantineid ?? '';
    await house.database.records.update('mr_quarantine', id, { mr_status: QuarantineStatus.releaseAsked });
    const released = await house.turn(server);
    assert.equal(released.itemsProcessed, 1);
    const [email] = await house.emails();
    const [after] = await house.quarantined();
    assert.deepEqual([after?.mr_status, after?.mr_emailid?.id], [QuarantineStatus.released, email?.activityid]);
    const decisions = await house.decisions();
    assert.deepEqual(
      decisions.map((one) => one.mr_verdict),
      [MailVerdict.tracked],
    );
  });

  test('SC-14: released and failing again, it is held again', async () => {
    const server = scriptedServer([mail(1)]);
    const database = faultyDatabase(house.database, { poison: new Set(['Message 1']) });
    await house.turn(server, { database });
    const id = (await house.quarantined())[0]?.mr_quarantineid ?? '';
    await house.database.records.update('mr_quarantine', id, { mr_status: QuarantineStatus.releaseAsked });
    await house.turn(server, { database });
    assert.equal((await house.quarantined())[0]?.mr_status, QuarantineStatus.held);
  });

  test('IN-44: a message without a valid sender is quarantined', async () => {
    const outcome = await house.turn(scriptedServer([mail(1, { from: 'nobody' }), mail(2)]));
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed], [1, 1]);
    assert.equal((await house.quarantined())[0]?.mr_causecode, 'InvalidSender');
    const alerts = await house.database.records.retrieveMultiple({ table: 'tracelog' });
    assert.equal(alerts.rows[0]?.level, 1);
  });

  test('a fault that every message shows ends the turn instead of filling the quarantine', async () => {
    const server = scriptedServer(mails(4));
    const database = faultyDatabase(house.database, { refusesAll: true });
    const outcome = await house.turn(server, { database });
    assert.equal(outcome.error?.kind, 'internal');
    assert.equal((await house.quarantined()).length, 0);
    assert.equal((await house.turn(server)).itemsProcessed, 4);
  });

  test('NUL and broken characters are stored, not refused', async () => {
    const outcome = await house.turn(
      scriptedServer([mail(1, { subject: '=?utf-8?Q?a=00b=ED=A0=80c?=', body: 'x\0y' }), mail(2)]),
    );
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed], [2, 0]);
  });

  test('PAIN-14: a message announced with 100 MB is not fetched, and told', async () => {
    await house.database.records.update('emailserverprofile', seeded.profile, { mr_maxmessagesizekb: 51_200 });
    const server = scriptedServer([mail(1), { ...mail(2), sizeBytes: 104_857_600 }, mail(3)]);
    const outcome = await house.turn(server);
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed], [2, 1]);
    assert.deepEqual(server.fetched, ['uid1', 'uid3']);
    const [held] = await house.quarantined();
    assert.deepEqual([held?.mr_status, held?.mr_sizebytes], [QuarantineStatus.held, 104_857_600]);
    assert.deepEqual((await house.turn(server)).itemsFailed, 0);
    await house.database.records.update('emailserverprofile', seeded.profile, { mr_maxmessagesizekb: 153_600 });
    const id = held?.mr_quarantineid ?? '';
    await house.database.records.update('mr_quarantine', id, { mr_status: QuarantineStatus.releaseAsked });
    assert.equal((await house.turn(server)).itemsProcessed, 1, 'released, it is fetched after all');
    assert.equal((await house.quarantined())[0]?.mr_status, QuarantineStatus.released);
    assert.equal((await house.emails()).length, 3);
  });

  test('a message whose bytes the server refuses is tried again later, five times', async () => {
    const server = scriptedServer(mails(2));
    server.refused.add('uid1');
    assert.deepEqual((await house.turn(server)).itemsFailed, 1);
    assert.deepEqual((await house.turn(server)).itemsFailed, 0, 'not before its time');
    await house.clock.advance(300_000);
    server.refused.clear();
    const third = await house.turn(server);
    assert.deepEqual([third.itemsProcessed, third.itemsFailed], [1, 0]);
    assert.equal((await house.quarantined())[0]?.mr_status, QuarantineStatus.released);
  });

  test('a line that drops in mid-fetch: what came is kept, the rest comes next time', async () => {
    const server = scriptedServer(mails(10));
    server.dropAfter = 6;
    const cut = await house.turn(server);
    assert.equal(cut.error?.kind, 'transient');
    assert.equal(cut.itemsProcessed, 6);
    server.dropAfter = undefined;
    const rest = await house.turn(server);
    assert.deepEqual([rest.itemsProcessed, rest.error], [4, undefined]);
    assert.equal(server.fetched.length, 10);
    assert.equal((await house.emails()).length, 10);
  });

  test('a database that goes away in mid-batch: nothing half done, nothing acknowledged, nothing lost', async () => {
    await deleteAfterwards();
    const server = scriptedServer(mails(100));
    const database = faultyDatabase(house.database, { loses: (transaction) => transaction === 2 });
    const cut = await house.turn(server, { database });
    assert.equal(cut.error?.code, 'mr_DatabaseUnavailable');
    assert.equal(server.mails.length, 100);
    assert.equal((await house.quarantined()).length, 0);
    const before = (await house.emails()).length;
    assert.ok(before < 100);
    const rest = await house.turn(server);
    assert.deepEqual([rest.error, rest.itemsProcessed], [undefined, 100 - before]);
    assert.equal((await house.emails()).length, 100);
    assert.equal((await house.queueItems()).length, 100);
    assert.equal(server.mails.length, 0);
  });

  test('AR-12: a lost lease writes nothing', async () => {
    const server = scriptedServer(mails(2));
    server.beforeFetch = async () => {
      await house.database.sql('update mr_mailboxlease set token = token + 1');
    };
    const outcome = await house.turn(server);
    assert.equal(outcome.error?.code, 'mr_LeaseLost');
    assert.equal((await house.emails()).length, 0);
  });

  test('PAIN-09: all ids changed: matched by heads, no body fetched, nothing doubled', async () => {
    const server = scriptedServer(mails(6));
    await house.turn(server);
    const deleted = (await house.emails())[0];
    await house.database.records.delete('email', deleted?.activityid ?? '');
    server.mails = [...server.mails.map((one) => ({ ...one, serverId: `new-${one.serverId}` })), mail(7)];
    const outcome = await house.turn(server);
    assert.deepEqual([outcome.itemsProcessed, outcome.error], [1, undefined]);
    assert.deepEqual(server.fetched.slice(6), ['uid7']);
    assert.equal((await house.emails()).length, 6);
    assert.equal(await house.database.sightings.count(seeded.supportMailbox), 7);
  });

  test('PAIN-09: without heads the bodies are fetched, and nothing is doubled', async () => {
    const server = scriptedServer(mails(4));
    server.hasHeads = false;
    await house.turn(server);
    server.mails = server.mails.map((one) => ({ ...one, serverId: `new-${one.serverId}` }));
    assert.equal((await house.turn(server)).error, undefined);
    assert.equal((await house.emails()).length, 4);
    assert.equal((await house.decisions()).length, 4);
  });

  test('PAIN-01, PF-08: a turn takes its share and says that there is more', async () => {
    const server = scriptedServer(mails(7));
    const first = await house.turn(server, { maxItems: 5 });
    assert.deepEqual([first.itemsProcessed, first.more], [5, true]);
    const gauge = await house.database.records.retrieve('mailbox', seeded.supportMailbox);
    assert.equal(gauge?.mr_incomingbacklog, 2);
    assert.ok((gauge?.mr_incominglagseconds ?? 0) > 0);
    const second = await house.turn(server, { maxItems: 5 });
    assert.deepEqual([second.itemsProcessed, second.more], [2, false]);
    const after = await house.database.records.retrieve('mailbox', seeded.supportMailbox);
    assert.deepEqual([after?.mr_incomingbacklog, after?.mr_incominglagseconds], [0, 0]);
  });

  test('PAIN-04: after an outage of ten days all that came meanwhile is taken in, whatever its date and place', async () => {
    const server = scriptedServer(mails(2));
    await house.turn(server);
    const away: Pick<ScriptedServer, 'connect'> = {
      connect: () => Promise.reject(new MailroomError('No route to host.', { code: 'mr_NoRoute', kind: 'transient' })),
    };
    for (let day = 0; day < 10; day += 1) {
      assert.equal((await house.turn(away)).error?.kind, 'transient');
      await house.clock.advance(86_400_000);
    }
    const late = mail(3, { date: new Date('2026-01-02T11:00:00Z') });
    const lately = mail(4, { date: new Date('2026-01-12T11:00:00Z') });
    const future = mail(5, { date: new Date('2027-01-01T00:00:00Z') });
    server.mails = [late, ...server.mails, future, lately];
    const outcome = await house.turn(server);
    assert.deepEqual([outcome.itemsProcessed, outcome.error], [3, undefined]);
    assert.deepEqual(server.fetched, ['uid1', 'uid2', 'uid3', 'uid5', 'uid4']);
    assert.equal((await house.emails()).length, 5);
  });

  test('PF-08: a turn that is quick holds nobody up and takes another share', async () => {
    const server = scriptedServer(mails(7));
    const outcome = await house.turn(server, { maxItems: 3, isQuick: true });
    assert.deepEqual([outcome.itemsProcessed, outcome.more], [7, false]);
    assert.equal((await house.emails()).length, 7);
  });

  test('a turn that is called off keeps what was committed and reports no error', async () => {
    const stop = new AbortController();
    const server = scriptedServer(mails(3));
    server.beforeFetch = (serverId) => {
      if (serverId !== 'uid3') return;
      stop.abort();
      throw new Error('called off');
    };
    const outcome = await house.turn(server, { signal: stop.signal });
    assert.deepEqual([outcome.error, outcome.more], [undefined, true]);
    assert.equal((await house.emails()).length, 2);
  });
});

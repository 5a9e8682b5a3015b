import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { MailboxLease, MailboxLeases, Work } from '../../src/store/mailbox-leases.ts';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { nextDueOn } from '../support/next-due-on.ts';

const start = new Date('2026-01-01T00:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);

describe('mailbox leases', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase({ maxConnections: 20 });
  });
  after(() => test.close());
  beforeEach(async () => {
    for (const table of ['mr_mailboxlease', 'mailbox', 'emailserverprofile', 'organization']) {
      await test.database.sql(`delete from ${table}`);
    }
  });

  /** A profile with `count` mailboxes that may receive. */
  async function profileWith(
    count: number,
    most: number,
    more: object = {},
    ofProfile: RecordOf<'emailserverprofile'> = {},
  ): Promise<readonly string[]> {
    const { records } = test.database;
    const id = await records.create('emailserverprofile', {
      name: 'p',
      maxconcurrentconnections: most,
      incomingcredentialretrieval: 1,
      outgoingcredentialretrieval: 1,
      ...ofProfile,
    });
    const mailboxes = Array.from({ length: count }, (_, index) => ({
      name: `m${index}`,
      emailserverprofile: { table: 'emailserverprofile', id },
      incomingemaildeliverymethod: 2,
      emailrouteraccessapproval: 1,
      ...more,
    }));
    await records.createMany('mailbox', mailboxes);
    const mine = { column: 'emailserverprofile', operator: 'eq', value: id } as const;
    const page = await records.retrieveMultiple({ table: 'mailbox', columns: ['mailboxid'], filter: mine });
    return page.rows.map((row) => row.mailboxid ?? '');
  }

  it('EP-18: 16 claimers at once never exceed the limit of a profile, and reach it', async () => {
    await profileWith(120, 40);
    await profileWith(30, 7);
    const leases = createMailboxLeases(test.database);
    assert.equal(await leases.reconcile(start), 150);
    const claimed: MailboxLease[] = [];
    let idleRounds = 0;
    while (idleRounds < 2) {
      const round = await Promise.all(
        Array.from({ length: 16 }, (_, index) => leases.acquire('incoming', 5, `w${index}`, start, 60_000)),
      );
      claimed.push(...round.flat());
      idleRounds = round.flat().length === 0 ? idleRounds + 1 : 0;
      const [most] = await test.database.sql<{ most: bigint }>(
        `select max(active - most) as most from (select count(*) as active, p.maxconcurrentconnections as most from mr_mailboxlease l
         join emailserverprofile p on p.emailserverprofileid = l.profileid where worker is not null group by p.emailserverprofileid) x`,
      );
      assert.ok((most?.most ?? 0n) <= 0n, 'limit exceeded');
    }
    assert.equal(claimed.length, 47);
    assert.equal(new Set(claimed.map((lease) => lease.mailboxid)).size, 47);
  });

  it('SC-01: what is due is known before anything is claimed: waiting or abandoned, neither taken nor later', async () => {
    await profileWith(1, 5, { outgoingemaildeliverymethod: 2 });
    const leases = createMailboxLeases(test.database);
    assert.deepEqual(await dueWork(leases, start), []);
    await leases.reconcile(start);
    assert.deepEqual(await dueWork(leases, later(-1)), []);
    assert.deepEqual(await dueWork(leases, start), ['incoming', 'outgoing']);
    await leases.acquire('incoming', 1, 'a', start, 1000);
    assert.deepEqual(await dueWork(leases, later(999)), ['outgoing']);
    assert.deepEqual(await dueWork(leases, later(1001)), ['incoming', 'outgoing']);
  });

  it('EP-18: the limit counts every kind of work of the profile', async () => {
    await profileWith(3, 2, { outgoingemaildeliverymethod: 2 });
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    assert.equal((await leases.acquire('outgoing', 1, 'a', start, 1000)).length, 1);
    assert.equal((await leases.acquire('incoming', 9, 'a', start, 1000)).length, 1);
    assert.equal((await leases.acquire('incoming', 9, 'a', start, 1000)).length, 0);
  });

  it('EP-18: credentials on the mailbox: the limit holds for each mailbox, over all kinds of work', async () => {
    const own = { incomingcredentialretrieval: 0, outgoingcredentialretrieval: 0 };
    const ids = await profileWith(30, 1, { outgoingemaildeliverymethod: 2 }, own);
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    const incoming = await leases.acquire('incoming', 20, 'a', start, 1000);
    assert.equal(incoming.length, 20, 'the profile does not limit them together');
    const outgoing = await leases.acquire('outgoing', 100, 'b', start, 1000);
    assert.equal(outgoing.length, 10, 'a mailbox that is read has no connection left');
    const busy = [...incoming, ...outgoing].map((lease) => lease.mailboxid);
    assert.equal(new Set(busy).size, ids.length);
    assert.equal((await leases.acquire('incoming', 100, 'a', start, 1000)).length, 0);
    assert.equal(
      (await leases.acquire('incoming', 100, 'a', later(1001), 1000)).length,
      30,
      'expired ones hold nothing',
    );
  });

  it('EP-18: one direction by the mailbox, one by the profile: each has its own count', async () => {
    const mixed = { incomingcredentialretrieval: 0, outgoingcredentialretrieval: 1 };
    await profileWith(6, 2, { outgoingemaildeliverymethod: 2 }, mixed);
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    assert.equal((await leases.acquire('incoming', 100, 'a', start, 1000)).length, 6);
    assert.equal((await leases.acquire('outgoing', 100, 'a', start, 1000)).length, 2);
  });

  it('EP-18: what a turn may open counts: connections of all turns stay within the limit', async () => {
    const more = { outgoingemaildeliverymethod: 2 };
    await profileWith(9, 10, more);
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    const [first] = await leases.acquire('outgoing', 1, 'a', start, 1000);
    assert.equal(first?.connections, 5);
    const incoming = await leases.acquire('incoming', 3, 'a', start, 1000);
    assert.deepEqual(
      incoming.map((lease) => lease.connections),
      [1, 1, 1],
    );
    const rest = await leases.acquire('outgoing', 100, 'a', start, 1000);
    assert.deepEqual(
      rest.map((lease) => lease.connections),
      [1, 1],
    );
    assert.equal((await leases.acquire('incoming', 100, 'a', start, 1000)).length, 0);
    const own = { incomingcredentialretrieval: 0, outgoingcredentialretrieval: 0 };
    const [alone] = await profileWith(1, 7, { outgoingemaildeliverymethod: 2 }, own);
    await leases.reconcile(start);
    const [outgoing] = await leases.acquire('outgoing', 1, 'a', start, 1000);
    assert.deepEqual([outgoing?.mailboxid, outgoing?.connections], [alone, 3]);
  });

  it('PF-09: the oldest due first', async () => {
    const ids = await profileWith(5, 40);
    const leases = createMailboxLeases(test.database);
    for (const [index, id] of ids.entries()) await leases.schedule(id, 'incoming', later(-1000 * ((index * 3) % 5)));
    const order: (string | undefined)[] = [];
    for (let turn = 0; turn < 3; turn += 1)
      order.push((await leases.acquire('incoming', 1, 'a', start, 1000))[0]?.mailboxid);
    assert.deepEqual(order, [ids[3], ids[1], ids[4]]);
  });

  it('AR-12: an expired lease is taken over, counted on the mailbox, and its token is stale from then on', async () => {
    const [mailboxid = ''] = await profileWith(1, 1);
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    const [first] = await leases.acquire('incoming', 1, 'dead', start, 1000);
    assert.ok(first);
    assert.deepEqual(await nextDueOn(leases), later(1001));
    assert.equal((await leases.acquire('incoming', 1, 'b', later(1000), 1000)).length, 0);
    const [second] = await leases.acquire('incoming', 1, 'b', later(1001), 1000);
    assert.ok(second && second.token > first.token);
    const row = await test.database.records.retrieve('mailbox', mailboxid);
    assert.deepEqual([row?.forcedunlockcount, row?.hostid], [1, 'b']);
    assert.deepEqual(row?.lastmailboxforcedunlockoccurredon, later(1001));
    assert.deepEqual(await leases.renew([first, second], later(1500), 1000), [{ ...second, expiresOn: later(2500) }]);
    assert.equal(await leases.release(first, { nextDueOn: later(0) }), false);
    const stale = test.database.transaction((scope) => scope.assertLease(mailboxid, 'incoming', first.token));
    await assert.rejects(stale, { code: 'mr_LeaseLost', kind: 'conflict' });
    assert.equal(await leases.release(second, { nextDueOn: later(9000) }), true);
    const ended = test.database.transaction((scope) => scope.assertLease(mailboxid, 'incoming', second.token));
    await assert.rejects(ended, { code: 'mr_LeaseLost' });
  });

  it('AR-12: a transaction that has asserted its lease keeps it from being taken over, but not from being renewed', async () => {
    const [mailboxid = ''] = await profileWith(1, 5);
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    const [lease] = await leases.acquire('incoming', 1, 'a', start, 1000);
    assert.ok(lease);
    await test.database.transaction(async (scope) => {
      await scope.assertLease(mailboxid, 'incoming', lease.token);
      assert.equal((await leases.acquire('incoming', 1, 'b', later(5000), 1000)).length, 0);
      assert.equal((await leases.renew([lease], start, 2000)).length, 1);
    });
    assert.equal((await leases.acquire('incoming', 1, 'b', later(5000), 1000)).length, 1);
  });

  it('a wake-up during a turn makes the next one follow at once; one before it brings it forward', async () => {
    const [mailboxid = ''] = await profileWith(1, 5);
    const leases = createMailboxLeases(test.database);
    await leases.schedule(mailboxid, 'incoming', later(60_000));
    assert.deepEqual(await nextDueOn(leases), later(60_000));
    await leases.schedule(mailboxid, 'incoming', start);
    await leases.schedule(mailboxid, 'incoming', later(90_000));
    assert.deepEqual(await nextDueOn(leases), start);
    const [lease] = await leases.acquire('incoming', 1, 'a', start, 10_000);
    assert.ok(lease);
    await leases.schedule(mailboxid, 'incoming', later(5));
    await leases.release(lease, { nextDueOn: later(300_000) });
    assert.deepEqual(await nextDueOn(leases), later(5));
    const [again] = await leases.acquire('incoming', 1, 'a', later(5), 10_000);
    assert.ok(again);
    await leases.release(again, { nextDueOn: later(300_000) });
    assert.deepEqual(await nextDueOn(leases), later(300_000));
  });

  it('AR-12: many leases end in one statement, those that were lost stay as they are', async () => {
    await profileWith(3, 5);
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    const held = await leases.acquire('incoming', 3, 'a', start, 10_000);
    const [lost, ...kept] = held;
    assert.ok(lost);
    const [taken] = await leases.acquire('incoming', 1, 'b', later(20_000), 10_000);
    const stale = held.find(({ mailboxid }) => mailboxid === taken?.mailboxid);
    assert.ok(stale && taken && kept.length === 2);
    const ends = held.map((lease, index) => ({ lease, nextDueOn: index === 0 ? later(60_000) : later(90_000) }));
    assert.equal(await leases.releaseAll(ends), 2);
    const rows = await test.database.sql<{ mailboxid: string; worker: string | null; dueon: Date }>(
      'select mailboxid, worker, dueon from mr_mailboxlease',
    );
    const rowOf = new Map(rows.map((row) => [row.mailboxid, row]));
    assert.equal(rowOf.get(stale.mailboxid)?.worker, 'b');
    for (const { lease, nextDueOn } of ends.filter(({ lease }) => lease !== stale)) {
      assert.equal(rowOf.get(lease.mailboxid)?.worker, null);
      assert.deepEqual(rowOf.get(lease.mailboxid)?.dueon, nextDueOn);
    }
    assert.equal(await leases.releaseAll(ends), 0, 'repeating is harmless');
    assert.equal(await leases.releaseAll([]), 0);
  });

  it('a flow taken off during its turn stays off; tokens go on growing', async () => {
    const [mailboxid = ''] = await profileWith(1, 5);
    const leases = createMailboxLeases(test.database);
    await leases.reconcile(start);
    const [lease] = await leases.acquire('incoming', 1, 'a', start, 10_000);
    assert.ok(lease);
    await leases.unschedule(mailboxid, 'incoming');
    assert.equal(await leases.release(lease, { nextDueOn: later(1) }), true);
    assert.equal(await nextDueOn(leases), null);
    assert.equal(await leases.reconcile(start), 1);
    const [next] = await leases.acquire('incoming', 1, 'a', start, 10_000);
    assert.equal(next?.token, lease.token + 1n);
    await leases.release(next, { nextDueOn: null });
    assert.equal(await nextDueOn(leases), null);
  });

  it('AR-01, AP-01, AP-02, AR-08: reconciliation schedules what may run and nothing else', async () => {
    const { records } = test.database;
    const organizationid = await records.create('organization', {
      requireapprovalforuseremail: true,
      requireapprovalforqueueemail: true,
    });
    const user = { table: 'systemuser', id: await records.create('systemuser', {}) };
    const [mailboxid = ''] = await profileWith(1, 5, {
      regardingobjectid: user,
      emailrouteraccessapproval: 2,
      enabledforoutgoingemail: false,
      outgoingemaildeliverymethod: 2,
    });
    const leases = createMailboxLeases(test.database);
    const scheduled = async () => {
      await leases.reconcile(start);
      const rows = await test.database.sql<{ work: string }>(
        'select work from mr_mailboxlease where dueon is not null order by work',
      );
      return rows.map((row) => row.work).join(' ');
    };
    assert.equal(await scheduled(), '');
    await records.update('organization', organizationid, { requireapprovalforuseremail: false });
    assert.equal(await scheduled(), 'incoming');
    await records.update('organization', organizationid, { requireapprovalforuseremail: true });
    await records.update('mailbox', mailboxid, {
      emailrouteraccessapproval: 1,
      enabledforoutgoingemail: true,
      actdeliverymethod: 1,
      testemailconfigurationscheduled: true,
    });
    assert.equal(await scheduled(), 'act incoming outgoing test');
    assert.equal(await leases.reconcile(start), 0);
    await records.update('mailbox', mailboxid, { incomingemaildeliverymethod: 3 });
    assert.equal(await scheduled(), 'act outgoing test');
    await records.update('mailbox', mailboxid, { statecode: 1 });
    assert.equal(await scheduled(), '');
    await records.update('mailbox', mailboxid, { statecode: 0 });
    assert.equal(await scheduled(), 'act outgoing test');
    const profileid =
      (await records.retrieve('mailbox', mailboxid, ['emailserverprofile']))?.emailserverprofile?.id ?? '';
    await records.update('emailserverprofile', profileid, { statecode: 1 });
    assert.equal(await scheduled(), '');
  });

  it('PAIN-25: each flow has a switch of its own: a mailbox that only sends, only receives, or neither, is one', async () => {
    const [mailboxid = ''] = await profileWith(1, 5, { outgoingemaildeliverymethod: 2, actdeliverymethod: 1 });
    const leases = createMailboxLeases(test.database);
    const switches = { act: 'enabledforact', incoming: 'enabledforincomingemail', outgoing: 'enabledforoutgoingemail' };
    const works = Object.keys(switches);
    for (let bits = 0; bits < 8; bits += 1) {
      const on = works.filter((_, index) => (bits & (1 << index)) !== 0);
      const values = Object.entries(switches).map(([work, column]) => [column, on.includes(work)]);
      await test.database.records.update('mailbox', mailboxid, Object.fromEntries(values));
      await leases.reconcile(start);
      const rows = await test.database.sql<{ work: string }>(
        'select work from mr_mailboxlease where dueon is not null order by work',
      );
      assert.deepEqual(
        rows.map(({ work }) => work),
        on,
      );
    }
  });
});

/** The kinds of work of which something is due. */
async function dueWork(leases: MailboxLeases, now: Date): Promise<readonly Work[]> {
  return (await leases.outlook(now)).flatMap(({ work, isDue }) => (isDue ? [work] : [])).sort();
}

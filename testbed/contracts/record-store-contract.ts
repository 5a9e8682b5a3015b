import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { MailroomError } from '../../src/base/errors.ts';
import type { Database } from '../../src/store/database.ts';
import type { Filter, RecordStore } from '../../src/store/record-store.ts';

/** A store for one suite. */
export interface OpenedStore {
  readonly database: Database;
  close(): Promise<void>;
}

const code = (wanted: string) => (error: unknown) => (error as MailroomError).code === wanted;

/** What every record store must do; `open` gives an empty one. */
export function recordStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`record store contract: ${name}`, () => {
    let store: OpenedStore;
    let records: RecordStore;
    let userId: string;
    let unitId: string;
    before(async () => {
      store = await open();
      await store.database.records.create('organization', { name: 'Contoso' });
      unitId = await store.database.records.create('businessunit', { name: 'Root' });
      userId = await store.database.records.create('systemuser', {
        fullname: 'Ada',
        businessunitid: { table: 'businessunit', id: unitId },
      });
      records = store.database.records.as(userId);
    });
    after(() => store.close());

    it('gives back what was created, of every type', async () => {
      const id = await records.create('contact', {
        lastname: 'Ångström "q" \\ \n 日本',
        birthdate: new Date('1814-08-13T00:00:00Z'),
        donotemail: true,
        creditlimit: 12.5,
        numberofchildren: 2,
        lastusedincampaign: new Date('2026-03-04T05:06:07.089Z'),
        entityimage: Buffer.from([0, 255, 39, 92]),
        entityimage_timestamp: 9007199254740993n,
      });
      const row = await records.retrieve('contact', id);
      assert.equal(row?.lastname, 'Ångström "q" \\ \n 日本');
      assert.equal(row.birthdate?.toISOString(), '1814-08-13T00:00:00.000Z');
      assert.equal(row.donotemail, true);
      assert.equal(row.creditlimit, 12.5);
      assert.equal(row.numberofchildren, 2);
      assert.equal(row.lastusedincampaign?.toISOString(), '2026-03-04T05:06:07.089Z');
      assert.deepEqual(row.entityimage, Buffer.from([0, 255, 39, 92]));
      assert.equal(row.entityimage_timestamp, 9007199254740993n);
      assert.equal(row.firstname, null);
    });

    it('fills in defaults, stamps, owner, business unit and the pair of state and status', async () => {
      const id = await records.create('email', { subject: 's' });
      const row = await records.retrieve('email', id);
      const user = { table: 'systemuser', id: userId };
      assert.deepEqual(row?.ownerid, user);
      assert.deepEqual(row.owninguser, user);
      assert.equal(row.owningteam, null);
      assert.deepEqual(row.owningbusinessunit, { table: 'businessunit', id: unitId });
      assert.deepEqual(row.createdby, user);
      assert.deepEqual(row.modifiedby, user);
      assert.ok(row.createdon instanceof Date);
      assert.deepEqual([row.statecode, row.statuscode], [0, 1]);
      assert.equal(row.prioritycode, 1);
      assert.equal(row.owneridtype, 'systemuser');
      assert.equal(row.activitytypecode, 'email');
      const sent = await records.create('email', { statuscode: 3 });
      assert.equal((await records.retrieve('email', sent, ['statecode']))?.statecode, 1);
      await assert.rejects(records.create('email', { statuscode: 3, statecode: 0 }), code('80048408'));
    });

    it('a state without a status takes the first status of that state', async () => {
      const id = await records.create('email', {});
      await records.update('email', id, { statecode: 2 });
      assert.equal((await records.retrieve('email', id, ['statuscode']))?.statuscode, 5);
      await records.update('email', id, { statuscode: 8 });
      assert.equal((await records.retrieve('email', id, ['statecode']))?.statecode, 0);
    });

    it('takes a given id and refuses it a second time (80040237)', async () => {
      const contactid = randomUUID();
      assert.equal(await records.create('contact', { contactid: contactid.toUpperCase() }), contactid);
      await assert.rejects(records.create('contact', { contactid }), code('80040237'));
    });

    it('an update changes what it names, the version and the stamp only', async () => {
      const id = await records.create('contact', { firstname: 'A', lastname: 'B' });
      const before = await records.retrieve('contact', id);
      const version = await records.update('contact', id, { lastname: 'C' });
      const row = await records.retrieve('contact', id);
      assert.deepEqual([row?.firstname, row?.lastname, row?.versionnumber], ['A', 'C', version]);
      assert.ok(version > (before?.versionnumber ?? 0n));
      await records.update('contact', id, { lastname: null });
      assert.equal((await records.retrieve('contact', id, ['lastname']))?.lastname, null);
    });

    it('refuses an update or deletion of another version (80060882) or of no row (80040217)', async () => {
      const id = await records.create('contact', {});
      const seen = (await records.retrieve('contact', id, ['versionnumber']))?.versionnumber ?? 0n;
      await records.update('contact', id, { firstname: 'x' }, { ifMatch: seen });
      await assert.rejects(records.update('contact', id, { firstname: 'y' }, { ifMatch: seen }), code('80060882'));
      await assert.rejects(records.delete('contact', id, { ifMatch: seen }), code('80060882'));
      await assert.rejects(records.update('contact', randomUUID(), {}), code('80040217'));
      await assert.rejects(records.delete('contact', randomUUID()), code('80040217'));
      await assert.rejects(records.delete('contact', 'no-guid'), code('80040217'));
      await records.delete('contact', id);
      assert.equal(await records.retrieve('contact', id), undefined);
    });

    it('party lists become rows in order and are replaced as a whole', async () => {
      const contact = { table: 'contact', id: await records.create('contact', {}) };
      const to = [
        { addressused: 'c@x.example' },
        { partyid: contact, addressused: 'a@x.example' },
        { addressused: 'b@x.example', unresolvedpartyname: 'B' },
      ];
      const id = await records.create('email', { to, from: [{ partyid: { table: 'systemuser', id: userId } }] });
      const row = await records.retrieve('email', id, ['to', 'from', 'cc', 'related']);
      assert.deepEqual(
        row?.to?.map((party) => party.addressused),
        ['c@x.example', 'a@x.example', 'b@x.example'],
      );
      assert.deepEqual(row?.to?.[1]?.partyid, contact);
      assert.deepEqual([row?.cc, row?.related], [[], []]);
      await records.update('email', id, { to: [{ addressused: 'd@x.example' }], cc: [] });
      const changed = await records.retrieve('email', id, ['to', 'from']);
      assert.deepEqual([changed?.to?.length, changed?.from?.length], [1, 1]);
      const pointer = await records.retrieve('activitypointer', id, ['activitytypecode', 'allparties']);
      assert.equal(pointer?.activitytypecode, 'email');
      assert.equal(pointer.allparties?.length, 2);
    });

    it('deleting an activity takes its parties, attachments and queue items along', async () => {
      const id = await records.create('email', { to: [{ addressused: 'a@x.example' }] });
      const email = { table: 'email', id };
      await records.create('activitymimeattachment', { objectid: email, filename: 'a.txt' });
      const queue = { table: 'queue', id: await records.create('queue', { name: 'q' }) };
      await records.create('queueitem', { objectid: email, queueid: queue });
      await records.delete('email', id);
      const mine: Filter = { column: 'objectid', operator: 'eq', value: id };
      assert.equal(await records.count('activityparty', { column: 'activityid', operator: 'eq', value: id }), 0);
      assert.equal(await records.count('activitymimeattachment', mine), 0);
      assert.equal(await records.count('queueitem', mine), 0);
    });

    it('deleting a party leaves its address on the activity', async () => {
      const contact = { table: 'contact', id: await records.create('contact', {}) };
      const id = await records.create('email', { to: [{ partyid: contact, addressused: 'gone@x.example' }] });
      await records.delete('contact', contact.id);
      const parties = await records.retrieveMultiple({
        table: 'activityparty',
        filter: { column: 'activityid', operator: 'eq', value: id },
      });
      const party = parties.rows[0];
      assert.deepEqual([party?.partyid, party?.addressused, party?.ispartydeleted], [null, 'gone@x.example', true]);
    });

    it('createMany tells which rows were made, skipping keys that exist', async () => {
      const first = await records.createMany('email', [
        { mr_identity: 'one', subject: 'a' },
        { mr_identity: 'two', description: 'x'.repeat(100_000) },
      ]);
      assert.deepEqual(first, [true, true]);
      const rows = [{ mr_identity: 'two' }, { mr_identity: 'three' }, { mr_identity: 'three' }];
      assert.deepEqual(await records.createMany('email', rows, { onConflict: 'skip' }), [false, true, false]);
      await assert.rejects(records.createMany('email', [{ mr_identity: 'one' }]), code('80040237'));
      assert.deepEqual(await records.createMany('email', []), []);
      await assert.rejects(records.createMany('email', [{ to: [] }], { onConflict: 'skip' }), code('80040203'));
    });

    it('createMany writes the party lists of its rows', async () => {
      const to = (address: string) => [{ partyid: null, addressused: address }];
      await records.createMany('email', [
        { mr_identity: 'lists one', to: to('a@x.example'), cc: to('b@x.example') },
        { mr_identity: 'lists two', to: to('c@x.example') },
        { mr_identity: 'lists three' },
      ]);
      const page = await records.retrieveMultiple({
        table: 'email',
        columns: ['mr_identity', 'to', 'cc'],
        filter: { column: 'mr_identity', operator: 'startsWith', value: 'lists ' },
        orderBy: [{ column: 'activityid' }],
      });
      assert.deepEqual(
        page.rows.map((row) => [
          row.mr_identity,
          row.to?.map((party) => party.addressused),
          row.cc?.map((party) => party.addressused),
        ]),
        [
          ['lists one', ['a@x.example'], ['b@x.example']],
          ['lists two', ['c@x.example'], []],
          ['lists three', [], []],
        ],
      );
    });

    it('updateWhere changes every match and counts them', async () => {
      await records.createMany('task', [{ subject: 'w1' }, { subject: 'W1' }, { subject: 'w2' }]);
      const found: Filter = { column: 'subject', operator: 'eq', value: 'w1' };
      assert.equal(await records.updateWhere('task', found, { category: 'hit' }), 2);
      assert.equal(await records.count('task', { column: 'category', operator: 'eq', value: 'HIT' }), 2);
    });

    it('answers every operator', async () => {
      await records.createMany('lead', [
        { subject: 'Alpha', numberofemployees: 1, revenue: 1.5, estimatedclosedate: new Date('2026-01-01') },
        { subject: 'beta_50%', numberofemployees: 2, confirminterest: true },
        { subject: 'Ärger', numberofemployees: null },
      ]);
      const ask = async (filter: Filter) =>
        (await records.retrieveMultiple({ table: 'lead', filter, orderBy: [{ column: 'subject' }] })).rows
          .map((row) => row.subject?.[0])
          .join('');
      const number = 'numberofemployees';
      assert.equal(await ask({ column: 'subject', operator: 'eq', value: 'ALPHA' }), 'A');
      assert.equal(await ask({ column: 'subject', operator: 'eq', value: 'ärger' }), 'Ä');
      assert.equal(await ask({ column: 'subject', operator: 'in', value: ['ÄRGER', 'alpha'] }), 'AÄ');
      assert.equal(await ask({ column: 'subject', operator: 'contains', value: '50%' }), 'b');
      assert.equal(await ask({ column: 'subject', operator: 'contains', value: 'a%a' }), '');
      assert.equal(await ask({ column: 'subject', operator: 'startsWith', value: 'BETA_' }), 'b');
      assert.equal(await ask({ column: 'subject', operator: 'endsWith', value: 'GER' }), 'Ä');
      assert.equal(await ask({ column: number, operator: 'ne', value: 1 }), 'b');
      assert.equal(await ask({ column: number, operator: 'null' }), 'Ä');
      assert.equal(await ask({ column: number, operator: 'eq', value: null }), 'Ä');
      assert.equal(await ask({ column: number, operator: 'in', value: [1, null] }), 'AÄ');
      assert.equal(await ask({ column: number, operator: 'notIn', value: [1] }), 'b');
      assert.equal(await ask({ column: number, operator: 'ge', value: 2 }), 'b');
      assert.equal(await ask({ column: number, operator: 'in', value: [] }), '');
      assert.equal(await ask({ not: { column: 'subject', operator: 'startsWith', value: 'a' } }), 'bÄ');
      assert.equal(await ask({ column: 'estimatedclosedate', operator: 'lt', value: new Date('2026-01-02') }), 'A');
      assert.equal(await ask({ column: 'confirminterest', operator: 'eq', value: true }), 'b');
      assert.equal(await ask({ column: 'ownerid', operator: 'ne', value: userId }), '');
      assert.equal(await ask({ column: 'owneridtype', operator: 'eq', value: 'systemuser' }), 'AbÄ');
      assert.equal(await ask({ and: [] }), 'AbÄ');
      assert.equal(await ask({ or: [] }), '');
      await assert.rejects(ask({ column: 'ownerid', operator: 'eq', value: 'x' }), code('80040203'));
      await assert.rejects(ask({ column: 'nosuch', operator: 'eq', value: 'x' }), code('80041103'));
      await assert.rejects(ask({ column: number, operator: 'contains', value: 'x' }), code('80040203'));
      await assert.rejects(ask({ column: number, operator: 'eq', value: 1e12 }), code('80040203'));
    });

    it('pages visit every row once in order, nulls first or last', async () => {
      const names = [null, null, 'b', 'A', 'c', 'B', null, 'a'];
      await records.createMany(
        'account',
        names.map((name, index) => ({ name, accountnumber: String(index % 3) })),
      );
      for (const descending of [false, true]) {
        const orderBy = [{ column: 'accountnumber' }, { column: 'name', descending }];
        const whole = await records.retrieveMultiple({ table: 'account', orderBy });
        assert.equal(whole.rows.length, names.length);
        const seen: unknown[] = [];
        let after: string | undefined;
        do {
          const page = await records.retrieveMultiple({
            table: 'account',
            orderBy,
            limit: 3,
            ...(after === undefined ? {} : { after }),
          });
          seen.push(...page.rows.map((row) => row.accountid));
          after = page.next;
        } while (after !== undefined);
        assert.deepEqual(
          seen,
          whole.rows.map((row) => row.accountid),
        );
      }
      const byName = await records.retrieveMultiple({
        table: 'account',
        orderBy: [{ column: 'name', descending: true }],
      });
      assert.deepEqual(
        byName.rows.map((row) => row.name?.toLowerCase() ?? null),
        ['c', 'b', 'b', 'a', 'a', null, null, null],
      );
      const counted = await records.retrieveMultiple({ table: 'account', limit: 1, withCount: true });
      assert.deepEqual([counted.rows.length, counted.count], [1, 8]);
      await assert.rejects(records.retrieveMultiple({ table: 'account', after: 'rubbish' }), code('80040203'));
    });

    it('secrets and internal columns come only when asked for', async () => {
      const id = await records.create('emailserverprofile', { name: 'p', incomingpassword: 'geheim' });
      const row = await records.retrieve('emailserverprofile', id);
      assert.equal(row !== undefined && 'incomingpassword' in row, false);
      const asked = await records.retrieve('emailserverprofile', id, ['incomingpassword']);
      assert.notEqual(asked?.incomingpassword, 'geheim');
      assert.ok(asked?.incomingpassword?.startsWith('v1:'));
      const email = await records.create('email', { mr_rawblob: 'k' });
      const whole = await records.retrieve('email', email);
      assert.equal(whole !== undefined && 'mr_rawblob' in whole, false);
      assert.equal((await records.retrieve('email', email, ['mr_rawblob']))?.mr_rawblob, 'k');
    });

    it('refuses values that a column cannot take, naming the column', async () => {
      const refused = async (values: object, wanted: string, words: RegExp) =>
        assert.rejects(records.create('email', values as never), (error: MailroomError) => {
          assert.equal(error.code, wanted);
          assert.equal(error.kind, 'item');
          assert.match(error.message, words);
          return true;
        });
      await refused({ subject: 'x'.repeat(801) }, '80044331', /email\.subject .*800.*801/);
      await refused({ subject: 5 }, '80040203', /email\.subject takes a text/);
      await refused({ opencount: -1 }, '80044330', /email\.opencount/);
      await refused({ prioritycode: 9 }, '80048403', /email\.prioritycode .*0, 1, 2/);
      await refused({ ownerid: { table: 'contact', id: userId } }, '80040203', /systemuser, team/);
      await refused({ slaid: { table: 'sla', id: userId } }, '80040203', /email\.slaid/);
      await refused({ nosuch: 1 }, '80041103', /email\.nosuch/);
      await refused({ senton: new Date(Number.NaN) }, '80040203', /invalid date/);
    });

    it('texts that PostgreSQL cannot hold are stored with replacement characters', async () => {
      const id = await records.create('email', { subject: 'a\0b\ud800c😀' });
      assert.equal((await records.retrieve('email', id, ['subject']))?.subject, 'a\ufffdb\ufffdc😀');
      await records.update('email', id, { subject: '\0' });
      assert.equal((await records.retrieve('email', id, ['subject']))?.subject, '\ufffd');
    });

    it('a failed transaction leaves nothing, a good one everything', async () => {
      const id = randomUUID();
      const failing = store.database.transaction(async (scope) => {
        await scope.records.create('contact', { contactid: id });
        throw new Error('no');
      });
      await assert.rejects(failing, /no/);
      assert.equal(await records.retrieve('contact', id), undefined);
      await store.database.transaction(async (scope) => {
        await scope.records.create('contact', { contactid: id });
        await scope.records.update('contact', id, { lastname: 'in' });
      });
      assert.equal((await records.retrieve('contact', id))?.lastname, 'in');
    });
  });
}

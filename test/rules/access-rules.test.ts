import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Filter } from '../../src/store/record-store.ts';
import type { RecordOf, TableName } from '../../src/tables/catalog.ts';
import { refused, useHouse } from './support.ts';

describe('access and the organisation', () => {
  const house = useHouse();

  const forAdministrators: readonly TableName[] = [
    'businessunit',
    'emailhash',
    'emailsearch',
    'emailserverprofile',
    'mr_maildecision',
    'mr_quarantine',
    'organization',
    'queue',
    'savedquery',
    'syncattributemapping',
    'syncattributemappingprofile',
    'systemuser',
    'team',
    'tracelog',
  ];
  for (const table of forAdministrators) {
    it(`SE-04: users do not write ${table} (80040220)`, async () => {
      const { id } = await house.user(`On${table.replace('_', '')}`);
      const values: RecordOf<TableName> = {};
      await refused('80040220', house.as(id).create(table, values));
      await refused('80040220', house.as(id).delete(table, id));
    });
  }

  for (const table of ['emailhash', 'emailsearch', 'mr_quarantine', 'principalobjectaccess'] as const) {
    it(`SE-05: users do not read ${table} (80040220)`, async () => {
      const { id } = await house.user(`Off${table.replace('_', '')}`);
      const own = house.as(id);
      await refused('80040220', own.retrieveMultiple({ table }));
      await refused('80040220', own.count(table));
      await refused('80040220', own.retrieve(table, id));
      await refused('80040220', own.changesSince(table, null, 10));
    });
  }

  it('SE-07: a condition over a relationship meets only rows that the user may see', async () => {
    const [one, two] = [await house.user('Asker'), await house.user('Asked')];
    const email = await house.as(two.id).create('email', {
      subject: 'Secret',
      to: [{ addressused: 'x@far.example', participationtypemask: 2 }],
    });
    const about: Filter = { column: 'activityid', operator: 'eq', value: email };
    const emails = { table: 'email', from: 'ownerid', to: 'systemuserid', filter: about } as const;
    const parties: Filter = {
      exists: { table: 'activityparty', from: 'activityid', to: 'activityid', filter: about },
    };
    assert.equal(await house.as(one.id).count('systemuser', { exists: emails }), 0);
    assert.equal(await house.as(two.id).count('systemuser', { exists: emails }), 1);
    assert.equal(await house.as(one.id).count('activityparty', parties), 0);
    assert.ok((await house.as(two.id).count('activityparty', parties)) > 0);
    const users = { table: 'systemuser', filter: { not: { exists: emails } } } as const;
    assert.equal(
      (await house.as(one.id).retrieveMultiple(users)).rows.some((row) => row.systemuserid === two.id),
      true,
    );
    const held: Filter = { exists: { table: 'mr_quarantine', from: 'mr_mailboxid', to: 'mailboxid' } };
    await refused('80040220', house.as(one.id).count('mailbox', held));
  });

  it('SE-07: parties are met with the activity that opens them, and with no other', async () => {
    const [one, two] = [await house.user('Meeter'), await house.user('Met')];
    const to = [{ partyid: { table: 'systemuser', id: two.id }, participationtypemask: 2 }];
    const ids = [await house.as(one.id).create('email', { subject: 'Open', to })];
    ids.push(await house.as(two.id).create('email', { subject: 'Hidden', to }));
    const about: Filter = { column: 'activityid', operator: 'in', value: ids };
    const party = { table: 'activityparty', from: 'activityid', to: 'activityid' } as const;
    const withParty = (to: 'email' | 'activitypointer') =>
      house.as(one.id).count(to, { and: [about, { exists: party }] });
    assert.deepEqual([await withParty('email'), await withParty('activitypointer')], [1, 1]);
    const hidden: Filter = { column: 'activityid', operator: 'eq', value: ids[1] ?? '' };
    const users: Filter = {
      exists: { table: 'activityparty', from: 'partyid', to: 'systemuserid', filter: hidden },
    };
    assert.equal(await house.as(one.id).count('systemuser', users), 0);
    assert.equal(await house.as(two.id).count('systemuser', users), 1);
    const fetched = await house.as(one.id).fetch({
      aggregate: false,
      distinct: false,
      withCount: false,
      timeZone: 'UTC',
      entity: {
        table: 'email',
        alias: 'e',
        attributes: [{ column: 'subject' }],
        orders: [],
        filter: about,
        links: [
          {
            ...party,
            alias: 'p',
            kind: 'inner',
            attributes: [{ column: 'participationtypemask' }],
            orders: [],
            filter: { column: 'participationtypemask', operator: 'eq', value: 2 },
            links: [],
          },
        ],
      },
    });
    assert.deepEqual(
      fetched.rows.map((row) => row.subject),
      ['Open'],
    );
  });

  it('SE-07: a fetch joins only rows that the user may see', async () => {
    const [one, two] = [await house.user('Fetcher'), await house.user('Fetched')];
    await house.as(two.id).create('email', { subject: 'Not yours' });
    const about: Filter = { column: 'systemuserid', operator: 'eq', value: two.id };
    const link = { table: 'email', from: 'ownerid', to: 'systemuserid', alias: 'e', kind: 'inner' } as const;
    const fetch = {
      aggregate: false,
      distinct: false,
      withCount: true,
      timeZone: 'UTC',
      entity: {
        table: 'systemuser',
        alias: 'u',
        attributes: [],
        orders: [],
        filter: about,
        links: [{ ...link, attributes: [{ column: 'subject' }], orders: [], links: [] }],
      },
    } as const;
    assert.equal((await house.as(one.id).fetch(fetch)).rows.length, 0);
    assert.equal((await house.as(one.id).fetch(fetch)).count, 0);
    assert.equal((await house.as(two.id).fetch(fetch)).rows[0]?.['e.subject'], 'Not yours');
    const closed = {
      ...fetch,
      entity: { ...fetch.entity, table: 'mr_quarantine', filter: { and: [] }, links: [] },
    } as const;
    await refused('80040220', house.as(one.id).fetch(closed));
  });

  it('SE-07: a user sees the own rows of emails, mailboxes and options only', async () => {
    const [one, two] = [await house.user('One'), await house.user('Two')];
    const own = house.as(one.id);
    await own.create('email', { subject: 'Mine' });
    await house.as(two.id).create('email', { subject: 'Theirs' });
    const subjects = (await own.retrieveMultiple({ table: 'email', columns: ['subject'] })).rows.map(
      (row) => row.subject,
    );
    assert.deepEqual(subjects, ['Mine']);
    assert.equal(await own.count('email'), 1);
    assert.equal(await own.count('mailbox'), 1);
    assert.equal(await own.count('usersettings'), 1);
    const pointers = await own.retrieveMultiple({ table: 'activitypointer', columns: ['subject'] });
    assert.deepEqual(
      pointers.rows.map((row) => row.subject),
      ['Mine'],
    );
    await house.as(two.id).create('task', { subject: 'Also theirs' });
    assert.equal(await own.count('activitypointer'), 1);
    await refused('80040220', own.changesSince('email', null, 10));
    assert.equal(await own.updateWhere('email', { column: 'subject', operator: 'notNull' }, { category: 'seen' }), 1);
  });

  it('SE-07: alerts and decisions are seen by whoever sees the mailbox they are about', async () => {
    const [one, two] = [await house.user('Alerted'), await house.user('Elsewhere')];
    const { records } = house.database;
    await records.create('tracelog', {
      text: 'The server refused the password.',
      regardingobjectid: { table: 'mailbox', id: one.mailboxid },
    });
    await records.create('mr_maildecision', { mr_mailboxid: { table: 'mailbox', id: one.mailboxid } });
    for (const table of ['tracelog', 'mr_maildecision'] as const) {
      assert.equal(await house.as(one.id).count(table), 1);
      assert.equal(await house.as(two.id).count(table), 0);
    }
  });

  it('a change set stands or falls as one', async () => {
    const before = await house.admin.count('contact');
    house.touched();
    const failing = house.admin.together(async (store) => {
      await store.create('contact', { lastname: 'Half' });
      await store.create('mailbox', { name: 'No address' });
    });
    await refused('8005E211', failing);
    assert.equal(await house.admin.count('contact'), before);
    assert.equal(house.touched().length, 0);
  });

  it('ApplicationRequired columns are required of callers (80040203)', async () => {
    await refused(
      '80040203',
      house.admin.create('emailserverprofile', { servertype: 0, useautodiscover: true }),
      /name/,
    );
    await refused('80040203', house.admin.create('queue', { emailaddress: 'nameless@harbour.example' }), /queue\.name/);
  });

  it('a change in between is refused (80060882)', async () => {
    const id = await house.admin.create('contact', { lastname: 'Versioned' });
    const { versionnumber } = await house.row('contact', id);
    await house.admin.update('contact', id, { lastname: 'Newer' });
    const stale = house.admin.update('contact', id, { lastname: 'Stale' }, { ifMatch: versionnumber ?? 0n });
    await assert.rejects(stale, { code: '80060882' });
  });

  it('CO-17: former token prefixes stay known; the prefix is plain', async () => {
    await house.settings({ trackingprefix: 'MR-' });
    await house.settings({ trackingprefix: 'MAIL:' });
    await house.settings({ trackingprefix: 'MR-' });
    const row = await house.row('organization', house.organization.organizationid);
    assert.deepEqual(row.mr_trackingprefixhistory?.split('\n'), ['CRM:', 'MAIL:']);
    for (const mr_trackedkeyword of ['has space', '\\Seen', 'a(b', 'x'.repeat(64)])
      await refused('80040203', house.settings({ mr_trackedkeyword }), /no keyword that IMAP servers take/);
    await house.settings({ mr_trackedkeyword: '$label5' });
    for (const trackingprefix of ['has space', 'über', 'x'.repeat(21)])
      await refused('80040203', house.settings({ trackingprefix }), /ASCII/);
  });

  it('the organisation is one, and stays', async () => {
    await refused('80040203', house.admin.create('organization', { name: 'Second' }));
    await refused('mr_NotDeletable', house.admin.delete('organization', house.organization.organizationid));
  });

  it('PAIN-02: a held message is released or discarded, nothing else', async () => {
    const { mailboxid } = await house.user('Holder');
    const held = await house.database.records.create('mr_quarantine', {
      mr_mailboxid: { table: 'mailbox', id: mailboxid },
      mr_serverid: '1',
      mr_status: 100000001,
    });
    house.touched();
    await refused('80040203', house.admin.update('mr_quarantine', held, { mr_cause: 'none' }), /released/);
    await house.admin.update('mr_quarantine', held, { mr_status: 100000002 });
    assert.deepEqual(house.touched(), [mailboxid]);
    await house.database.records.update('mr_quarantine', held, { mr_status: 100000003 });
    await refused('80040203', house.admin.update('mr_quarantine', held, { mr_status: 100000004 }), /released already/);
    await refused('80040203', house.admin.create('mr_quarantine', {}), /incoming pipeline/);
  });

  it('FM-C16: the full name of a contact follows its parts, in the order of the organisation', async () => {
    const id = await house.admin.create('contact', { firstname: 'Mei', lastname: 'Tanaka' });
    await house.admin.update('contact', id, { middlename: 'Li' });
    assert.equal((await house.row('contact', id)).fullname, 'Mei Li Tanaka');
    await house.settings({ fullnameconventioncode: 0 });
    await house.admin.update('contact', id, { jobtitle: 'Buyer' });
    assert.equal((await house.row('contact', id)).fullname, 'Mei Li Tanaka', 'names that are there stay');
    await house.admin.update('contact', id, { firstname: 'May' });
    assert.equal((await house.row('contact', id)).fullname, 'Tanaka, May');
    await house.settings({ fullnameconventioncode: 5 });
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRuledStore } from '../../src/rules/ruled-store.ts';
import { defaultRoleId } from '../../src/rules/seed-roles.ts';
import { grantAccess, modifyAccess, revokeAccess } from '../../src/rules/share-row.ts';
import { createAccessAudit } from '../../src/store/access-audit.ts';
import { sweepAudit } from '../../src/store/sweep-audit.ts';
import { updateMany } from '../../src/store/update-many.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { goodExchangeProfile, refused, useHouse } from './support.ts';

const house = useHouse();

interface Told {
  readonly action: number | null | undefined;
  readonly by: string | undefined;
  readonly columns: Readonly<Record<string, readonly [before: unknown, after: unknown] | 'withheld'>>;
}

/** What the audit holds of a record, the oldest first. */
async function auditOf(id: string): Promise<readonly (Told & { readonly row: RecordOf<'audit'> })[]> {
  const { rows } = await house.database.records.retrieveMultiple({
    table: 'audit',
    filter: { column: 'objectid', operator: 'eq', value: id },
    orderBy: [{ column: 'versionnumber' }],
  });
  return rows.map((row) => {
    const { changedAttributes } = JSON.parse(row.changedata ?? '') as {
      changedAttributes: { logicalName: string; oldValue?: unknown; newValue?: unknown }[];
    };
    const columns = Object.fromEntries(
      changedAttributes.map((one) => [
        one.logicalName,
        'newValue' in one ? ([one.oldValue, one.newValue] as const) : ('withheld' as const),
      ]),
    );
    return { action: row.action, by: row.userid?.id, columns, row };
  });
}

const actionsOf = async (id: string) => (await auditOf(id)).map(({ action }) => action);

test('a profile made, changed and deleted is told with who did it and the values before and after', async () => {
  const id = await house.profile({ name: 'Before' });
  await house.admin.update('emailserverprofile', id, { name: 'After', incomingportnumber: 995 });
  await house.admin.delete('emailserverprofile', id);
  const [made, changed, gone] = await auditOf(id);
  assert.deepEqual([made?.action, changed?.action, gone?.action], [1, 2, 3]);
  assert.deepEqual(made?.columns.name, [null, 'Before']);
  assert.deepEqual(changed?.columns, { name: ['Before', 'After'], incomingportnumber: [null, 995] });
  assert.deepEqual(gone?.columns.name, ['After', null]);
  for (const one of [made, changed, gone]) {
    assert.equal(one?.by, house.organization.administratorId);
    assert.equal(one?.row.objectid?.table, 'emailserverprofile');
    assert.equal(one?.row.objecttypecode, 'emailserverprofile');
    assert.match(one?.row.attributemask ?? '', /^\d+(,\d+)*$/);
  }
  assert.deepEqual([made?.row.operation, changed?.row.operation, gone?.row.operation], [1, 2, 3]);
});

test('SE-05: a secret is told to have changed, its value is not there in any form', async () => {
  const id = await house.admin.create('emailserverprofile', {
    ...goodExchangeProfile,
    incomingpassword: 'secret-of-box',
  });
  await house.admin.update('emailserverprofile', id, { incomingpassword: 'secret-of-other' });
  const [made, changed] = await auditOf(id);
  assert.equal(made?.columns.incomingpassword, 'withheld');
  assert.deepEqual(changed?.columns, { incomingpassword: 'withheld', outgoingpassword: 'withheld' });
  const [sealed] = await house.database.sql<{ text: string }>(
    'select incomingpassword as text from emailserverprofile where emailserverprofileid = $1::uuid',
    [id],
  );
  assert.ok(sealed?.text);
  const all = await house.database.sql<{ text: string }>('select changedata as text from audit');
  for (const { text } of all) {
    assert.doesNotMatch(text, /secret-of/);
    assert.ok(!text.includes(sealed.text), 'nor the sealed form');
  }
});

test('what is refused leaves no audit, for it is written in the same transaction', async () => {
  const id = await house.profile();
  const before = (await auditOf(id)).length;
  await assert.rejects(house.admin.update('emailserverprofile', id, { name: 'Half', servertype: 99 }));
  await assert.rejects(
    house.admin.together(async (store) => {
      await store.update('emailserverprofile', id, { name: 'Undone' });
      throw new Error('the change set fails');
    }),
  );
  assert.equal((await auditOf(id)).length, before);
  assert.equal((await house.row('emailserverprofile', id)).name, 'POP3 and SMTP');
});

test('SE-11, AR-10: what the engine writes of its work is no audit; what it decides is told as SYSTEM', async () => {
  const { mailboxid } = await house.user('Enid');
  const before = (await auditOf(mailboxid)).length;
  const { records } = house.database;
  const engine = records.as(house.organization.systemUserId);
  await engine.update('mailbox', mailboxid, {
    lastsyncstartedon: new Date(),
    itemsprocessedforlastsync: 7,
    noemailcount: 2,
  });
  assert.equal((await auditOf(mailboxid)).length, before);
  await engine.update('mailbox', mailboxid, { enabledforincomingemail: true, incomingemailstatus: 1 });
  const last = (await auditOf(mailboxid)).at(-1);
  assert.equal(last?.by, house.organization.systemUserId);
  assert.deepEqual(last?.columns, { enabledforincomingemail: [false, true] });
  await records.update('mailbox', mailboxid, { name: 'Renamed without a user' });
  assert.equal((await auditOf(mailboxid)).at(-1)?.columns.name?.[1], 'Renamed without a user');
});

test('impersonation: the audit names the user and who acted in their name', async () => {
  const { id: acting } = await house.user('Acton');
  const store = createRuledStore({
    database: house.database,
    clock: house.clock,
    caller: { systemuserid: house.organization.administratorId, isAdministrator: true, actingUserId: acting },
    onMailboxesTouched: () => undefined,
  });
  const id = await store.create('queue', { name: 'By another' });
  const [made] = await auditOf(id);
  assert.equal(made?.by, house.organization.administratorId);
  assert.equal(made?.row.callinguserid?.id, acting);
  const mine = await house.admin.create('queue', { name: 'By myself' });
  assert.equal((await auditOf(mine))[0]?.row.callinguserid, null);
});

test('states, owners, roles, teams and shares have actions of their own', async () => {
  const { id: user } = await house.user('Stella');
  const { id: friend } = await house.user('Fred');
  await house.admin.update('systemuser', user, { isdisabled: true });
  await house.admin.update('systemuser', user, { isdisabled: false });
  const userroles = await house.admin.create('systemuserroles', {
    systemuserid: user,
    roleid: defaultRoleId('Auditor'),
  });
  await house.admin.delete('systemuserroles', userroles);
  const told = (await auditOf(user)).map((one) => one.action);
  assert.deepEqual(told.slice(-4), [5, 4, 55, 56]);
  const withRole = (await auditOf(user)).find(
    (one) => one.action === 55 && one.columns.roleid?.[1] === defaultRoleId('Auditor'),
  );
  assert.ok(withRole, 'the role is named');
  const queue = await house.admin.create('queue', { name: 'Handed over', ownerid: { table: 'systemuser', id: user } });
  await house.admin.update('queue', queue, { ownerid: { table: 'systemuser', id: friend } });
  const assigned = (await auditOf(queue)).at(-1);
  assert.equal(assigned?.action, 13);
  assert.deepEqual(assigned?.columns.ownerid, [`systemuser,${user}`, `systemuser,${friend}`]);

  const team = await house.admin.create('team', { name: 'Audited' });
  const member = await house.admin.create('teammembership', { teamid: team, systemuserid: user });
  const teamrole = await house.admin.create('teamroles', { teamid: team, roleid: defaultRoleId('Basic User') });
  await house.admin.delete('teamroles', teamrole);
  await house.admin.delete('teammembership', member);
  assert.deepEqual((await actionsOf(team)).slice(-4), [35, 53, 54, 36]);

  const contact = await house.admin.create('contact', { lastname: 'Shared' });
  const principal = { table: 'systemuser', id: friend };
  const target = { table: 'contact', id: contact };
  await house.admin.act((rules) => grantAccess(rules, target, principal, ['read']));
  await house.admin.act((rules) => modifyAccess(rules, target, principal, ['read', 'write']));
  await house.admin.act((rules) => revokeAccess(rules, target, principal));
  const shares = await auditOf(contact);
  assert.deepEqual(
    shares.map((one) => one.action),
    [14, 48, 49],
    'shares are told though contacts are not audited',
  );
  assert.equal(shares[0]?.row.objectid?.table, 'contact');
  assert.deepEqual(shares[0]?.columns.principalid, [null, friend]);
});

test('privileges of roles: added, changed, removed', async () => {
  const role = await house.admin.create('role', { name: 'Told role' });
  const [privilege] = await house.database.sql<{ privilegeid: string }>(
    "select privilegeid from privilege where name = 'prvReadAccount'",
  );
  const row = await house.admin.create('roleprivileges', {
    roleid: role,
    privilegeid: privilege?.privilegeid ?? '',
    privilegedepthmask: 1,
  });
  await house.admin.update('roleprivileges', row, { privilegedepthmask: 8 });
  await house.admin.delete('roleprivileges', row);
  assert.deepEqual(await actionsOf(role), [1, 57, 59, 58]);
});

test('a table is audited from the switch on until the switch off, and mail taken in costs nothing before', async () => {
  const triggers = () =>
    house.database.sql<{ name: string }>(
      `select tgname as name from pg_trigger where tgrelid in ('email'::regclass, 'activityparty'::regclass, 'activitymimeattachment'::regclass, 'emailhash'::regclass, 'queueitem'::regclass) and not tgisinternal`,
    );
  assert.deepEqual(await triggers(), [], 'no trigger stands in the way of the pipelines');
  const [first] = [await house.database.records.create('email', { subject: 'Before' })];
  assert.deepEqual(await actionsOf(first ?? ''), []);
  const setting = await house.admin.create('mr_auditsetting', { mr_table: 'EMAIL' });
  const made = await house.database.records.createMany('email', [{ subject: 'One' }, { subject: 'Two' }]);
  assert.deepEqual(made, [true, true]);
  const bulk = await house.database.sql<{ id: string }>(
    `select activityid as id from email where subject in ('One', 'Two')`,
  );
  for (const { id } of bulk) assert.deepEqual(await actionsOf(id), [1], 'bulk writes of the pipelines too');
  await updateMany(
    house.database,
    'email',
    bulk.map(({ id }) => ({ id, values: { subject: 'Changed' } })),
    {
      now: new Date(),
      userId: house.organization.systemUserId,
    },
  );
  const [told] = (await auditOf(bulk[0]?.id ?? '')).slice(-1);
  assert.equal(told?.columns.subject?.[1], 'Changed');
  await house.admin.create('mr_auditsetting', { mr_table: 'email', mr_column: 'subject', mr_isaudited: false });
  await house.admin.update('email', first ?? '', { subject: 'Quiet', prioritycode: 2 });
  assert.deepEqual(Object.keys((await auditOf(first ?? '')).at(-1)?.columns ?? {}), ['prioritycode']);
  await house.admin.update('mr_auditsetting', setting, { mr_isaudited: false });
  assert.deepEqual(await triggers(), []);
  const switched = await house.database.records.retrieveMultiple({
    table: 'audit',
    columns: ['action', 'changedata'],
    filter: { column: 'action', operator: 'in', value: [105, 108, 109] },
    orderBy: [{ column: 'versionnumber' }],
  });
  assert.deepEqual(
    switched.rows.map((row) => [row.action, JSON.parse(row.changedata ?? '').changedAttributes[0].logicalName]),
    [
      [105, 'email'],
      [109, 'email.subject'],
      [108, 'email'],
    ],
  );
});

test('a switch names a table and a column that can be audited', async () => {
  await refused('80040203', house.admin.create('mr_auditsetting', { mr_table: 'nothing' }), /"nothing"/);
  await refused('80040203', house.admin.create('mr_auditsetting', { mr_table: 'audit' }), /"audit"/);
  await refused(
    '80040203',
    house.admin.create('mr_auditsetting', { mr_table: 'email', mr_column: 'nothing' }),
    /"nothing"/,
  );
  await refused('80040203', house.admin.create('mr_auditsetting', { mr_table: 'email', mr_column: 'versionnumber' }));
});

test('the organisation switches all audit off and on, which is told', async () => {
  const { mailboxid } = await house.user('Olga');
  await house.settings({ isauditenabled: false });
  const before = (await auditOf(mailboxid)).length;
  await house.admin.update('mailbox', mailboxid, { name: 'Unseen' });
  assert.equal((await auditOf(mailboxid)).length, before);
  await house.settings({ isauditenabled: true });
  await house.admin.update('mailbox', mailboxid, { name: 'Seen' });
  assert.deepEqual((await auditOf(mailboxid)).at(-1)?.columns.name, ['Unseen', 'Seen']);
  const told = (await actionsOf(house.organization.organizationid)).filter(
    (action) => action === 107 || action === 110,
  );
  assert.deepEqual(told, [110, 107]);
});

test('accesses: one for each user and way within the interval', async () => {
  const { id } = await house.user('Ada');
  const [one, other] = [0, 1].map(() =>
    createAccessAudit((text, values) => house.database.sql(text, values), house.clock),
  );
  for (const process of [one, one, other]) await process?.note(id, 'services');
  await one?.note(id, 'web');
  assert.deepEqual((await actionsOf(id)).slice(-2), [65, 64]);
  const count = (await actionsOf(id)).length;
  await house.clock.advance(3 * 3_600_000);
  await one?.note(id, 'services');
  assert.equal((await actionsOf(id)).length, count, 'within four hours');
  await house.clock.advance(2 * 3_600_000);
  await one?.note(id, 'services');
  assert.equal((await actionsOf(id)).length, count + 1);
  await house.settings({ isuseraccessauditenabled: false });
  await house.clock.advance(9 * 3_600_000);
  await one?.note(id, 'services');
  assert.equal((await actionsOf(id)).length, count + 1);
  await house.settings({ isuseraccessauditenabled: true });
});

test('nobody writes the audit; a row stays when its user and its record go', async () => {
  const id = await house.profile({ name: 'To go' });
  const [made] = await auditOf(id);
  const auditid = made?.row.auditid ?? '';
  await refused('80040203', house.admin.create('audit', { action: 1 }));
  await refused('80040203', house.admin.update('audit', auditid, { action: 2 }));
  await refused('80040203', house.admin.delete('audit', auditid));
  await house.admin.delete('emailserverprofile', id);
  assert.deepEqual(await actionsOf(id), [1, 3]);
});

test('housekeeping forgets what is older than the retention; -1 keeps all', async () => {
  const id = await house.profile({ name: 'Old' });
  await house.database.sql(`update audit set createdon = now() - interval '400 days' where objectid = $1::uuid`, [id]);
  await house.settings({ auditretentionperiodv2: -1 });
  assert.equal(await sweepAudit(house.database, new Date()), 0);
  await house.settings({ auditretentionperiodv2: 399 });
  assert.equal(await sweepAudit(house.database, new Date()), 1);
  assert.deepEqual(await actionsOf(id), []);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readTurnBeginnings, readTurnMemory } from '../../src/store/turn-memory.ts';
import { FilterOption, ServerType } from '../../src/tables/choices.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { seeded, seedOrganisation } from '../support/organisation.ts';

let opened: TestDatabase;
const now = new Date(Date.UTC(2026, 0, 1));

before(async () => {
  opened = await openTestDatabase();
  await seedOrganisation(opened.database);
});
after(() => opened.close());

test('IN-10: which mail the owner wants, and the default where nothing was chosen', async () => {
  const { database } = opened;
  const wanted = async (mailboxid: string) => (await readTurnMemory(database, mailboxid, now)).ownerFilter;
  assert.equal(await wanted(seeded.annasMailbox), FilterOption.inResponse);
  assert.equal(await wanted(seeded.bensMailbox), FilterOption.all);
  assert.equal(await wanted(seeded.supportMailbox), FilterOption.all);
  await database.sql('delete from usersettings');
  await database.sql('update queue set incomingemailfilteringmethod = null');
  assert.equal(await wanted(seeded.bensMailbox), FilterOption.inResponse);
  assert.equal(await wanted(seeded.supportMailbox), FilterOption.all);
  await database.sql(
    'update mailbox set regardingobjectid = null, regardingobjectid__table = null where mailboxid = $1',
    [seeded.bensMailbox],
  );
  assert.equal(await wanted(seeded.bensMailbox), undefined);
});

test('what is remembered of each mailbox comes in one statement, and only of those whose mail is read', async () => {
  const { database } = opened;
  const { annasMailbox: anna, supportMailbox: support, salesMailbox: sales } = seeded;
  await database.sql(
    `insert into mr_cursor (mailboxid, work, name, value) values ($1, 'incoming', 'inbox', 'state'), ($1, 'tracking', 'folder:a', 'd x'),
       ($1, 'tracking', 'folders', 'long'), ($1, 'act', 'calendar', 'state'), ($2, 'tracking', 'looked', '1'), ($3, 'incoming', 'inbox', 'other')`,
    [anna, support, sales],
  );
  await database.sql(
    "insert into mr_mailmark (mailboxid, identity, serverid, state, changedon) values ($1, 'i', 's', 'due', $2)",
    [anna, now],
  );
  const before = await readTurnBeginnings(database, [anna, support, sales], [anna, support], now);
  assert.deepEqual([...before.memoryOf(anna).cursors], [['inbox', 'state']]);
  assert.deepEqual(Object.fromEntries(before.memoryOf(anna).tracking), { 'folder:a': 'd x', marks: 'due' });
  assert.deepEqual(Object.fromEntries(before.memoryOf(support).tracking), { looked: '1' });
  assert.equal(before.memoryOf(sales).cursors.size, 0);
  assert.equal(before.memoryOf(anna).sightings, 0, 'a POP3 server has no cursor');
  assert.ok(before.versionOf(seeded.profile));
  assert.ok(before.versionOf('organization'));
  await database.sql('update emailserverprofile set servertype = $1', [ServerType.imapSmtp]);
  const later = await readTurnBeginnings(database, [anna], [anna], now);
  assert.equal(later.memoryOf(anna).sightings, undefined);
  assert.notEqual(later.versionOf(seeded.profile), before.versionOf(seeded.profile));
  assert.equal(later.versionOf('organization'), before.versionOf('organization'));
});

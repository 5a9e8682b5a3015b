import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createMailboxWatches, type MailboxWatches } from '../../src/store/mailbox-watches.ts';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import { readTurnMemory } from '../../src/store/turn-memory.ts';
import { ServerType } from '../../src/tables/choices.ts';
import { openTestDatabase } from '../support/database.ts';
import { seeded, seedOrganisation } from '../support/organisation.ts';

let opened: Awaited<ReturnType<typeof openTestDatabase>>;
let watches: MailboxWatches;
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

before(async () => {
  opened = await openTestDatabase();
  const { database } = opened;
  await seedOrganisation(database);
  await database.sql('update emailserverprofile set servertype = $1', [ServerType.imapSmtp]);
  await database.sql(
    'update mailbox set incomingemaildeliverymethod = 2, enabledforincomingemail = true, statecode = 0',
  );
  watches = createMailboxWatches((text, values) => database.sql(text, values), [ServerType.imapSmtp]);
});
after(() => opened.close());

test('a mailbox is watched by one process, and taken over when its claim has run out', async () => {
  const mine = await watches.claim('a', at(0), at(60), 100);
  assert.ok(mine.includes(seeded.annasMailbox));
  assert.deepEqual(await watches.claim('b', at(59), at(119), 100), []);
  assert.equal(await watches.renew('a', at(30), at(90)), mine.length);
  assert.deepEqual([...(await watches.scopes('a', at(30))).keys()].sort(), [...mine].sort());
  assert.deepEqual(await watches.claim('b', at(89), at(149), 100), []);
  assert.deepEqual([...(await watches.claim('b', at(90), at(150), 100))].sort(), [...mine].sort());
  assert.equal(await watches.renew('a', at(91), at(151)), 0, 'what was taken over is gone');
  await watches.release('b');
});

test('FT-07: a claim tells what is worth listening to: mail, items, and the folders that are read', async () => {
  const { database } = opened;
  await watches.claim('a', at(152), at(199), 100);
  assert.deepEqual((await watches.scopes('a', at(153))).get(seeded.annasMailbox), {
    mail: true,
    act: false,
    folderIds: [],
  });
  const before = await watches.fingerprint('a', at(153));
  await watches.renew('a', at(153), at(199));
  assert.equal(await watches.fingerprint('a', at(153)), before, 'nothing has changed');
  await database.sql(
    `insert into mr_cursor (mailboxid, work, name, value)
     select $1::uuid, w, n, 'd x' from unnest(array['tracking', 'tracking', 'tracking', 'incoming'], array['folder:two', 'folder:one', 'changes', 'folder:no']) as v (w, n)`,
    [seeded.annasMailbox],
  );
  const withFolders = await watches.fingerprint('a', at(153));
  assert.notEqual(withFolders, before);
  await database.sql(
    'update mailbox set enabledforact = true, actdeliverymethod = 1, enabledforincomingemail = false where mailboxid = $1::uuid',
    [seeded.annasMailbox],
  );
  await watches.renew('a', at(154), at(199));
  assert.ok((await watches.scopes('a', at(154))).has(seeded.annasMailbox), 'items alone are enough');
  assert.notEqual(await watches.fingerprint('a', at(154)), withFolders);
  assert.deepEqual((await watches.scopes('a', at(155))).get(seeded.annasMailbox), {
    mail: false,
    act: true,
    folderIds: ['one', 'two'],
  });
  await database.sql(
    'update mailbox set enabledforact = false, enabledforincomingemail = true where mailboxid = $1::uuid',
    [seeded.annasMailbox],
  );
  await watches.release('a');
});

test('limits hold, and what may not run any more is given up', async () => {
  assert.equal((await watches.claim('a', at(200), at(260), 1)).length, 1);
  await watches.release('a');
  const mine = await watches.claim('a', at(200), at(260), 100);
  await opened.database.sql('update mailbox set enabledforincomingemail = false where mailboxid = $1::uuid', [
    seeded.annasMailbox,
  ]);
  const kept = await watches.renew('a', at(210), at(270));
  assert.equal(kept, mine.length - 1);
  assert.ok(!(await watches.scopes('a', at(210))).has(seeded.annasMailbox));
  assert.deepEqual(await watches.claim('b', at(211), at(271), 100), []);
});

test('mailboxes of servers that tell nothing are not watched', async () => {
  await watches.release('a');
  await opened.database.sql('update emailserverprofile set servertype = $1', [ServerType.pop3Smtp]);
  assert.deepEqual(await watches.claim('a', at(300), at(360), 100), []);
});

test('the clock takes over when a line is not held any more: after a process died, and when it stopped', async () => {
  const { database } = opened;
  await watches.release('a');
  await database.sql('update emailserverprofile set servertype = $1', [ServerType.imapSmtp]);
  await database.sql('update mailbox set enabledforincomingemail = true');
  const mine = await watches.claim('a', at(400), at(460), 100);
  assert.ok(mine.includes(seeded.annasMailbox));
  assert.equal(await watches.note('a', seeded.annasMailbox, true), true);
  assert.equal(await watches.note('a', seeded.annasMailbox, true), false, 'no news');
  assert.equal(await watches.note('b', seeded.annasMailbox, false), true, 'not its line: better looked at than not');
  const isHeard = async (seconds: number) => (await readTurnMemory(database, seeded.annasMailbox, at(seconds))).isHeard;
  assert.deepEqual([await isHeard(459), await isHeard(460)], [true, false]);
  const leases = createMailboxLeases(database);
  const dueOn = async () => {
    const [row] = await database.sql<{ dueon: Date }>(
      "select dueon from mr_mailboxlease where mailboxid = $1::uuid and work = 'incoming'",
      [seeded.annasMailbox],
    );
    return row?.dueon;
  };
  await database.sql('delete from mr_mailboxlease');
  await leases.schedule(seeded.annasMailbox, 'incoming', at(1300));
  await watches.forsake(at(459));
  assert.deepEqual(await dueOn(), at(1300));
  await watches.forsake(at(460));
  assert.deepEqual(await dueOn(), at(460));
  assert.deepEqual(await watches.shown(at(459)), []);
  await watches.claim('a', at(470), at(530), 100);
  await database.sql('update mr_mailboxlease set dueon = $1', [at(1400)]);
  const [lease] = await leases.acquire('incoming', 1, 'w', at(1400), 60_000);
  assert.ok(lease);
  await watches.forsake(at(480), 'a');
  await leases.release(lease, { nextDueOn: at(2000) });
  assert.deepEqual(await dueOn(), at(480), 'a turn under way is followed by another');
});

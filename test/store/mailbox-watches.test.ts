import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createMailboxWatches, type MailboxWatches } from '../../src/store/mailbox-watches.ts';
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
  assert.deepEqual([...(await watches.renew('a', at(30), at(90)))].sort(), [...mine].sort());
  assert.deepEqual(await watches.claim('b', at(89), at(149), 100), []);
  assert.deepEqual([...(await watches.claim('b', at(90), at(150), 100))].sort(), [...mine].sort());
  assert.deepEqual(await watches.renew('a', at(91), at(151)), [], 'what was taken over is gone');
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
  await database.sql(
    `insert into mr_cursor (mailboxid, work, name, value)
     select $1::uuid, w, n, 'd x' from unnest(array['tracking', 'tracking', 'tracking', 'incoming'], array['folder:two', 'folder:one', 'changes', 'folder:no']) as v (w, n)`,
    [seeded.annasMailbox],
  );
  await database.sql(
    'update mailbox set enabledforact = true, actdeliverymethod = 1, enabledforincomingemail = false where mailboxid = $1::uuid',
    [seeded.annasMailbox],
  );
  assert.ok((await watches.renew('a', at(154), at(199))).includes(seeded.annasMailbox), 'items alone are enough');
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
  assert.equal(kept.length, mine.length - 1);
  assert.ok(!kept.includes(seeded.annasMailbox));
  assert.deepEqual(await watches.claim('b', at(211), at(271), 100), []);
});

test('mailboxes of servers that tell nothing are not watched', async () => {
  await watches.release('a');
  await opened.database.sql('update emailserverprofile set servertype = $1', [ServerType.pop3Smtp]);
  assert.deepEqual(await watches.claim('a', at(300), at(360), 100), []);
});

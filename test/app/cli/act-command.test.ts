import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { bootstrap } from '../../../src/app/bootstrap.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { runMailroom } from '../../support/command-line.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let opened: TestDatabase;
before(async () => {
  opened = await openTestDatabase();
  await bootstrap(opened.database, systemClock);
});
after(() => opened.close());

const settings = () => ({ MAILROOM_DATABASE_URL: opened.url, MAILROOM_SECRET_KEY: '07'.repeat(32) });
const run = (...args: string[]) => runMailroom(settings(), 'act', ...args);

test('AC-07: the first synchronisation is told from when on to carry, and shows how far it is', async () => {
  const { records } = opened.database;
  await runMailroom(settings(), 'user', 'create', 'sue', 'Sue', 'Start', '--address', 'sue@act.example');
  const page = await records.retrieveMultiple({
    table: 'mailbox',
    filter: { column: 'emailaddress', operator: 'eq', value: 'sue@act.example' },
  });
  const mailboxid = page.rows[0]?.mailboxid ?? '';
  await records.update('mailbox', mailboxid, { mr_actquestion: 'From when on?', mr_actquestionaskedon: new Date() });
  const shown = await run('start', 'sue@act.example', '2026-01-01');
  assert.match(shown, /^from +2026-01-01/m);
  assert.match(shown, /^state +asked for$/m);
  const row = await records.retrieve('mailbox', mailboxid);
  assert.deepEqual(row?.mr_actstartdate, new Date('2026-01-01T00:00:00Z'));
  assert.deepEqual([row?.mr_actquestion, row?.mr_actquestionaskedon], [null, null], 'the question is answered');
  const now = new Date();
  await records.update('mailbox', mailboxid, { mr_actfirststartedon: now, mr_actfirstdone: 40, mr_actfirsttotal: 100 });
  const all = await run('start', 'sue@act.example', 'all');
  assert.match(all, /^from +all$/m);
  assert.match(all, /^state +running$/m);
  assert.match(all, /^done +40$/m);
  assert.match(all, /^total +100$/m);
  assert.deepEqual((await records.retrieve('mailbox', mailboxid))?.mr_actstartdate, new Date('1900-01-01T00:00:00Z'));
  await records.update('mailbox', mailboxid, { mr_actfirstcompletedon: now });
  assert.match(await run('start', 'sue@act.example', 'all'), /^state +done$/m);
  await assert.rejects(run('start', 'sue@act.example', 'soon'), /soon/);
  await assert.rejects(run('start', 'nobody@act.example', 'all'), /nobody@act\.example/);
});

test('AC-18: links, failures and questions of a mailbox are shown, answered, tried again, cut', async () => {
  const { records } = opened.database;
  await runMailroom(settings(), 'user', 'create', 'ann', 'Ann', 'Anchor', '--address', 'ann@act.example');
  const page = await records.retrieveMultiple({
    table: 'mailbox',
    filter: { column: 'emailaddress', operator: 'eq', value: 'ann@act.example' },
  });
  const [mailbox] = page.rows;
  assert.ok(mailbox?.mailboxid && mailbox.ownerid);
  const objectid = randomUUID();
  const linkid = await records.create('exchangesyncidmapping', {
    ownerid: mailbox.ownerid,
    mr_mailboxid: mailbox.mailboxid,
    mr_foldername: 'tasks',
    mr_linkstate: 100000000,
    itemsubject: 'Broken task',
    objectid,
    retries: 2,
    lastsyncerror: 'Exchange refused it.',
    mr_nexttryon: new Date('2026-03-01T08:00:00Z'),
  });
  await records.update('mailbox', mailbox.mailboxid, {
    mr_actquestion: 'tasks: 9 of 9 linked records would be deleted here.',
  });
  const shown = await run('status', 'ann@act.example');
  assert.match(shown, /^Linked +1$/m);
  assert.match(shown, /9 of 9 linked records/);
  assert.match(shown, /tasks +Broken task +2 .*Exchange refused it\./);
  await assert.rejects(run('answer', 'ann@act.example', 'perhaps'), /go-ahead/);
  await run('answer', 'ann@act.example', 'keep');
  assert.equal((await records.retrieve('mailbox', mailbox.mailboxid))?.mr_actanswer, 100000001);
  await run('resync', 'ann@act.example');
  assert.equal((await records.retrieve('exchangesyncidmapping', linkid))?.retries, 0);
  await run('unlink', 'ann@act.example', objectid);
  assert.equal((await records.retrieve('exchangesyncidmapping', linkid))?.mr_linkstate, 100000004);
  assert.match(await run('filters', 'ann@act.example'), /^filters +7$/m);
});

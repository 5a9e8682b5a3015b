import assert from 'node:assert/strict';
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
const run = (...args: string[]) => runMailroom(settings(), ...args);
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const json = async (...args: string[]): Promise<any> => JSON.parse(await run(...args, '--json'));

test('a user is made with address and role, shown, disabled and enabled; the mailbox follows', async () => {
  const made = await json(
    ...['user', 'create', 'ann@harbour.example', 'Ann', 'Anchor'],
    ...['--address', 'ann@harbour.example', '--role', 'Auditor'],
  );
  assert.equal(made.name, 'Ann Anchor');
  assert.equal(made.roles, 'Auditor, Basic User');
  assert.equal(made.mailbox, 'ann@harbour.example');
  assert.equal(made.state, 'enabled');
  const table = await run('user', 'list');
  assert.match(table, /^NAME +DOMAIN NAME +ADDRESS +STATE +ROLES$/m);
  assert.match(table, /^Ann Anchor +ann@harbour\.example +ann@harbour\.example +enabled +Auditor, Basic User$/m);
  assert.equal((await json('user', 'disable', 'Ann Anchor')).state, 'disabled');
  assert.equal((await json('user', 'mailbox', made.systemuserid)).state, 'Inactive');
  const enabled = await json('user', 'list', '--enabled');
  assert.ok(!enabled.some((row: { fullname: string }) => row.fullname === 'Ann Anchor'));
  assert.equal((await json('user', 'enable', 'ann@harbour.example')).state, 'enabled');
  const box = await run('user', 'mailbox', 'Ann Anchor');
  assert.match(box, /^state +Active$/m);
  assert.match(box, /^address +ann@harbour\.example$/m);
});

test('roles are given and taken; the last administrator stays one', async () => {
  await run('user', 'create', 'bo', 'Bo', 'Barge');
  const given = await json('user', 'role', 'add', 'Bo Barge', 'Mailbox Administrator');
  assert.equal(given.roles, 'Basic User, Mailbox Administrator');
  assert.equal(
    (await json('user', 'role', 'add', 'Bo Barge', 'Mailbox Administrator')).roles,
    given.roles,
    'twice is once',
  );
  assert.equal((await json('user', 'role', 'remove', 'Bo Barge', 'Mailbox Administrator')).roles, 'Basic User');
  await assert.rejects(run('user', 'role', 'remove', 'Bo Barge', 'Auditor'), /has not the role "Auditor".*mr_NotFound/);
  await assert.rejects(
    run('user', 'role', 'remove', 'administrator', 'System Administrator'),
    /last system administrator.*mr_LastAdministrator/,
  );
  await assert.rejects(run('user', 'show', 'Nobody'), /There is no user "Nobody".*mr_NotFound/);
  const refusal = await run('user', 'create', 'bo', 'Bo', 'Again').then(
    () => assert.fail('two users of one name'),
    (error: { stderr: string }) => error.stderr,
  );
  assert.match(refusal, /bo/);
});

test('a failed creation leaves nothing: the role is unknown', async () => {
  await assert.rejects(run('user', 'create', 'cy', 'Cy', 'Clipper', '--role', 'Nothing'), /There is no role "Nothing"/);
  await assert.rejects(run('user', 'show', 'cy'), /There is no user/);
});

test('an application user has a client id and is told as a program', async () => {
  const made = await json('user', 'create', 'loader', 'Load', 'Program', '--program');
  assert.equal(made.state, 'program');
  assert.match(made['client id'], /^[0-9a-f-]{36}$/);
});

test('SE-01: mailroom role list and show tell what each role allows', async () => {
  const roles = await json('role', 'list');
  const basic = roles.find((row: { name: string }) => row.name === 'Basic User');
  assert.ok(basic.privileges > 20 && basic.users >= 1);
  assert.match(await run('role', 'list'), /^ROLE +BUSINESS UNIT +PRIVILEGES +USERS +TEAMS +FOR$/m);
  const shown = await json('role', 'show', 'Basic User');
  assert.ok(
    shown.privileges.some((row: object) => JSON.stringify(row) === '{"privilege":"prvReadMailbox","depth":"Basic"}'),
  );
  assert.match(await run('role', 'show', 'Basic User'), /^prvSyncToOutlook +Basic$/m);
});

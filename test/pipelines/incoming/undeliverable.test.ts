import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import { QuarantineStatus } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

const triesUntilHeld = 5;

describe('what becomes of messages on the server', () => {
  let house: IncomingHouse;
  let server: ScriptedServer;
  beforeEach(async () => {
    house = await openHouse();
    server = scriptedServer([{ serverId: 'bad', raw: rawMail({ from: 'nobody at all' }) }]);
  });
  afterEach(() => house.close());

  const runUntilHeld = async () => {
    for (let turn = 0; turn < triesUntilHeld; turn += 1) {
      assert.deepEqual(server.undeliverable, []);
      const outcome = await house.turn(server);
      assert.equal(outcome.error, undefined, outcome.error?.message);
      await house.clock.advance(300_000);
    }
  };
  const wantMoves = () =>
    house.database.records.update('emailserverprofile', seeded.profile, { moveundeliveredemails: true });
  const alertCodes = async () =>
    (await house.database.records.retrieveMultiple({ table: 'tracelog', columns: ['mr_code'] })).rows.map(
      (row) => row.mr_code,
    );

  test('UD-01, UD-02, SC-14: what failed for good is moved to the folder for it once, and can still be released', async () => {
    await wantMoves();
    await runUntilHeld();
    assert.deepEqual(server.undeliverable, ['bad']);
    await house.turn(server);
    assert.deepEqual(server.undeliverable, ['bad']);
    const [held] = await house.quarantined();
    assert.equal(held?.mr_status, QuarantineStatus.held);
    const kept = await house.database.records.retrieve('mr_quarantine', held?.mr_quarantineid ?? '', ['mr_rawblob']);
    assert.ok(kept?.mr_rawblob);
  });

  test('UD-01: without the option it stays in the Inbox', async () => {
    await runUntilHeld();
    assert.deepEqual(server.undeliverable, []);
    assert.equal(server.mails.length, 1);
  });

  test('UD-01: a server that has no such folder is asked once, and its answer is told', async () => {
    await wantMoves();
    server.refusesToMove = new MailroomError('No such folder.', { code: 'mr_NoFolder', kind: 'configuration' });
    await runUntilHeld();
    assert.ok((await alertCodes()).includes('mr_UndeliverableNotMoved'));
    server.refusesToMove = undefined;
    await house.turn(server);
    assert.deepEqual(server.undeliverable, []);
  });

  test('UD-03: deletion is due until the server confirms it, and never for what failed', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, { processanddeleteemails: true });
    server.mails.push({ serverId: 'good', raw: rawMail() });
    server.failsToClose = true;
    const outcome = await house.turn(server);
    assert.equal(outcome.error?.kind, 'transient');
    assert.deepEqual(await house.database.sightings.deletionDue(seeded.supportMailbox, 10), ['good']);
    server.failsToClose = false;
    await house.turn(server);
    assert.deepEqual(
      server.mails.map((mail) => mail.serverId),
      ['bad'],
    );
    assert.deepEqual(await house.database.sightings.deletionDue(seeded.supportMailbox, 10), []);
  });

  test('UD-03, PAIN-17: with a folder named, what was dealt with is moved there once, and never what failed', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, { mr_moveprocessedto: 'Archive/Done' });
    server.mails.push({ serverId: 'good', raw: rawMail() });
    await house.turn(server);
    await house.turn(server);
    assert.deepEqual(server.moved, ['good to Archive/Done']);
    assert.deepEqual(await house.database.sightings.deletionDue(seeded.supportMailbox, 10), []);
  });

  test('UD-03: a move that the server cannot make is told, and the mailbox is read on', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, { mr_moveprocessedto: 'Done' });
    server.refusesToMove = new MailroomError('No such folder.', { code: 'mr_NoFolder', kind: 'configuration' });
    server.mails.push({ serverId: 'good', raw: rawMail() });
    const outcome = await house.turn(server);
    assert.equal(outcome.error, undefined);
    assert.ok((await alertCodes()).includes('mr_ProcessedNotMoved'));
    server.refusesToMove = new MailroomError('The line was cut.', { code: 'mr_Cut', kind: 'transient' });
    server.mails.push({ serverId: 'next', raw: rawMail({ id: 'next@x.example' }) });
    assert.equal((await house.turn(server)).error?.kind, 'transient');
    server.refusesToMove = undefined;
    await house.turn(server);
    assert.deepEqual(server.moved, ['next to Done']);
  });

  test("UD-03: a user's own mail is neither deleted nor moved", async () => {
    await house.database.records.update('mailbox', seeded.annasMailbox, { mr_moveprocessedto: 'Done' });
    server.mails.push({ serverId: 'good', raw: rawMail({ to: 'anna@ours.example' }) });
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    assert.deepEqual(server.moved, []);
  });
});

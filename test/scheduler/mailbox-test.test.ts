import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../src/base/errors.ts';
import type { Connector } from '../../src/contracts/connector.ts';
import type { MailRetriever } from '../../src/contracts/mail-retriever.ts';
import { runTestTurn } from '../../src/scheduler/mailbox-test.ts';
import { createScheduler } from '../../src/scheduler/scheduler.ts';
import type { SchedulerOptions } from '../../src/scheduler/scheduler-options.ts';
import { nextDueOn } from '../support/next-due-on.ts';
import { connectorOf, everyone, type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

const retriever: MailRetriever = {
  list: async function* () {},
  fetch: async function* () {},
  settle: async () => {},
};

describe('Test & Enable', () => {
  let scene: OutgoingScene;
  beforeEach(async () => {
    scene = await outgoingScene();
    await scene.store.database.records.update('mailbox', scene.mailboxid, {
      enabledforincomingemail: false,
      enabledforoutgoingemail: false,
      testemailconfigurationscheduled: true,
    });
  });
  afterEach(() => scene.close());

  const connect: SchedulerOptions['connect'] = async (_mailbox, _profile, direction): Promise<Connector> =>
    direction === 'outgoing'
      ? connectorOf(scene.sender)
      : { ...connectorOf(scene.sender), retriever, sender: undefined };

  const run = async (more: Partial<SchedulerOptions> = {}): Promise<number> => {
    await scene.leases.reconcile(scene.clock.now());
    const turns = { incoming: undefined, outgoing: undefined, act: undefined, test: runTestTurn };
    return createScheduler(scene.schedulerOptions({ turns, connect, ...more })).runOnce();
  };

  it('TE-03 to TE-06: both directions pass: Success, enabled, information, steps, and a test message of our product', async () => {
    assert.equal(await run(), 1);
    const mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.incomingemailstatus, mailbox.outgoingemailstatus, mailbox.mailboxstatus], [1, 1, 1]);
    assert.deepEqual([mailbox.enabledforincomingemail, mailbox.enabledforoutgoingemail], [true, true]);
    assert.equal(mailbox.testemailconfigurationscheduled, false);
    assert.deepEqual(mailbox.testmailboxaccesscompletedon, scene.clock.now());
    assert.equal(mailbox.actstatus ?? 0, 0, 'TE-05: a direction set to None stays Not Run');
    const raw = scene.sender.sent[0]?.raw.toString() ?? '';
    assert.match(raw, /^Subject: Your mailbox is now connected to Mailroom\r$/m);
    assert.match(raw, /^X-Mailroom-Test: /m);
    assert.deepEqual(scene.sender.sent[0]?.envelope.to, ['grace@contoso.example']);
    const result = JSON.parse(mailbox.mr_testresult ?? '{}');
    assert.deepEqual(
      result.directions.map((each: { direction: string; ok: boolean }) => [each.direction, each.ok]),
      [
        ['incoming', true],
        ['outgoing', true],
      ],
    );
    assert.ok(result.directions[1].steps.some((step: { name: string }) => step.name === 'send'));
    assert.deepEqual(
      (await scene.alerts(scene.mailboxid)).map((alert) => alert.level),
      [1, 1],
    );
    assert.deepEqual(await nextDueOn(scene.leases), scene.clock.now(), 'the enabled flows are due at once');
  });

  it('TE-05, AR-08: one direction fails: Failure and an error with the cause; the other is enabled', async () => {
    await run({
      connect: async (mailbox, profile, direction, signal) => {
        if (direction === 'outgoing') return connect(mailbox, profile, direction, signal);
        throw new MailroomError('The server refused the password.', { code: 'x', kind: 'credentials' });
      },
    });
    const mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.incomingemailstatus, mailbox.outgoingemailstatus, mailbox.mailboxstatus], [2, 1, 2]);
    assert.deepEqual([mailbox.enabledforincomingemail, mailbox.enabledforoutgoingemail], [false, true]);
    const errors = (await scene.alerts(scene.mailboxid)).filter((alert) => alert.level === 3);
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.text ?? '', /Incoming mail.*refused the password/);
  });

  it('TE-07: transient trouble is tried three times, a minute apart; a direction that passed is not tested again', async () => {
    scene.sender.otherwise = (mail) => everyone(mail, 'deferred', '451 greylisted');
    await run();
    let mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.incomingemailstatus, mailbox.outgoingemailstatus], [1, 0]);
    assert.deepEqual([mailbox.testemailconfigurationscheduled, mailbox.testemailconfigurationretrycount], [true, 1]);
    assert.equal(await run(), 0, 'not before its time');
    await scene.clock.advance(60_000);
    await run();
    await scene.clock.advance(60_000);
    await run();
    mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.incomingemailstatus, mailbox.outgoingemailstatus], [1, 2]);
    assert.equal(mailbox.testemailconfigurationscheduled, false);
    assert.equal(scene.sender.sent.length, 3);
    await scene.clock.advance(600_000);
    assert.equal(await run(), 0);
  });

  it('TE-03, AP-02: an unapproved address fails the validation without a connection', async () => {
    await scene.store.database.records.update('mailbox', scene.mailboxid, { emailrouteraccessapproval: 2 });
    await run({
      connect: () => {
        throw new Error('must not connect');
      },
    });
    const mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.incomingemailstatus, mailbox.outgoingemailstatus], [2, 2]);
    const result = JSON.parse(mailbox.mr_testresult ?? '{}');
    assert.equal(result.directions[0].steps[0].name, 'validate');
    assert.match(result.directions[0].steps[0].detail, /not approved/);
  });

  it('TE-03, MB-04: a mailbox without a profile, or with an inactive one, gets its result all the same', async () => {
    await scene.store.database.records.update('mailbox', scene.mailboxid, { emailserverprofile: null });
    const turns = { incoming: undefined, outgoing: undefined, act: undefined, test: runTestTurn };
    const scheduler = createScheduler(scene.schedulerOptions({ turns, connect }));
    await scheduler.runOnce();
    const mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.testemailconfigurationscheduled, mailbox.outgoingemailstatus], [false, 2]);
    assert.match(mailbox.mr_testresult ?? '', /8005E222/);
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../src/base/errors.ts';
import { runOutgoingTurn } from '../../src/pipelines/outgoing/pipeline.ts';
import type { RunTurn, TurnOutcome } from '../../src/pipelines/turn.ts';
import { runTestTurn } from '../../src/scheduler/mailbox-test.ts';
import { isMostlyFailing, profileAlarmCode } from '../../src/scheduler/profile-alarm.ts';
import { createScheduler } from '../../src/scheduler/scheduler.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { EmailStatus } from '../../src/tables/choices.ts';
import { connectorOf, type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

const well: TurnOutcome = { itemsProcessed: 0, itemsFailed: 0, more: false };
const refused = new MailroomError('The server refused the password.', { code: 'x', kind: 'credentials' });
const away = new MailroomError('The server did not answer.', { code: 'mr_Timeout', kind: 'transient' });
const throttled = new MailroomError('Slow down.', { code: 'y', kind: 'throttled' });

describe('alarm of a profile', () => {
  let scene: OutgoingScene;
  let queueMailbox: string;
  beforeEach(async () => {
    scene = await outgoingScene();
    const { records } = scene.store.database;
    await records.update('emailserverprofile', scene.profileid, { sendemailalert: true });
    const otherProfile = await records.create('emailserverprofile', { name: 'Other', servertype: 1 });
    const queueid = await records.create('queue', { name: 'Support', emailaddress: 'support@contoso.example' });
    queueMailbox = await mailbox('support@contoso.example', otherProfile, { table: 'queue', id: queueid });
    for (const name of ['b', 'c', 'd']) await mailbox(`${name}@contoso.example`, scene.profileid, undefined);
    await scene.leases.reconcile(scene.clock.now());
  });
  afterEach(() => scene.close());

  function mailbox(
    address: string,
    profile: string,
    regardingobjectid: RecordOf<'mailbox'>['regardingobjectid'],
  ): Promise<string> {
    return scene.store.database.records.create('mailbox', {
      name: address,
      emailaddress: address,
      ...(regardingobjectid ? { regardingobjectid } : {}),
      ownerid: { table: 'systemuser', id: scene.userid },
      emailserverprofile: { table: 'emailserverprofile', id: profile },
      incomingemaildeliverymethod: 2,
      outgoingemaildeliverymethod: 2,
      actdeliverymethod: 2,
      emailrouteraccessapproval: 1,
      enabledforincomingemail: true,
      enabledforoutgoingemail: true,
    });
  }

  /** Runs incoming turns that are due; those of the named addresses fail. */
  async function runIncoming(error: MailroomError, ...failing: readonly string[]): Promise<void> {
    const incoming: RunTurn = async (context) =>
      failing.includes(context.mailbox.emailaddress ?? '') ? { ...well, error } : well;
    const turns = { incoming, outgoing: undefined, act: undefined, test: undefined };
    await createScheduler(scene.schedulerOptions({ turns })).runOnce();
  }

  const notices = async (): Promise<readonly RecordOf<'email'>[]> => {
    const filter = { column: 'subject', operator: 'startsWith', value: 'Mailroom: most' } as const;
    return (await scene.store.database.records.retrieveMultiple({ table: 'email', filter })).rows;
  };
  const alarms = async (): Promise<readonly RecordOf<'tracelog'>[]> =>
    (await scene.alerts(scene.profileid)).filter((alert) => alert.mr_code === profileAlarmCode);

  it('EP-19: more than half, not half', () => {
    assert.deepEqual(
      [isMostlyFailing(1, 2), isMostlyFailing(2, 4), isMostlyFailing(3, 4), isMostlyFailing(1, 1)],
      [false, false, true, true],
    );
    assert.equal(isMostlyFailing(0, 0), false);
  });

  it('EP-19: half of the mailboxes is not enough', async () => {
    await runIncoming(away, 'b@contoso.example', 'c@contoso.example');
    assert.deepEqual([(await alarms()).length, (await notices()).length], [0, 0]);
  });

  it('EP-19, AL-11: three of four, switched off at once: one alert and one mail, sent from a mailbox that works', async () => {
    await runIncoming(refused, 'b@contoso.example', 'c@contoso.example', 'd@contoso.example');
    const [alarm, ...more] = await alarms();
    assert.equal(more.length, 0);
    assert.match(alarm?.text ?? '', /3 of the 4 mailboxes of profile "Contoso mail".*refused the password/);
    assert.match(alarm?.text ?? '', /grace@contoso\.example is told by a mail from support@contoso\.example/);
    const [notice, ...others] = await notices();
    assert.equal(others.length, 0);
    assert.equal(notice?.statuscode, EmailStatus.pendingSend);
    assert.equal(notice.sendermailboxid?.id, queueMailbox);
    assert.match(notice.description ?? '', /b@contoso\.example.*refused the password/s);
    const turns = { incoming: undefined, outgoing: runOutgoingTurn, act: undefined, test: undefined };
    await createScheduler(scene.schedulerOptions({ turns })).runOnce();
    assert.deepEqual(scene.sender.sent[0]?.envelope.to, ['grace@contoso.example']);
    assert.match(scene.sender.sent[0]?.raw.toString() ?? '', /^From: .*support@contoso\.example/m);
  });

  it('EP-19: at most one an hour; failures of more than an hour ago do not count', async () => {
    const three = ['b@contoso.example', 'c@contoso.example', 'd@contoso.example'];
    await runIncoming(away, ...three);
    for (let passed = 0; passed < 3_300_000; passed += 300_000) {
      await scene.clock.advance(300_000);
      await runIncoming(away, 'b@contoso.example');
    }
    assert.equal((await notices()).length, 1);
    await scene.clock.advance(300_001);
    await runIncoming(away, 'b@contoso.example');
    assert.equal((await notices()).length, 1, 'only one of four failed within the last hour');
    await scene.clock.advance(900_000);
    await runIncoming(away, ...three);
    assert.equal((await notices()).length, 2);
  });

  it('EP-19: without "send email alert" there is the alert and no mail', async () => {
    await scene.store.database.records.update('emailserverprofile', scene.profileid, { sendemailalert: false });
    await runIncoming(away, 'b@contoso.example', 'c@contoso.example', 'd@contoso.example');
    assert.deepEqual([(await alarms()).length, (await notices()).length], [1, 0]);
  });

  it('EP-19: when nothing can send, the alert says that the mail could not go', async () => {
    await scene.store.database.sql('update mailbox set enabledforoutgoingemail = false');
    await runIncoming(away, 'b@contoso.example', 'c@contoso.example', 'd@contoso.example');
    assert.match((await alarms())[0]?.text ?? '', /could not be told by mail, because no mailbox is able to send/);
    assert.equal((await notices()).length, 0);
  });

  it('EP-19: the only mailbox of a profile has its own alert; the mail is sent all the same', async () => {
    await scene.store.database.sql("update mailbox set statecode = 1 where emailaddress like '_@contoso.example'");
    await runIncoming(away, 'grace@contoso.example');
    assert.deepEqual([(await alarms()).length, (await notices()).length], [0, 1]);
  });

  it('PAIN-13: throttled is not failed', async () => {
    await runIncoming(throttled, 'b@contoso.example', 'c@contoso.example', 'd@contoso.example');
    assert.equal((await alarms()).length, 0);
  });

  it('AL-12: the alarm is closed once at most half are in trouble, by a turn or by Test & Enable', async () => {
    const three = ['b@contoso.example', 'c@contoso.example', 'd@contoso.example'];
    await runIncoming(away, ...three);
    await scene.clock.advance(300_000);
    await runIncoming(away, 'b@contoso.example', 'c@contoso.example');
    assert.ok((await alarms())[0]?.mr_resolvedon, 'closed by a turn');
    await scene.clock.advance(3_600_000);
    await runIncoming(refused, ...three);
    assert.equal((await alarms()).filter((alarm) => !alarm.mr_resolvedon).length, 1);
    await scene.store.database.sql(
      "update mailbox set testemailconfigurationscheduled = true, outgoingemaildeliverymethod = 0 where emailaddress = 'b@contoso.example'",
    );
    await scene.leases.reconcile(scene.clock.now());
    const turns = { incoming: undefined, outgoing: undefined, act: undefined, test: runTestTurn };
    const retriever = { list: async function* () {}, fetch: async function* () {}, settle: async () => {} };
    const connect = async () => ({ ...connectorOf(scene.sender), retriever });
    await createScheduler(scene.schedulerOptions({ turns, connect })).runOnce();
    assert.equal((await alarms()).filter((alarm) => !alarm.mr_resolvedon).length, 0, 'closed by Test & Enable');
  });
});

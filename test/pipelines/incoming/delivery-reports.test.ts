import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import {
  AutomaticKindChoice,
  CorrelationMethod,
  DeliveryStatus,
  EmailStatus,
  PartyMask,
} from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

const messageId = 'offer-1@ours.example';

/** A report of a mail server that could not deliver. */
function bounce(options: {
  readonly failed?: readonly string[];
  readonly action?: string;
  readonly status?: string;
  readonly words?: string;
  readonly returned?: readonly string[];
  readonly id?: string;
  readonly subject?: string;
}): Buffer {
  const { failed = ['carla@customer.example'], action = 'failed', status = '5.1.1' } = options;
  const words = options.words ?? `550 ${status} user unknown`;
  return Buffer.from(
    [
      'From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>',
      'Return-Path: <>',
      'To: support@ours.example',
      `Subject: ${options.subject ?? 'Undelivered Mail Returned to Sender'}`,
      'Date: Fri, 02 Jan 2026 10:00:00 +0000',
      `Message-ID: <${options.id ?? 'bounce-1@mx.customer.example'}>`,
      'Auto-Submitted: auto-replied',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Your message could not be delivered.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.customer.example',
      '',
      ...failed.flatMap((address) => [
        `Final-Recipient: rfc822; ${address}`,
        `Action: ${action}`,
        `Status: ${status}`,
        `Diagnostic-Code: smtp; ${words}`,
        '',
      ]),
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      ...(options.returned ?? [`Message-ID: <${messageId}>`, 'Subject: Our offer']),
      '--b--',
      '',
    ].join('\r\n'),
  );
}

describe('delivery reports in the inbox', () => {
  let house: IncomingHouse;
  let sentId: string;
  const seen = { count: 0 };
  beforeEach(async () => {
    house = await openHouse();
    sentId = await sent({});
  });
  afterEach(() => house.close());

  async function sent(more: RecordOf<'email'>, to = ['carla@customer.example', 'carlo@customer.example']) {
    const id = await house.database.records.create('email', {
      subject: 'Our offer',
      messageid: messageId,
      directioncode: true,
      statecode: 1,
      statuscode: EmailStatus.sent,
      sender: 'support@ours.example',
      sendermailboxid: { table: 'mailbox', id: seeded.supportMailbox },
      ownerid: { table: 'systemuser', id: seeded.anna },
      regardingobjectid: { table: 'account', id: seeded.customer },
      ...more,
    });
    await house.database.records.createMany(
      'activityparty',
      to.map((addressused) => ({
        activityid: { table: 'email', id },
        participationtypemask: PartyMask.to,
        addressused,
        mr_deliverystatus: DeliveryStatus.accepted,
      })),
    );
    return id;
  }

  const receive = async (raw: Buffer, switches: Readonly<Record<string, boolean>> = {}, mailboxid?: string) => {
    seen.count += 1;
    const before = settingsWith().switches;
    const outcome = await house.turn(scriptedServer([{ serverId: `s${seen.count}`, raw }]), {
      settings: { switches: { ...before, ...switches } },
      ...(mailboxid === undefined ? {} : { mailboxid }),
    });
    assert.equal(outcome.error, undefined, outcome.error?.message);
  };
  const fates = async (id = sentId) =>
    (await house.parties(id))
      .map((party) => [party.addressused, party.mr_deliverystatus, party.mr_deliveryreply])
      .sort((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1));
  const sentEmail = (id = sentId) => house.database.records.retrieve('email', id);
  const alerts = async (id = sentId) =>
    (
      await house.database.records.retrieveMultiple({
        table: 'tracelog',
        filter: { column: 'regardingobjectid', operator: 'eq', value: id },
      })
    ).rows;

  test('UD-04: the sent email shows who failed and why, its owner is told; the report becomes an email linked to it', async () => {
    await receive(bounce({}));
    assert.deepEqual(await fates(), [
      ['carla@customer.example', DeliveryStatus.bounced, '550 5.1.1 user unknown'],
      ['carlo@customer.example', DeliveryStatus.accepted, null],
    ]);
    const email = await sentEmail();
    assert.equal(email?.statuscode, EmailStatus.sent);
    assert.equal(email?.mr_lasterrorcode, 'mr_BouncedHard');
    assert.match(email?.mr_lasterror ?? '', /carla@customer\.example: the address does not exist/);
    const [alert] = await alerts();
    assert.equal(alert?.regardingobjectownerid?.id, seeded.anna);
    assert.match(alert?.text ?? '', /"Our offer" did not reach everybody: carla@customer\.example/);
    const report = (await house.emails()).find((one) => one.messageid === 'bounce-1@mx.customer.example');
    assert.equal(report?.correlatedactivityid?.id, sentId);
    assert.equal(report?.correlationmethod, CorrelationMethod.inReplyTo);
    assert.equal(report?.regardingobjectid?.id, seeded.customer);
    const row = await house.database.records.retrieve('email', report?.activityid ?? '');
    assert.equal(row?.mr_automatickind, AutomaticKindChoice.deliveryReport);
    const [decision] = await house.decisions();
    assert.equal(decision?.mr_isautomatic, true);
    const evidence = JSON.parse(decision?.mr_evidence ?? '{}') as Record<string, unknown>;
    assert.equal(evidence.reportedEmail, sentId);
    assert.match(JSON.stringify(evidence.deliveries), /the address does not exist/);
  });

  test('UD-04: a report that nobody tracks is noted all the same', async () => {
    await house.database.records.update('queue', seeded.support, { incomingemailfilteringmethod: 4 });
    await receive(bounce({ status: '5.2.2', words: '552 5.2.2 Over quota' }));
    assert.equal((await house.emails()).filter((one) => !one.directioncode).length, 0);
    assert.equal((await fates())[0]?.[1], DeliveryStatus.bounced);
    assert.equal((await sentEmail())?.mr_lasterrorcode, 'mr_BouncedSoft');
  });

  test('UD-04: a delay is told as such, and the final word replaces it', async () => {
    await receive(bounce({ action: 'delayed', status: '4.4.1', words: 'connection timed out' }));
    assert.equal((await fates())[0]?.[1], DeliveryStatus.deferred);
    assert.equal((await sentEmail())?.mr_lasterrorcode, 'mr_DeliveryDelayed');
    assert.equal((await alerts())[0]?.level, 2);
    await receive(bounce({ id: 'bounce-2@mx.customer.example' }));
    assert.equal((await fates())[0]?.[1], DeliveryStatus.bounced);
  });

  test('UD-04: a report that gives back the token alone, and one that gives nothing but the address', async () => {
    await house.database.records.update('email', sentId, { trackingtoken: 'CRM:0001001' });
    await receive(bounce({ returned: ['Subject: Our offer CRM:0001001'] }));
    assert.equal((await fates())[0]?.[1], DeliveryStatus.bounced);
    const other = await sent({ messageid: 'other@ours.example', subject: 'Only one' }, ['lea@lead.example']);
    await receive(bounce({ id: 'b2@x.example', failed: ['lea@lead.example'], returned: ['X-Nothing: here'] }));
    assert.equal((await fates(other))[0]?.[1], DeliveryStatus.bounced);
  });

  test('UD-04: with two emails to the failed address and no id, none is touched', async () => {
    const second = await sent({ messageid: 'second@ours.example' });
    await receive(bounce({ returned: ['X-Nothing: here'] }));
    assert.deepEqual(
      [...(await fates()), ...(await fates(second))].map(([, status]) => status),
      [1, 1, 1, 1].map(() => DeliveryStatus.accepted),
    );
  });

  test('UD-04: an email becomes Failed when it reached nobody and the organisation wants it so', async () => {
    const all = ['carla@customer.example', 'carlo@customer.example'];
    await receive(bounce({ failed: all }), { mr_SetFailedOnDeliveryReport: false });
    assert.equal((await sentEmail())?.statuscode, EmailStatus.sent);
    const second = await sent({ messageid: 'second@ours.example' });
    const returned = ['Message-ID: <second@ours.example>'];
    await receive(bounce({ id: 'b2@x.example', failed: all, returned }), { mr_SetFailedOnDeliveryReport: true });
    assert.deepEqual(
      [(await sentEmail(second))?.statuscode, (await sentEmail(second))?.statecode],
      [EmailStatus.failed, 0],
    );
  });

  test('UD-04: switched off, a report is ordinary mail', async () => {
    await receive(bounce({}), { mr_LinkDeliveryReports: false });
    assert.equal((await fates())[0]?.[1], DeliveryStatus.accepted);
    const report = (await house.emails()).find((one) => one.messageid === 'bounce-1@mx.customer.example');
    assert.equal(report?.correlatedactivityid, null);
    assert.equal((await alerts()).length, 0);
  });

  test('UD-04: the same report in a second mailbox, or again, tells nobody twice', async () => {
    await receive(bounce({}));
    await receive(bounce({}));
    await receive(bounce({}), {}, seeded.bensMailbox);
    assert.equal((await alerts()).length, 1);
    assert.equal((await alerts())[0]?.mr_count, 1);
  });

  test('IN-09, PAIN-08: an automatic reply is tracked as any mail, and marked', async () => {
    const reply = rawMail({
      to: 'anna@ours.example',
      subject: 'Automatic reply: Our offer',
      inReplyTo: messageId,
      headers: { 'Auto-Submitted': 'auto-replied' },
    });
    await receive(reply, {}, seeded.annasMailbox);
    const email = (await house.emails()).find((one) => one.messageid === 'one@customer.example');
    assert.equal(email?.correlatedactivityid?.id, sentId);
    const row = await house.database.records.retrieve('email', email?.activityid ?? '');
    assert.equal(row?.mr_automatickind, AutomaticKindChoice.autoReply);
    assert.equal((await fates())[0]?.[1], DeliveryStatus.accepted);
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  CorrelationMethod,
  DeliveryMethod,
  FilterOption,
  MailVerdict,
  PartyMask,
  QuarantineStatus,
} from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

const forwardMailbox = '00000000-0000-4000-8000-000000000090';

/** A message as a server rule forwards it: the originals attached. */
function forwarded(
  originals: readonly Buffer[],
  options: { readonly from?: string; readonly headers?: readonly string[]; readonly id?: string } = {},
): Buffer {
  return Buffer.concat([
    Buffer.from(
      [
        `From: ${options.from ?? 'Ben Ours <ben@ours.example>'}`,
        'To: forward@ours.example',
        'Subject: FW: something',
        'Date: Fri, 02 Jan 2026 09:30:00 +0000',
        `Message-ID: <${options.id ?? 'outer-1@ours.example'}>`,
        ...(options.headers ?? []),
        'Content-Type: multipart/mixed; boundary=outer',
        '',
        '--outer',
        'Content-Type: text/plain',
        '',
        'See attached. From: Somebody <nobody@nowhere.example>',
        '',
      ].join('\r\n'),
    ),
    ...originals.flatMap((raw) => [
      Buffer.from('--outer\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n'),
      raw,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--outer--\r\n'),
  ]);
}

describe('forward mailbox', () => {
  let house: IncomingHouse;
  let server: ScriptedServer;
  beforeEach(async () => {
    house = await openHouse();
    server = scriptedServer();
    await house.database.records.create('mailbox', {
      mailboxid: forwardMailbox,
      name: 'Forwarded',
      emailaddress: 'forward@ours.example',
      isforwardmailbox: true,
      incomingemaildeliverymethod: DeliveryMethod.serverSide,
      emailserverprofile: { table: 'emailserverprofile', id: seeded.profile },
      ownerid: { table: 'systemuser', id: seeded.anna },
      processanddeleteemails: true,
      processemailreceivedafter: new Date('2026-01-01T00:00:00Z'),
    });
    for (const mailbox of [seeded.bensMailbox, seeded.annasMailbox, seeded.salesMailbox]) {
      await house.database.records.update('mailbox', mailbox, { incomingemaildeliverymethod: DeliveryMethod.forward });
    }
  });
  afterEach(() => house.close());

  const run = async (options: Parameters<IncomingHouse['turn']>[1] = {}) => {
    const outcome = await house.turn(server, { mailboxid: forwardMailbox, ...options });
    assert.equal(outcome.error, undefined, outcome.error?.message);
    return outcome;
  };
  const receive = async (...raws: Buffer[]) => {
    server.mails = raws.map((raw, index) => ({ serverId: `f${index}`, raw }));
    return run();
  };
  const decisionsOf = async (mailboxid: string) =>
    (await house.decisions()).filter((decision) => decision.mr_mailboxid?.id === mailboxid);
  const alerts = async () => (await house.database.records.retrieveMultiple({ table: 'tracelog' })).rows;

  test('PAIN-24, FW-01, FW-02, FW-06, UD-03: the original becomes the email, judged as in the mailbox of who forwarded it, and goes from the server', async () => {
    await receive(forwarded([rawMail({ to: 'ben@ours.example', subject: 'A question' })]));
    const [email, ...more] = await house.emails();
    assert.equal(more.length, 0);
    assert.deepEqual([email?.subject, email?.messageid], ['A question', 'one@customer.example']);
    assert.equal(email?.acceptingentityid?.id, seeded.ben);
    assert.equal(email?.receivingmailboxid?.id, forwardMailbox);
    assert.equal(email?.emailsender?.id, seeded.carla);
    assert.equal(email?.ownerid?.id, seeded.ben);
    assert.doesNotMatch(email?.description ?? '', /See attached/);
    const [decision] = await decisionsOf(seeded.bensMailbox);
    assert.equal(decision?.mr_verdict, MailVerdict.tracked);
    assert.match(decision?.mr_evidence ?? '', /"forwardedBy":"ben@ours\.example"/);
    assert.equal(server.mails.length, 0);
  });

  test('FW-06: who forwarded it is a Bcc recipient where the original does not name them', async () => {
    await receive(forwarded([rawMail({ to: 'list@customer.example' })]));
    const [email] = await house.emails();
    assert.equal(email?.acceptingentityid?.id, seeded.ben);
    const parties = await house.parties(email?.activityid ?? '');
    assert.deepEqual(
      parties.map((party) => [party.participationtypemask, party.partyid?.id ?? party.addressused]),
      [
        [PartyMask.from, seeded.carla],
        [PartyMask.to, 'list@customer.example'],
        [PartyMask.bcc, seeded.ben],
      ],
    );
  });

  test('FW-06, IN-22: filters are those of who forwarded it', async () => {
    await receive(forwarded([rawMail({ to: 'anna@ours.example' })], { from: 'anna@ours.example' }));
    assert.equal((await house.emails()).length, 0);
    const [decision] = await decisionsOf(seeded.annasMailbox);
    assert.deepEqual([decision?.mr_verdict, decision?.mr_reasoncode], [MailVerdict.notTracked, 'NoCorrelationMatch']);
    assert.equal(server.mails.length, 0);
  });

  test('FW-06, CO-05: originals are linked as ever, also to each other', async () => {
    await receive(
      forwarded([
        rawMail({ id: 'second@customer.example', to: 'ben@ours.example', inReplyTo: 'first@customer.example' }),
        rawMail({ id: 'first@customer.example', to: 'ben@ours.example', date: new Date('2026-01-02T08:00:00Z') }),
      ]),
    );
    const emails = await house.emails();
    assert.deepEqual(
      emails.map((email) => email.messageid),
      ['first@customer.example', 'second@customer.example'],
    );
    assert.equal(emails[1]?.correlationmethod, CorrelationMethod.inReplyTo);
    assert.equal(emails[1]?.correlatedactivityid?.id, emails[0]?.activityid);
  });

  test('FW-11, IN-30: one original forwarded by two and read directly by a third is one email', async () => {
    const original = rawMail({ to: 'undisclosed@customer.example' });
    await receive(
      forwarded([original], { from: 'anna@ours.example', id: 'outer-a@ours.example' }),
      forwarded([original], { id: 'outer-b@ours.example' }),
    );
    assert.equal((await house.emails()).length, 1);
    assert.equal((await house.emails())[0]?.acceptingentityid?.id, seeded.ben);
    assert.equal((await decisionsOf(seeded.annasMailbox))[0]?.mr_reasoncode, 'NoCorrelationMatch');
    assert.equal((await decisionsOf(seeded.bensMailbox))[0]?.mr_verdict, MailVerdict.tracked);
    await house.turn(scriptedServer([{ serverId: 'direct', raw: original }]));
    assert.equal((await house.emails()).length, 1);
    assert.equal((await decisionsOf(seeded.supportMailbox))[0]?.mr_verdict, MailVerdict.alreadyTracked);
  });

  test('FW-02: a queue forwards as users do, and gets its queue item', async () => {
    await receive(forwarded([rawMail({ to: 'sales@ours.example' })], { from: 'Sales <sales@ours.example>' }));
    assert.deepEqual(
      (await house.queueItems()).map((item) => item.queueid?.id),
      [seeded.sales],
    );
  });

  test('FW-03: an address inside an encoded name is part of the name, not who forwarded it', async () => {
    const from = '=?utf-8?q?anna=40ours=2Eexample?= <ben@ours.example>';
    await receive(forwarded([rawMail({ to: 'ben@ours.example' })], { from }));
    assert.equal((await decisionsOf(seeded.bensMailbox))[0]?.mr_verdict, MailVerdict.tracked);
    assert.equal((await decisionsOf(seeded.annasMailbox)).length, 0);
  });

  const refused: readonly (readonly [string, () => Buffer, RegExp])[] = [
    [
      'FW-03: who forwards is nobody we know',
      () => forwarded([rawMail()], { from: 'stranger@else.example' }),
      /stranger@else\.example, who forwarded it, is no user or queue/,
    ],
    [
      'FW-03: who forwards does not use a forward mailbox',
      () => forwarded([rawMail()], { from: 'support@ours.example' }),
      /support@ours\.example, who forwarded it, does not use a forward mailbox/,
    ],
    [
      'FW-04: mail sent to the forward mailbox itself',
      () => rawMail({ to: 'forward@ours.example', from: 'ben@ours.example' }),
      /was sent to the forward mailbox and holds no forwarded message/,
    ],
    [
      'FW-04, FW-05: a message forwarded as text',
      () =>
        rawMail({
          to: 'forward@ours.example',
          from: 'ben@ours.example',
          subject: 'FW: A question',
          body: '-----Original Message-----\r\nFrom: carla@customer.example\r\nTo: ben@ours.example\r\n\r\nHello',
        }),
      /was forwarded as text/,
    ],
    [
      'FW-04: a redirected message',
      () => rawMail({ to: 'ben@ours.example', headers: { 'Resent-From': 'ben@ours.example' } }),
      /was redirected, not forwarded/,
    ],
  ];
  for (const [name, raw, reason] of refused) {
    test(`${name}: InvalidForwardMailItem, and it stays on the server`, async () => {
      await receive(raw());
      assert.equal((await house.emails()).length, 0);
      const [decision] = await decisionsOf(forwardMailbox);
      assert.deepEqual(
        [decision?.mr_verdict, decision?.mr_reasoncode],
        [MailVerdict.notTracked, 'InvalidForwardMailItem'],
      );
      assert.match(decision?.mr_reason ?? '', reason);
      assert.equal(server.mails.length, 1);
      const [alert] = await alerts();
      assert.deepEqual(
        [alert?.mr_code, alert?.level, alert?.regardingobjectid?.id],
        ['InvalidForwardMailItem', 3, forwardMailbox],
      );
      await run();
      assert.equal((await alerts())[0]?.mr_count, 1);
    });
  }

  test('FW-04, TE-04: our own test message is no trouble', async () => {
    await receive(rawMail({ to: 'forward@ours.example', headers: { 'X-Mailroom-Test': '1' } }));
    assert.equal((await decisionsOf(forwardMailbox))[0]?.mr_reasoncode, 'OwnTestMessage');
    assert.equal((await alerts()).length, 0);
  });

  test('FW-02, UD-03, SC-14: one original that cannot be an email holds its whole message back, and its siblings are there', async () => {
    const broken = rawMail({ id: 'broken@customer.example', from: 'no address at all', to: 'ben@ours.example' });
    await receive(forwarded([rawMail({ to: 'ben@ours.example' }), broken]));
    assert.deepEqual(
      (await house.emails()).map((email) => email.messageid),
      ['one@customer.example'],
    );
    assert.equal(server.mails.length, 1);
    const [held, ...more] = await house.quarantined();
    assert.equal(more.length, 0);
    assert.equal(held?.mr_causecode, 'InvalidSender');
    await house.database.records.update('mr_quarantine', held?.mr_quarantineid ?? '', {
      mr_status: QuarantineStatus.releaseAsked,
    });
    await run();
    assert.equal((await house.emails()).length, 1);
    assert.equal((await house.quarantined()).length, 1);
  });

  test('FW-06: what the original says of its recipients counts, not what the forward says', async () => {
    await house.database.records.update('usersettings', seeded.anna, {
      incomingemailfilteringmethod: FilterOption.all,
    });
    await receive(forwarded([rawMail({ to: 'anna@ours.example, ben@ours.example' })]));
    const [email] = await house.emails();
    assert.equal(email?.acceptingentityid?.id, seeded.anna);
    assert.equal(email?.torecipients, 'anna@ours.example;ben@ours.example');
  });

  test('FW-02: a message attached as a plain .eml file is an original as well', async () => {
    const original = rawMail({ to: 'ben@ours.example' }).toString('base64');
    const raw = [
      'From: ben@ours.example',
      'To: forward@ours.example',
      'Date: Fri, 02 Jan 2026 09:30:00 +0000',
      'Content-Type: application/octet-stream; name="A question.eml"',
      'Content-Transfer-Encoding: base64',
      '',
      original,
      '',
    ].join('\r\n');
    await receive(Buffer.from(raw));
    assert.equal((await house.emails())[0]?.messageid, 'one@customer.example');
  });

  test('IN-06: an original from before the start date stays where it is', async () => {
    const date = new Date('2025-12-24T09:00:00Z');
    await receive(forwarded([rawMail({ to: 'ben@ours.example', date })]));
    assert.equal((await decisionsOf(seeded.bensMailbox))[0]?.mr_reasoncode, 'BeforeStartDate');
    assert.equal(server.mails.length, 1);
  });
});

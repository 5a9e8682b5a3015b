import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { DeliveryMethod } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('acceptance of incoming mail, from the switches to the rows', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  let received = 0;
  const receive = async (
    raw: Buffer,
    mailboxid: string = seeded.annasMailbox,
    organization: RecordOf<'organization'> = {},
  ): Promise<string> => {
    received += 1;
    const serverId = `s${received}`;
    const settings = settingsWith(organization);
    const outcome = await house.turn(scriptedServer([{ serverId, raw }]), { mailboxid, settings });
    assert.equal(outcome.error, undefined, outcome.error?.message);
    const decision = (await house.decisions()).find((one) => one.mr_serverid === serverId);
    return decision?.mr_reasoncode ?? '';
  };
  const withSwitch = (name: string, value: boolean): RecordOf<'organization'> => ({
    orgdborgsettings: `<OrgSettings><${name}>${value}</${name}></OrgSettings>`,
  });
  const sent = (messageid: string) =>
    house.database.records.create('email', {
      subject: 'Our offer',
      directioncode: true,
      statecode: 1,
      statuscode: 3,
      messageid,
      mr_identity: messageid,
    });
  const takesAll = (systemuserid: string) =>
    house.database.records.update('usersettings', systemuserid, { incomingemailfilteringmethod: 0 });

  test('IN-17, IN-29: a blind copy is taken only where the mailbox takes all messages', async () => {
    const blind = (id: string) => rawMail({ id, to: 'list@lists.example' });
    assert.equal(await receive(blind('a@x.example')), 'NoRecipientMatch');
    await takesAll(seeded.anna);
    assert.equal(await receive(blind('b@x.example')), 'Accepted');
    const [email] = await house.emails();
    assert.equal(email?.ownerid?.id, seeded.anna, 'OW-06');
  });

  test('ST-06, ST-20, AR-11: rights-protected mail is left alone with the switch', async () => {
    const restricts = withSwitch('RestrictIRMEmailItems', true);
    await takesAll(seeded.anna);
    const received = async (id: string, headers: string, parts: string, organization = restricts) =>
      receive(
        Buffer.from(
          [
            ...[
              'From: Carla <carla@customer.example>',
              'To: anna@ours.example',
              `Message-ID: <${id}>`,
              'Subject: Plan',
            ],
            ...['Date: Thu, 01 Jan 2026 10:00:00 +0000', 'MIME-Version: 1.0', headers],
            ...['Content-Type: multipart/mixed; boundary="b"', '', '--b', 'Content-Type: text/plain', '', 'Text.'],
            ...[`--b`, parts, 'Content-Transfer-Encoding: base64', '', 'dg==', '--b--', ''],
          ].join('\r\n'),
        ),
        seeded.annasMailbox,
        organization,
      );
    const typed = 'Content-Type: application/x-microsoft-rpmsg-message; name="Message.rpmsg"';
    const named = (name: string) =>
      `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${name}"`;
    const byClass = 'Content-Class: rpmsg.message';
    const plain = 'Content-Class: urn:content-classes:message';
    assert.equal(await received('class@x.example', byClass, named('a.bin')), 'RightsProtected');
    assert.equal(await received('type@x.example', plain, typed), 'RightsProtected');
    assert.equal(await received('name@x.example', plain, named('message.rpmsg')), 'RightsProtected');
    assert.equal(await received('gateway@x.example', plain, named('message_v2.rpmsg')), 'RightsProtected');
    assert.deepEqual(await house.emails(), []);
    const [decision] = await house.decisions();
    assert.match(decision?.mr_reason ?? '', /rights-protected/);
    assert.equal(await received('other@x.example', plain, named('plan.rpmsg.pdf')), 'Accepted');
    assert.equal(await received('off@x.example', byClass, typed, {}), 'Accepted', 'without the switch');
  });

  test('IN-18: a recipient whose mailbox takes no incoming mail is not asked', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, {
      incomingemaildeliverymethod: DeliveryMethod.none,
    });
    const raw = rawMail({ to: 'anna@ours.example, support@ours.example' });
    assert.equal(await receive(raw), 'NoCorrelationMatch');
  });

  test('IN-15, ST-37: an answer counts with the filter of the mailbox being read alone', async () => {
    await sent('offer@ours.example');
    await house.database.records.update('usersettings', seeded.ben, { incomingemailfilteringmethod: 1 });
    await house.database.records.update('usersettings', seeded.anna, { incomingemailfilteringmethod: 2 });
    const answer = (id: string) =>
      rawMail({
        id,
        from: 'who@else.example',
        to: 'anna@ours.example, ben@ours.example',
        inReplyTo: 'offer@ours.example',
      });
    const only = withSwitch('UseFilteringMethodOfSyncingMailboxOnlyForCorrelation', true);
    assert.equal(await receive(answer('a@x.example'), seeded.annasMailbox, only), 'NoCorrelationMatch');
    assert.equal(await receive(answer('b@x.example'), seeded.annasMailbox), 'Accepted');
    assert.equal(await receive(answer('c@x.example'), seeded.bensMailbox, only), 'Accepted');
  });

  test('IN-16, ST-38: in the mailbox of a user the filter of that user alone', async () => {
    const only = withSwitch('SSSForceFilteringMethodForUserMailboxes', true);
    const both = (id: string) => rawMail({ id, to: 'anna@ours.example, support@ours.example' });
    assert.equal(await receive(both('a@x.example'), seeded.annasMailbox, only), 'NoCorrelationMatch');
    assert.equal(await receive(both('b@x.example'), seeded.supportMailbox, only), 'Accepted');
  });

  describe('internal mail, with ST-19 off', () => {
    const off: RecordOf<'organization'> = { ignoreinternalemail: true };
    const fromBen = (id: string, to: string, more = {}) => rawMail({ id, from: 'ben@ours.example', to, ...more });

    test('IN-33: mail of a user to a user is the sent email alone; with ST-19 on it is two', async () => {
      await takesAll(seeded.anna);
      await sent('a@ours.example');
      assert.equal(
        await receive(fromBen('a@ours.example', 'anna@ours.example'), seeded.annasMailbox, off),
        'InternalEmail',
      );
      assert.equal((await house.emails()).length, 1);
      await sent('b@ours.example');
      assert.equal(await receive(fromBen('b@ours.example', 'anna@ours.example')), 'Accepted');
      const pair = (await house.emails()).filter((email) => email.messageid === 'b@ours.example');
      assert.deepEqual(pair.map((email) => email.directioncode).sort(), [false, true]);
    });

    test('IN-34, ST-39: mail of a user to a queue is received all the same, unless that is switched off', async () => {
      const { supportMailbox } = seeded;
      assert.equal(await receive(fromBen('a@x.example', 'support@ours.example'), supportMailbox, off), 'Accepted');
      assert.equal((await house.queueItems()).length, 1);
      const strict = { ...off, ...withSwitch('DoNotIgnoreInternalEmailToQueues', false) };
      assert.equal(
        await receive(fromBen('b@x.example', 'support@ours.example'), supportMailbox, strict),
        'InternalEmail',
      );
    });

    test('IN-35, ST-40: mail of a queue to a user is received, unless that is switched on', async () => {
      await takesAll(seeded.anna);
      const fromQueue = (id: string) => rawMail({ id, from: 'sales@ours.example', to: 'anna@ours.example' });
      assert.equal(await receive(fromQueue('a@x.example'), seeded.annasMailbox, off), 'Accepted');
      const strict = { ...off, ...withSwitch('IgnoreInternalEmailFromQueues', true) };
      assert.equal(await receive(fromQueue('b@x.example'), seeded.annasMailbox, strict), 'InternalEmail');
    });

    test('IN-36, ST-41: an answer within a tracked thread is received where its sent copy is not tracked', async () => {
      await sent('offer@ours.example');
      const answer = (id: string) => fromBen(id, 'anna@ours.example', { inReplyTo: 'offer@ours.example' });
      const without = { ...off, ...withSwitch('IgnoreInternalEmailDetectionEnhancement', false) };
      assert.equal(await receive(answer('a@ours.example'), seeded.annasMailbox, without), 'InternalEmail');
      assert.equal(await receive(answer('b@ours.example'), seeded.annasMailbox, off), 'Accepted');
      await sent('c@ours.example');
      assert.equal(await receive(answer('c@ours.example'), seeded.annasMailbox, off), 'InternalEmail');
    });
  });

  test('IN-02: what is moved into the inbox later is noticed, however old, from the start date on', async () => {
    const server = scriptedServer([{ serverId: 'new', raw: rawMail({ id: 'new@x.example' }) }]);
    await house.turn(server);
    const older = rawMail({ id: 'older@x.example', date: new Date('2025-03-01T08:00:00Z') });
    const tooOld = rawMail({ id: 'too-old@x.example', date: new Date('2019-03-01T08:00:00Z') });
    server.mails.push({ serverId: 'moved', raw: older }, { serverId: 'ancient', raw: tooOld });
    await house.turn(server);
    assert.deepEqual(
      (await house.emails()).map((email) => email.messageid),
      ['new@x.example', 'older@x.example'],
    );
  });

  test('SC-15, IN-19: refused messages and duplicates are not tried again, failed ones are', async () => {
    const server = scriptedServer([
      { serverId: 'refused', raw: rawMail({ id: 'refused@x.example', to: 'anna@ours.example' }) },
      { serverId: 'one', raw: rawMail({ id: 'same@x.example', to: 'anna@ours.example, ben@ours.example' }) },
      { serverId: 'two', raw: rawMail({ id: 'same@x.example', to: 'anna@ours.example, ben@ours.example' }) },
      { serverId: 'invalid', raw: rawMail({ id: 'i@x.example', to: 'ben@ours.example', from: 'nobody' }) },
    ]);
    const annas = { mailboxid: seeded.annasMailbox };
    const first = await house.turn(server, annas);
    assert.deepEqual([first.itemsProcessed, first.itemsFailed], [2, 1]);
    assert.notEqual(first.nextDueOn, undefined);
    await house.clock.advance(600_000);
    server.heads.length = 0;
    server.fetched.length = 0;
    const second = await house.turn(server, annas);
    assert.deepEqual([second.itemsProcessed, second.itemsFailed], [0, 1]);
    assert.deepEqual([server.heads, server.fetched], [[], []], 'the bytes of the failed one are kept');
    assert.equal((await house.quarantined())[0]?.mr_attempts, 2);
  });

  test('IN-46: an accepted email has its owner and its queue items in the same transaction', async () => {
    await receive(rawMail({ to: 'support@ours.example, sales@ours.example' }), seeded.supportMailbox);
    const [email] = await house.emails();
    assert.equal(email?.ownerid?.id, seeded.anna, 'OW-03: she owns the contact');
    const items = await house.queueItems();
    assert.deepEqual(items.map((item) => item.queueid?.id).sort(), [seeded.support, seeded.sales].sort());
    const written = await house.database.sql<{ n: number }>(
      'select count(distinct mr_txid)::integer as n from (select mr_txid from email union all select mr_txid from queueitem) t',
    );
    assert.equal(written[0]?.n, 1);
  });
});

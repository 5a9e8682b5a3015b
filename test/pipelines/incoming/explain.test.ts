import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { messageStory } from '../../../src/app/message-story.ts';
import { sweepDecisions } from '../../../src/pipelines/decisions-sweep.ts';
import { explainMessage } from '../../../src/pipelines/incoming/explain.ts';
import { MailVerdict, QuarantineStatus } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('MO-08: what became of a message', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  const explain = (id: string) => explainMessage(house.database.records, id);
  const receive = async (raw: Buffer, mailboxid: string = seeded.supportMailbox) => {
    const outcome = await house.turn(scriptedServer([{ serverId: `s${mailboxid}${raw.length}`, raw }]), { mailboxid });
    assert.equal(outcome.error, undefined, outcome.error?.message);
  };

  test('whose filter, verdict, reason, link with its method and evidence, email, owner, queue', async () => {
    const sent = await house.database.records.create('email', {
      subject: 'Our offer',
      directioncode: true,
      statecode: 1,
      statuscode: 3,
      messageid: 'offer@ours.example',
      regardingobjectid: { table: 'account', id: seeded.customer },
    });
    const to = 'anna@ours.example, support@ours.example, sales@ours.example';
    const headers = { 'Content-Type': 'multipart/mixed; boundary=x' };
    const body = '--x\r\n\r\nYes.\r\n--x\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nMZ\r\n--x--';
    const raw = rawMail({ id: 'yes@customer.example', to, inReplyTo: 'offer@ours.example', headers, body });
    await receive(raw, seeded.annasMailbox);
    await house.clock.advance(1000);
    await receive(raw, seeded.salesMailbox);
    const explanation = await explain('<yes@customer.example>');
    const [first, second] = explanation.decisions;
    assert.deepEqual([first?.mailbox?.name, first?.verdict, first?.code], ['Anna', MailVerdict.tracked, 'Accepted']);
    assert.equal(first?.acceptedBy?.name, 'Anna Ours');
    assert.equal(first?.evidence.linkedTo, sent);
    assert.match(String(first?.evidence.correlation), /In-Reply-To names <offer@ours\.example>/);
    assert.deepEqual(
      ((first?.evidence.filters ?? []) as { name: string; accepts: boolean; filter: number }[]).map((one) => [
        one.name,
        one.filter,
        one.accepts,
      ]),
      [
        ['Anna Ours', 1, true],
        ['Support', 0, true],
        ['Sales', 2, true],
      ],
    );
    assert.deepEqual([second?.mailbox?.name, second?.verdict], ['Sales', MailVerdict.alreadyTracked]);
    assert.equal(second?.evidence.judgedBy, 'head');
    const [email] = explanation.emails;
    assert.equal(email?.email.id, first?.email?.id);
    assert.deepEqual([email?.owner?.name, email?.regarding?.id], ['Anna Ours', seeded.customer]);
    assert.deepEqual(email?.queues.map((queue) => queue.name).sort(), ['Sales', 'Support']);
    assert.deepEqual(await explain(email?.email.id ?? ''), explanation, 'the id of the email does as well');

    const story = messageStory(explanation).join('\n');
    for (const sentence of [
      /^Message <yes@customer\.example>: "A question"$/m,
      /^In mailbox "Anna"/m,
      /From carla@customer\.example \(a contact here\), received 2026-01-02 09:00 UTC, \d+ bytes\./,
      /Tracked \(Accepted\), decided 2026-01-02 12:00 UTC: Anna Ours takes answers to tracked email, and this is one\./,
      /Asked Sales \(takes from leads, contacts and accounts\): yes\./,
      /found by In-Reply-To or References\. In-Reply-To names <offer@ours\.example>\./,
      /Attachment left out: "a\.exe", files of type \.exe are blocked\./,
      /Judged by its head; the body was not fetched\./,
      /^Received email "A question"/m,
      /Owner "Anna Ours"/,
    ]) {
      assert.match(story, sentence);
    }
  });

  test('a message that nobody took, and one in the quarantine', async () => {
    await receive(rawMail({ to: 'anna@ours.example' }), seeded.annasMailbox);
    const refused = messageStory(await explain('one@customer.example')).join('\n');
    assert.match(refused, /Sent to anna@ours\.example\./);
    assert.match(refused, /Not tracked \(NoCorrelationMatch\).*Anna Ours takes answers to tracked email only/);
    assert.doesNotMatch(refused, /Received email|undefined/);
    await receive(rawMail({ id: 'broken@x.example', from: 'nobody' }));
    const held = messageStory(await explain('broken@x.example')).join('\n');
    assert.match(held, /Quarantined \(InvalidSender\)/);
    assert.match(held, /In the quarantine of mailbox "Support" \(.*\): Retrying, 1 tries; next try 2026-01-02 12:0/);
  });

  test('a message without Message-ID is told by the id of its decision', async () => {
    await receive(rawMail({ id: '' }));
    const [decision] = await house.decisions();
    const explanation = await explain(decision?.mr_maildecisionid ?? '');
    assert.equal(explanation.decisions.length, 1);
    assert.match(messageStory(explanation)[0] ?? '', /^Message without Message-ID: "A question"$/);
  });

  test('a message nobody has seen is an answer too', async () => {
    await assert.rejects(explain('<who@x.example>'), { code: 'mr_NotFound', message: /No mailbox has seen/ });
  });

  test('decisions and settled quarantine go when their time is over; what was seen stays known', async () => {
    const server = scriptedServer([{ serverId: 'a', raw: rawMail({ to: 'anna@ours.example' }) }]);
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    const hold = (mr_serverid: string, mr_status: number) =>
      house.database.records.create('mr_quarantine', { mr_serverid, mr_status });
    await hold('released', QuarantineStatus.released);
    await hold('held', QuarantineStatus.held);
    const noted = house.clock.now();
    assert.equal(await sweepDecisions(house.database, noted), 0);
    await house.clock.advance(1000);
    assert.equal(await sweepDecisions(house.database, house.clock.now()), 2);
    assert.deepEqual(
      (await house.quarantined()).map((one) => one.mr_serverid),
      ['held'],
    );
    await house.database.records.update('usersettings', seeded.anna, { incomingemailfilteringmethod: 0 });
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    assert.equal((await house.emails()).length, 0, 'IN-20: decided once, even when nobody remembers how');
  });
});

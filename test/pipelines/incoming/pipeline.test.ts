import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { askRevisit } from '../../../src/pipelines/incoming/revisit.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { CorrelationMethod, MailVerdict, PartyMask } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('incoming turn: what becomes of a message', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  let received = 0;
  const receive = async (raw: Buffer, options: Parameters<IncomingHouse['turn']>[1] = {}) => {
    const outcome = await house.turn(scriptedServer([{ serverId: `s${++received}`, raw }]), options);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    return outcome;
  };
  const byId = async (messageid: string) => (await house.emails()).find((email) => email.messageid === messageid);
  const sent = (more: RecordOf<'email'>) =>
    house.database.records.create('email', {
      subject: 'Our offer',
      directioncode: true,
      statecode: 1,
      statuscode: 3,
      sender: 'anna@ours.example',
      ownerid: { table: 'systemuser', id: seeded.anna },
      regardingobjectid: { table: 'account', id: seeded.customer },
      ...more,
    });

  test('IN-40, QU-03: a customer mail to a queue becomes one email with parties, owner and queue item', async () => {
    const server = scriptedServer([{ serverId: 'a', raw: rawMail({ cc: 'Stranger <who@else.example>' }) }]);
    const outcome = await house.turn(server);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed, outcome.more], [1, 0, false]);
    const [email] = await house.emails();
    assert.ok(email?.activityid);
    assert.equal(email.subject, 'A question');
    assert.deepEqual([email.statecode, email.statuscode, email.directioncode], [1, 4, false]);
    assert.equal(email.ownerid?.id, seeded.anna);
    assert.equal(email.acceptingentityid?.id, seeded.support);
    assert.equal(email.receivingmailboxid?.id, seeded.supportMailbox);
    assert.equal(email.emailsender?.id, seeded.carla);
    assert.equal(email.createdby?.id, seeded.system);
    const parties = await house.parties(email.activityid);
    assert.deepEqual(
      parties.map((party) => [party.participationtypemask, party.partyid?.id ?? party.unresolvedpartyname]),
      [
        [PartyMask.from, seeded.carla],
        [PartyMask.to, seeded.support],
        [PartyMask.cc, 'Stranger'],
      ],
    );
    const items = await house.queueItems();
    assert.deepEqual(
      items.map((item) => [item.queueid?.id, item.objectid?.id]),
      [[seeded.support, email.activityid]],
    );
    const [decision] = await house.decisions();
    assert.equal(decision?.mr_verdict, MailVerdict.tracked);
    assert.match(decision?.mr_reason ?? '', /Support takes all messages/);
  });
  test('IN-14, IN-22: nobody takes it: no email, no raw message kept, a decision that says why', async () => {
    await receive(rawMail({ to: 'anna@ours.example' }), { mailboxid: seeded.annasMailbox });
    assert.equal((await house.emails()).length, 0);
    const [decision] = await house.decisions();
    assert.deepEqual([decision?.mr_verdict, decision?.mr_reasoncode], [MailVerdict.notTracked, 'NoCorrelationMatch']);
    assert.match(decision?.mr_reason ?? '', /Anna Ours takes answers to tracked email only/);
    const blobs = await house.database.sql<{ count: string }>('select count(*) from mr_blob');
    assert.equal(Number(blobs[0]?.count), 0);
  });

  test('IN-27: read in one mailbox, accepted by the filter of another recipient', async () => {
    await receive(rawMail({ to: 'anna@ours.example, support@ours.example' }), { mailboxid: seeded.annasMailbox });
    const [email] = await house.emails();
    assert.equal(email?.acceptingentityid?.id, seeded.support);
    assert.equal(email?.receivingmailboxid?.id, seeded.annasMailbox);
  });

  test('IN-20: a decision stands when the filter changes', async () => {
    const server = scriptedServer([{ serverId: 'a', raw: rawMail({ to: 'anna@ours.example' }) }]);
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    await house.database.records.update('usersettings', seeded.anna, { incomingemailfilteringmethod: 0 });
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    server.mails = server.mails.map((mail) => ({ ...mail, serverId: 'b' }));
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    assert.equal((await house.emails()).length, 0);
  });

  test('CO-05, IN-42, IN-43: an answer by In-Reply-To takes over what its parent regards', async () => {
    const parent = await sent({ messageid: 'offer@ours.example', mr_identity: 'offer@ours.example' });
    await receive(rawMail({ to: 'anna@ours.example', inReplyTo: 'offer@ours.example', subject: 'RE: Our offer' }), {
      mailboxid: seeded.annasMailbox,
    });
    const answer = await byId('one@customer.example');
    assert.equal(answer?.correlationmethod, CorrelationMethod.inReplyTo);
    assert.deepEqual([answer?.correlatedactivityid?.id, answer?.parentactivityid?.id], [parent, parent]);
    assert.equal(answer?.regardingobjectid?.id, seeded.customer);
    assert.equal(answer?.ownerid?.id, seeded.anna);
    assert.equal(answer?.correlatedsubjectchanged, false);
  });

  test('CO-19, CO-10: an answer by the token in its subject has no parent', async () => {
    const parent = await sent({ trackingtoken: 'CRM:0001001', messageid: 'x@ours.example' });
    await receive(rawMail({ subject: 'Re: Our offer crm:0001001', inReplyTo: 'rewritten@gateway.example' }));
    const answer = await byId('one@customer.example');
    assert.equal(answer?.correlationmethod, CorrelationMethod.trackingToken);
    assert.deepEqual([answer?.correlatedactivityid?.id, answer?.parentactivityid], [parent, null]);
  });

  test('CO-30, CO-41: smart matching finds an answer without any header, when it is switched on', async () => {
    await receive(rawMail({ id: 'q@customer.example', subject: 'Quote 12' }), {
      settings: { smartMatchingEnabled: true },
    });
    const answer = { id: 'r@customer.example', subject: 'RE: Quote 12' };
    await receive(rawMail(answer), { settings: { smartMatchingEnabled: true } });
    const [first, second] = await house.emails();
    assert.equal(second?.correlationmethod, CorrelationMethod.smartMatching);
    assert.equal(second?.correlatedactivityid?.id, first?.activityid);
  });

  test('a reply and its parent in one batch, the reply first, are linked', async () => {
    const server = scriptedServer([
      {
        serverId: 'reply',
        raw: rawMail({
          id: 'reply@customer.example',
          to: 'anna@ours.example',
          inReplyTo: 'parent@customer.example',
          date: new Date('2026-01-02T08:00:00Z'),
        }),
      },
      {
        serverId: 'parent',
        raw: rawMail({ id: 'parent@customer.example', to: 'anna@ours.example, ben@ours.example' }),
      },
    ]);
    const outcome = await house.turn(server, { mailboxid: seeded.annasMailbox });
    assert.deepEqual([outcome.itemsProcessed, outcome.error], [2, undefined]);
    const parent = await byId('parent@customer.example');
    const reply = await byId('reply@customer.example');
    assert.equal(reply?.parentactivityid?.id, parent?.activityid);
    assert.equal(reply?.conversationtrackingid, parent?.conversationtrackingid);
    assert.equal(reply?.acceptingentityid?.id, seeded.anna);
  });

  test('PAIN-05: the same message in two mailboxes is one email with two decisions', async () => {
    const raw = rawMail({ to: 'support@ours.example, ben@ours.example' });
    await receive(raw);
    await receive(raw, { mailboxid: seeded.bensMailbox });
    const emails = await house.emails();
    assert.equal(emails.length, 1);
    const decisions = await house.decisions();
    assert.deepEqual(
      new Set(decisions.map((one) => one.mr_verdict)),
      new Set([MailVerdict.tracked, MailVerdict.alreadyTracked]),
    );
    assert.ok(decisions.every((one) => one.mr_emailid?.id === emails[0]?.activityid));
    assert.equal((await house.queueItems()).length, 1);
  });

  test('QU-05, QU-06: with ST-46 a queue that reads it later gets its item, once', async () => {
    const raw = rawMail({ to: 'ben@ours.example', cc: 'support@ours.example' });
    const base = { ...settingsWith().switches, CreateQueueItemsForAcceptingQueueRecipients: false };
    await receive(raw, { mailboxid: seeded.bensMailbox, settings: { switches: base } });
    assert.equal((await house.queueItems()).length, 0);
    const switches = { ...base, SSSCreateAdditionalQueueItemsForAlreadyTrackedEmail: true };
    await receive(raw, { settings: { switches } });
    await house.database.sql('delete from mr_maildecision');
    await house.database.sightings.forget(seeded.supportMailbox);
    await receive(raw, { settings: { switches } });
    assert.equal((await house.queueItems()).length, 1);
  });

  test('PAIN-06, IN-33: the received copy of mail that we sent is a second email', async () => {
    await sent({ messageid: 'one@customer.example', mr_identity: 'one@customer.example' });
    await receive(rawMail({ from: 'anna@ours.example', to: 'ben@ours.example' }), { mailboxid: seeded.bensMailbox });
    assert.deepEqual((await house.emails()).map((email) => email.directioncode).sort(), [false, true]);
  });

  test('PAIN-06, PAIN-17: deleting the sent email does not keep its received copy out', async () => {
    const id = await sent({ messageid: 'one@customer.example', mr_identity: 'one@customer.example' });
    await house.database.records.delete('email', id);
    await receive(rawMail({ from: 'anna@ours.example', to: 'ben@ours.example' }), { mailboxid: seeded.bensMailbox });
    assert.deepEqual(
      (await house.emails()).map((email) => email.directioncode),
      [false],
    );
  });

  test('PAIN-05: a Message-ID that another message has already used loses nobody', async () => {
    await receive(rawMail({ body: 'first scan' }));
    await receive(rawMail({ body: 'second scan', date: new Date('2026-01-02T09:05:00Z') }));
    await receive(rawMail({ body: 'second scan, again', date: new Date('2026-01-02T09:05:00Z') }));
    const emails = await house.emails();
    assert.equal(emails.length, 3);
    assert.ok(emails.every((email) => email.messageid === 'one@customer.example'));
  });

  test('PAIN-05: a copy with another From and the same Date is the same message', async () => {
    await receive(rawMail());
    await receive(rawMail({ from: 'List <list@lists.example>', headers: { 'List-Id': 'x' } }), {
      mailboxid: seeded.bensMailbox,
    });
    assert.equal((await house.emails()).length, 1);
  });

  test('IN-32: without Message-ID, the same message is told by its content', async () => {
    await receive(rawMail({ id: '' }));
    await receive(rawMail({ id: '' }), { mailboxid: seeded.bensMailbox });
    await receive(rawMail({ id: '', body: 'Another one.' }));
    assert.equal((await house.emails()).length, 2);
  });

  test('PAIN-17, IN-31: what was deleted here does not come back, until re-evaluation is asked for', async () => {
    const server = scriptedServer([{ serverId: 'a', raw: rawMail({ cc: 'ben@ours.example' }) }]);
    await house.turn(server);
    const [email] = await house.emails();
    await house.database.records.delete('email', email?.activityid ?? '');
    await house.turn(server);
    await house.turn(server, { mailboxid: seeded.bensMailbox });
    assert.equal((await house.emails()).length, 0);
    assert.ok((await house.decisions()).some((one) => one.mr_reasoncode === 'Deleted'));
    await house.database.transaction((scope) =>
      askRevisit(scope, seeded.supportMailbox, {
        kind: 'reevaluation',
        since: new Date('2020-01-01T00:00:00Z'),
        askedOn: house.clock.now(),
      }),
    );
    const again = await house.turn(server);
    assert.deepEqual([again.itemsProcessed, again.error], [1, undefined]);
    assert.equal((await house.emails()).length, 1);
    const decisions = (await house.decisions()).filter((one) => one.mr_mailboxid?.id === seeded.supportMailbox);
    assert.deepEqual(
      decisions.map((one) => one.mr_verdict),
      [MailVerdict.tracked],
    );
    assert.equal((await house.turn(server)).itemsProcessed, 0, 'the request is answered once');
  });

  test('TE-09: re-evaluation asks the filters again', async () => {
    const server = scriptedServer([{ serverId: 'a', raw: rawMail({ to: 'anna@ours.example' }) }]);
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    await house.database.records.update('usersettings', seeded.anna, { incomingemailfilteringmethod: 0 });
    await house.database.transaction((scope) =>
      askRevisit(scope, seeded.annasMailbox, {
        kind: 'reevaluation',
        since: new Date('2020-01-01T00:00:00Z'),
        askedOn: house.clock.now(),
      }),
    );
    await house.turn(server, { mailboxid: seeded.annasMailbox });
    assert.equal((await house.emails()).length, 1);
    assert.equal((await house.decisions())[0]?.mr_verdict, MailVerdict.tracked);
  });

  test('IN-06, PAIN-18: bodies of messages from before the start date are not fetched', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, {
      processemailreceivedafter: new Date('2026-01-02T08:00:00Z'),
    });
    const old = rawMail({ id: 'old@customer.example', date: new Date('2026-01-01T08:00:00Z') });
    const late = rawMail({
      id: 'late@customer.example',
      date: new Date('2025-12-01T08:00:00Z'),
      headers: { Received: 'from a by b; Fri, 2 Jan 2026 10:00:00 +0000' },
    });
    const server = scriptedServer([
      { serverId: 'old', raw: old },
      { serverId: 'late', raw: late },
    ]);
    await house.turn(server);
    assert.deepEqual(server.fetched, ['late'], 'when it arrived counts, not when it was written');
    const decisions = await house.decisions();
    assert.deepEqual(
      decisions.map((one) => [one.mr_serverid, one.mr_reasoncode]),
      [
        ['late', 'Accepted'],
        ['old', 'BeforeStartDate'],
      ],
    );
    server.mails.push({
      serverId: 'old2',
      raw: rawMail({ id: 'old2@x.example', date: new Date('2026-01-01T09:00:00Z') }),
    });
    await house.turn(server);
    assert.equal((await house.emails()).length, 1);
  });

  test('IN-06: without any date a mailbox starts when it is first read', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, { processemailreceivedafter: null });
    await receive(rawMail());
    assert.equal((await house.decisions())[0]?.mr_reasoncode, 'BeforeStartDate');
    await house.clock.advance(60_000);
    await receive(rawMail({ id: 'new@customer.example', date: new Date('2026-01-02T12:00:30Z') }));
    assert.equal((await house.emails()).length, 1);
  });

  test('IN-28: a blind copy in the mailbox of a queue that takes all messages', async () => {
    await receive(rawMail({ to: 'undisclosed-recipients:;' }));
    const [email] = await house.emails();
    assert.equal(email?.acceptingentityid?.id, seeded.support);
    assert.equal(email?.ownerid?.id, seeded.anna);
    assert.equal((await house.queueItems()).length, 1);
  });

  test('tagged, alternate and original addresses stand for their queue', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, {
      mr_alternateaddresses: 'help@ours.example; hilfe@ours.example',
    });
    await receive(rawMail({ id: 'a@x.example', to: 'support+case12@ours.example' }));
    await receive(rawMail({ id: 'b@x.example', to: 'Hilfe@ours.example' }));
    await receive(
      rawMail({ id: 'c@x.example', to: 'list@lists.example', headers: { 'X-Original-To': 'sales@ours.example' } }),
    );
    const emails = await house.emails();
    assert.deepEqual(
      emails.map((email) => email.acceptingentityid?.id),
      [seeded.support, seeded.support, seeded.sales],
    );
    const parties = await house.parties(emails[0]?.activityid ?? '');
    assert.ok(parties.some((party) => party.partyid?.id === seeded.support));
  });

  test('two workers that read the same message at once make one email', async () => {
    const raw = rawMail({ to: 'support@ours.example, ben@ours.example' });
    const outcomes = await Promise.all([
      house.turn(scriptedServer([{ serverId: 'a', raw }])),
      house.turn(scriptedServer([{ serverId: 'b', raw }]), { mailboxid: seeded.bensMailbox }),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.error),
      [undefined, undefined],
    );
    assert.equal((await house.emails()).length, 1);
    assert.equal((await house.decisions()).length, 2);
  });
});

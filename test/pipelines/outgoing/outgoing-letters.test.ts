import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import { EmailStatus } from '../../../src/tables/choices.ts';
import { accept, type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('outgoing turn: what leaves, in which order and as whom', () => {
  let scene: OutgoingScene;
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());
  beforeEach(async () => {
    scene.sender.sent.length = 0;
    scene.sender.script = [];
    scene.sender.otherwise = accept;
    await scene.store.database.sql('delete from email');
    await scene.store.database.sql('delete from tracelog');
  });

  it('OU-05: higher priority first, then oldest', async () => {
    const low = await scene.pendingEmail({ subject: 'low', deliveryprioritycode: 0, prioritycode: 0 });
    const old = await scene.pendingEmail({ subject: 'old' });
    const high = await scene.pendingEmail({ subject: 'high', deliveryprioritycode: 2, prioritycode: 2 });
    await scene.turn(runOutgoingTurn, { profile: { maxconcurrentconnections: 1 } });
    const order = scene.sender.sent.map((mail) => /^Subject: (\w+)/m.exec(mail.raw.toString())?.[1]);
    assert.deepEqual(order, ['high', 'old', 'low']);
    assert.match(scene.sender.sent[0]?.raw.toString() ?? '', /^Importance: high\r$/m);
    for (const id of [low, old, high]) assert.equal((await scene.email(id)).statuscode, EmailStatus.sent);
  });

  it('OU-07: a delayed email waits for its time, and the next turn is due then', async () => {
    const on = new Date(scene.clock.now().getTime() + 120_000);
    const id = await scene.pendingEmail({ delayedemailsendtime: on });
    const outcome = await scene.turn(runOutgoingTurn);
    assert.deepEqual(outcome.nextDueOn, on);
    assert.equal(scene.sender.sent.length, 0);
    await scene.clock.advance(120_000);
    await scene.turn(runOutgoingTurn);
    assert.equal((await scene.email(id)).statuscode, EmailStatus.sent);
  });

  it('OU-09: a reply carries In-Reply-To, References, Thread-Index and the thread’s token', async () => {
    const parent = await scene.store.database.records.create('email', {
      subject: 'Help CRM:0007042',
      directioncode: false,
      statecode: 1,
      statuscode: 4,
      messageid: 'asked@customer.example',
      mr_references: '<first@customer.example>',
      conversationindex: Buffer.alloc(22, 1).toString('base64'),
      trackingtoken: 'CRM:0007042',
    });
    const id = await scene.pendingEmail({ subject: 'Re: Help', parentactivityid: { table: 'email', id: parent } });
    await scene.turn(runOutgoingTurn);
    const email = await scene.email(id);
    assert.equal(email.trackingtoken, 'CRM:0007042');
    assert.equal(email.subject, 'Re: Help CRM:0007042');
    assert.equal(email.inreplyto, 'asked@customer.example');
    const raw = (scene.sender.sent[0]?.raw.toString() ?? '').replace(/\r\n[ \t]/g, ' ');
    assert.match(raw, /^In-Reply-To: <asked@customer\.example>\r$/m);
    assert.match(raw, /^References: <first@customer\.example> <asked@customer\.example>\r$/m);
    assert.equal(Buffer.from(email.conversationindex ?? '', 'base64').length, 27);
  });

  it('OU-15: every address once in the envelope; Bcc in no header', async () => {
    const contact = { table: 'contact', id: scene.contactid };
    await scene.pendingEmail({
      to: [{ partyid: contact, addressused: 'ada@customer.example' }],
      cc: [{ partyid: contact, addressused: 'Ada@Customer.example' }],
      bcc: [{ partyid: contact, addressused: 'hidden@customer.example' }],
    });
    await scene.turn(runOutgoingTurn);
    const mail = scene.sender.sent[0];
    assert.deepEqual(mail?.envelope.to, ['ada@customer.example', 'hidden@customer.example']);
    assert.doesNotMatch(mail?.raw.toString() ?? '', /hidden@|^Cc:/m);
  });

  it('SA-05: mail in another’s name names both, and comes from the mailbox it goes through', async () => {
    const { records } = scene.store.database;
    const boss = await records.create('systemuser', {
      fullname: 'Ada Boss',
      internalemailaddress: 'boss@contoso.example',
    });
    const from = [{ partyid: { table: 'systemuser', id: boss }, addressused: 'boss@contoso.example' }];
    const id = await scene.pendingEmail({ from });
    await scene.turn(runOutgoingTurn);
    const mail = scene.sender.sent[0];
    assert.equal(mail?.envelope.from, 'grace@contoso.example');
    const raw = mail?.raw.toString() ?? '';
    assert.match(raw, /^From: Ada Boss <boss@contoso\.example>\r$/m);
    assert.match(raw, /^Sender: Grace Hopper <grace@contoso\.example>\r$/m);
    assert.equal((await scene.email(id)).statuscode, EmailStatus.sent);
    scene.sender.script = [
      () => {
        throw new MailroomError('The server refused the sender.', { code: 'ErrorSendAsDenied', kind: 'item' });
      },
    ];
    const denied = await scene.pendingEmail({ from });
    await scene.turn(runOutgoingTurn);
    const row = await scene.email(denied);
    assert.deepEqual([row.statuscode, row.mr_lasterrorcode], [EmailStatus.failed, 'ErrorSendAsDenied']);
    assert.match((await scene.alerts(denied))[0]?.text ?? '', /was not sent.*refused the sender/);
  });

  it('SA-04: mail of the mailbox’s owner has no Sender field', async () => {
    await scene.pendingEmail({
      from: [{ partyid: { table: 'systemuser', id: scene.userid }, addressused: 'old@contoso.example' }],
    });
    await scene.turn(runOutgoingTurn);
    const raw = scene.sender.sent[0]?.raw.toString() ?? '';
    assert.match(raw, /^From: Grace Hopper <grace@contoso\.example>\r$/m);
    assert.doesNotMatch(raw, /^Sender:/m);
  });

  it('OU-02, OU-08: an email that cannot be addressed fails by itself; the others go', async () => {
    const bad = await scene.pendingEmail({ to: [{ addressused: 'nobody@customer.example' }] });
    const good = await scene.pendingEmail();
    const outcome = await scene.turn(runOutgoingTurn);
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed], [1, 1]);
    assert.equal((await scene.email(bad)).statuscode, EmailStatus.failed);
    assert.equal((await scene.email(bad)).mr_lasterrorcode, '80040B0B');
    assert.equal((await scene.email(good)).statuscode, EmailStatus.sent);
  });

  it('OU-09: attachments and receipts go along', async () => {
    const id = await scene.pendingEmail({ deliveryreceiptrequested: true, readreceiptrequested: true });
    await scene.store.database.records.create('activitymimeattachment', {
      objectid: { table: 'email', id },
      objecttypecode: 'email',
      filename: 'hello.txt',
      mimetype: 'text/plain',
      body: Buffer.from('hello world').toString('base64'),
      attachmentnumber: 1,
    });
    await scene.turn(runOutgoingTurn);
    const mail = scene.sender.sent[0];
    assert.deepEqual(mail?.envelope.dsn?.notify, ['SUCCESS', 'FAILURE', 'DELAY']);
    const raw = mail?.raw.toString() ?? '';
    assert.match(raw, /^Disposition-Notification-To: .*grace@contoso\.example/m);
    assert.match(raw, /filename="?hello\.txt/);
    assert.match(raw, new RegExp(Buffer.from('hello world').toString('base64')));
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { MailVerdict } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('incoming turn: heads before bodies', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  const toAnna = { to: 'anna@ours.example' };
  const annas = { mailboxid: seeded.annasMailbox };
  const sent = () =>
    house.database.records.create('email', {
      subject: 'Our offer',
      directioncode: true,
      statecode: 1,
      statuscode: 3,
      messageid: 'offer@ours.example',
    });

  test('PAIN-18, IN-10: of mail that nobody takes only the head is fetched, and it is asked for once', async () => {
    await sent();
    const server = scriptedServer([
      { serverId: 'newsletter', raw: rawMail({ ...toAnna, id: 'news@x.example' }) },
      { serverId: 'answer', raw: rawMail({ ...toAnna, id: 'answer@x.example', inReplyTo: 'offer@ours.example' }) },
    ]);
    const outcome = await house.turn(server, annas);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    assert.deepEqual(server.fetched, ['answer']);
    assert.deepEqual([outcome.itemsProcessed, outcome.more], [2, false]);
    const decisions = await house.decisions();
    assert.deepEqual(
      decisions.map((one) => [one.mr_serverid, one.mr_verdict, one.mr_reasoncode]),
      [
        ['answer', MailVerdict.tracked, 'Accepted'],
        ['newsletter', MailVerdict.notTracked, 'NoCorrelationMatch'],
      ],
    );
    assert.equal(decisions[1]?.mr_sizebytes, server.mails[0]?.raw.length, 'the size of the whole message');
    await house.turn(server, annas);
    assert.deepEqual([server.heads.length, server.fetched.length], [2, 1]);
  });

  test('PAIN-18: a mailbox that takes everything is read without a look at the heads', async () => {
    const server = scriptedServer();
    await house.turn(server);
    server.mails.push({ serverId: 'a', raw: rawMail({ id: 'first@x.example' }) });
    await house.turn(server);
    server.mails.push({ serverId: 'b', raw: rawMail({ id: 'second@x.example' }) });
    await house.turn(server);
    assert.deepEqual(server.heads, ['a'], 'the first look asks for heads: mail may be from before the start date');
    assert.deepEqual(server.fetched, ['a', 'b']);
  });

  test('PAIN-18: reports and messages without Message-ID are judged whole', async () => {
    const report = { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=x' };
    const server = scriptedServer([
      { serverId: 'bounce', raw: rawMail({ ...toAnna, id: 'b@x.example', headers: report }) },
      { serverId: 'daemon', raw: rawMail({ ...toAnna, id: 'd@x.example', from: 'MAILER-DAEMON@x.example' }) },
      { serverId: 'null', raw: rawMail({ ...toAnna, id: 'n@x.example', headers: { 'Return-Path': '<>' } }) },
      { serverId: 'nameless', raw: rawMail({ ...toAnna, id: '' }) },
      { serverId: 'plain', raw: rawMail({ ...toAnna, id: 'p@x.example' }) },
    ]);
    await house.turn(server, annas);
    assert.deepEqual(server.fetched, ['bounce', 'daemon', 'null', 'nameless']);
    assert.equal((await house.decisions()).length, 5);
  });

  test('PAIN-18: without TOP the whole messages are judged, to the same end', async () => {
    const server = scriptedServer([{ serverId: 'a', raw: rawMail(toAnna) }]);
    server.hasHeads = false;
    await house.turn(server, annas);
    assert.deepEqual(server.fetched, ['a']);
    assert.equal((await house.decisions())[0]?.mr_reasoncode, 'NoCorrelationMatch');
  });

  test('PAIN-14: a huge message that nobody takes is told by its head, not by its size', async () => {
    const raw = rawMail(toAnna);
    const server = scriptedServer([{ serverId: 'a', raw, sizeBytes: 900_000_000 }]);
    const outcome = await house.turn(server, annas);
    assert.equal(outcome.itemsFailed, 0);
    assert.deepEqual(
      (await house.decisions()).map((one) => [one.mr_reasoncode, one.mr_sizebytes]),
      [['NoCorrelationMatch', 900_000_000]],
    );
  });

  test('QU-05, PAIN-05: what another mailbox brought needs no second download', async () => {
    const raw = rawMail({ to: 'support@ours.example, sales@ours.example' });
    await house.turn(scriptedServer([{ serverId: 's', raw }]));
    const server = scriptedServer([{ serverId: 't', raw }]);
    await house.turn(server, { mailboxid: seeded.salesMailbox });
    assert.deepEqual(server.fetched, []);
    assert.deepEqual(
      (await house.decisions()).map((one) => one.mr_verdict),
      [MailVerdict.tracked, MailVerdict.alreadyTracked],
    );
    assert.equal((await house.emails()).length, 1);
  });

  test('PF-08: heads too are looked at in portions, and every message is judged in the end', async () => {
    await sent();
    const mails = Array.from({ length: 450 }, (_, at) => {
      const isAnswer = at % 100 === 99;
      const fields = { ...toAnna, id: `m${at}@x.example`, ...(isAnswer ? { inReplyTo: 'offer@ours.example' } : {}) };
      return { serverId: `s${at}`, raw: rawMail(fields) };
    });
    const server = scriptedServer(mails);
    const turns: boolean[] = [];
    do {
      const outcome = await house.turn(server, { ...annas, maxItems: 2 });
      assert.equal(outcome.error, undefined, outcome.error?.message);
      turns.push(outcome.more);
    } while (turns.at(-1) === true && turns.length < 20);
    assert.deepEqual(turns, [true, true, false], 'two portions of heads hold two answers each');
    assert.equal((await house.emails()).filter((email) => email.directioncode === false).length, 4);
    assert.equal((await house.decisions()).length, 450);
    assert.equal(server.fetched.length, 4);
  });
});

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import type { OutgoingMail } from '../../../src/contracts/mail-sender.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import { DeliveryStatus, EmailStatus, SendOutcome } from '../../../src/tables/choices.ts';
import { heldClock } from '../../support/clock.ts';
import { accept, everyone, type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('outgoing turn', () => {
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

  it('OU-10: an accepted email is Sent with Message-ID, token, date and the fate of its recipient', async () => {
    const id = await scene.pendingEmail();
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.error, undefined);
    assert.equal(outcome.itemsProcessed, 1);
    const email = await scene.email(id);
    assert.equal(email.statuscode, EmailStatus.sent);
    assert.equal(email.statecode, 1);
    assert.equal(email.mr_sendoutcome, SendOutcome.accepted);
    assert.deepEqual(email.senton, email.actualend);
    assert.match(email.messageid ?? '', /^[0-9a-f-]{36}@contoso\.example$/);
    const inner = await scene.store.database.records.retrieve('email', id, ['mr_identity']);
    assert.equal(inner?.mr_identity, email.messageid);
    assert.match(email.subject ?? '', /^Quote CRM:0\d{6}$/);
    const [party] = await scene.parties(id);
    assert.equal(party?.mr_deliverystatus, DeliveryStatus.accepted);
    assert.match(party?.mr_deliveryreply ?? '', /queued as 4711/);
    const raw = scene.sender.sent[0]?.raw.toString() ?? '';
    assert.match(raw, /^From: Grace Hopper <grace@contoso\.example>\r$/m);
    assert.match(raw, /^To: Ada Lovelace <ada@customer\.example>\r$/m);
  });

  it('OU-06: Sending and the final Message-ID are committed before the wire is touched', async () => {
    const id = await scene.pendingEmail();
    let seen: { statuscode?: number | null; messageid?: string | null } = {};
    scene.sender.script = [
      async (mail) => {
        seen = await scene.email(id);
        return accept(mail);
      },
    ];
    await scene.turn(runOutgoingTurn);
    assert.equal(seen.statuscode, EmailStatus.sending);
    assert.equal(seen.messageid, scene.sender.sent[0]?.messageId);
  });

  it('OU-06, PAIN-11: an email left Sending by a dead worker becomes uncertain, is told, and never sent again by itself', async () => {
    const id = await scene.pendingEmail();
    scene.sender.script = [() => new Promise<never>(() => {})];
    const dead = await scene.lease('outgoing', 'dead-worker', 60_000);
    void runOutgoingTurn(await scene.context(dead));
    while (scene.sender.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await scene.clock.advance(61_000);
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.itemsFailed, 1);
    assert.equal(scene.sender.sent.length, 1);
    const email = await scene.email(id);
    assert.equal(email.statuscode, EmailStatus.failed);
    assert.equal(email.mr_sendoutcome, SendOutcome.uncertain);
    assert.equal((await scene.parties(id))[0]?.mr_deliverystatus, DeliveryStatus.uncertain);
    const [alert] = await scene.alerts(id);
    assert.match(alert?.text ?? '', /mark it as sent, or send it again/);
    await scene.turn(runOutgoingTurn);
    assert.equal(scene.sender.sent.length, 1);
  });

  it('OU-06, PAIN-11: of what a dead worker had claimed, known outcomes are kept, what was on the wire is uncertain, the rest goes once', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 20; index += 1) ids.push(await scene.pendingEmail({ subject: `no. ${index}` }));
    const hangs = (): Promise<never> => new Promise(() => {});
    const refuses = (mail: OutgoingMail) => everyone(mail, 'rejected', '550 5.1.1 no such user');
    scene.sender.script = [accept, refuses, (mail) => everyone(mail, 'deferred', '450 4.2.0 greylisted')];
    scene.sender.otherwise = hangs;
    const dead = await scene.lease('outgoing', 'dead-worker', 60_000);
    // Its clock stands for ever but for moments, so that it never writes an outcome on a record.
    const standing = heldClock(scene.clock.now());
    const clock = { ...standing, sleep: (ms: number) => (ms < 100 ? Promise.resolve() : standing.sleep(ms)) };
    void runOutgoingTurn(await scene.context(dead, { clock }));
    const onTheWire = 5;
    while (scene.sender.sent.length < 3 + onTheWire) await new Promise((resolve) => setImmediate(resolve));
    const handedOver = scene.sender.sent.map((mail) => mail.messageId);
    await scene.clock.advance(61_000);
    scene.sender.otherwise = accept;
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.error, undefined);
    assert.equal(outcome.itemsFailed, onTheWire + 1);
    const emails = await Promise.all(ids.map((id) => scene.email(id)));
    const told = emails.map((email) => `${email.statuscode} ${email.mr_sendoutcome}`);
    const count = (status: number, sendOutcome: number): number =>
      told.filter((one) => one === `${status} ${sendOutcome}`).length;
    assert.equal(count(EmailStatus.failed, SendOutcome.uncertain), onTheWire);
    assert.equal(count(EmailStatus.failed, SendOutcome.refused), 1);
    assert.equal(count(EmailStatus.pendingSend, SendOutcome.waiting), 1);
    assert.equal(count(EmailStatus.sent, SendOutcome.accepted), 20 - onTheWire - 2);
    const afterwards = scene.sender.sent.slice(handedOver.length).map((mail) => mail.messageId);
    assert.deepEqual(
      afterwards.filter((id) => handedOver.includes(id)),
      [],
      'nothing that was handed over goes again',
    );
    assert.deepEqual(await scene.store.database.sql('select * from mr_handover'), []);
  });

  it('OU-06: one commit enters what all connections hand over, never more than five at a time', async () => {
    for (let index = 0; index < 20; index += 1) await scene.pendingEmail({ subject: `no. ${index}` });
    const { database } = scene.store;
    const open: number[] = [];
    const sql: typeof database.sql = async (text, values) => {
      const rows = await database.sql(text, values);
      if (text.includes('mr_note_handovers')) {
        const [row] = await database.sql<{ n: number }>(
          'select count(*)::int as n from mr_handover where outcome is null',
        );
        open.push(row?.n ?? 0);
      }
      return rows as never;
    };
    const outcome = await scene.turn(runOutgoingTurn, { database: { ...database, sql } });
    assert.equal(outcome.itemsProcessed, 20);
    assert.ok(open.length <= 10, `${open.length} commits for 20 emails`);
    assert.ok(Math.max(...open) <= 5, `${Math.max(...open)} emails on the wire`);
  });

  it('AR-12, PAIN-11: a worker that lost its lease on the wire cannot report; nobody gets the email twice', async () => {
    const id = await scene.pendingEmail();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.sender.script = [
      async (mail) => {
        await held;
        return accept(mail);
      },
    ];
    const old = await scene.lease('outgoing', 'slow-worker', 60_000);
    const slow = runOutgoingTurn(await scene.context(old));
    while (scene.sender.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await scene.clock.advance(61_000);
    await scene.turn(runOutgoingTurn);
    release();
    const outcome = await slow;
    assert.equal(outcome.error?.code, 'mr_LeaseLost');
    assert.equal((await scene.email(id)).mr_sendoutcome, SendOutcome.uncertain);
    assert.equal(scene.sender.sent.length, 1);
  });

  it('PAIN-11: a connection lost after the final dot leaves the email uncertain', async () => {
    const id = await scene.pendingEmail();
    scene.sender.script = [
      () => {
        throw new MailroomError('The connection broke while waiting for the outcome.', {
          code: 'mr_SmtpDisconnected',
          kind: 'transient',
          uncertain: true,
        });
      },
    ];
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.itemsFailed, 1);
    assert.equal((await scene.email(id)).mr_sendoutcome, SendOutcome.uncertain);
    assert.equal((await scene.email(id)).statuscode, EmailStatus.failed);
  });

  it('OU-11: greylisting sends the email back to Pending Send for five minutes, with a reason; the same Message-ID goes again', async () => {
    const id = await scene.pendingEmail();
    scene.sender.script = [(mail) => everyone(mail, 'deferred', '451 4.7.1 Greylisted')];
    const now = scene.clock.now();
    const first = await scene.turn(runOutgoingTurn);
    const waiting = await scene.email(id);
    assert.equal(waiting.statuscode, EmailStatus.pendingSend);
    assert.equal(waiting.deliveryattempts, 1);
    assert.deepEqual(waiting.postponeemailprocessinguntil, new Date(now.getTime() + 300_000));
    assert.deepEqual(waiting.mr_nextattempton, waiting.postponeemailprocessinguntil);
    assert.match(waiting.mr_waitingreason ?? '', /Greylisted.*Attempt 1 of 10/);
    assert.deepEqual(first.nextDueOn, waiting.postponeemailprocessinguntil);
    await scene.turn(runOutgoingTurn);
    assert.equal(scene.sender.sent.length, 1, 'not before its time');
    await scene.clock.advance(300_000);
    await scene.turn(runOutgoingTurn);
    assert.equal((await scene.email(id)).statuscode, EmailStatus.sent);
    assert.equal(scene.sender.sent[1]?.messageId, scene.sender.sent[0]?.messageId);
  });

  it('OU-11, OU-12: the tenth deferral is final: Failed, with an alert', async () => {
    const id = await scene.pendingEmail({ deliveryattempts: 9 });
    scene.sender.script = [(mail) => everyone(mail, 'deferred', '451 4.3.0 Try later')];
    await scene.turn(runOutgoingTurn);
    const email = await scene.email(id);
    assert.equal(email.statuscode, EmailStatus.failed);
    assert.equal(email.statecode, 0);
    assert.equal((await scene.parties(id))[0]?.mr_deliverystatus, DeliveryStatus.rejected);
    assert.match((await scene.alerts(id))[0]?.text ?? '', /was not sent.*10 of 10/);
  });

  it('OU-12: partial acceptance: the refused one is shown, the deferred one alone is tried again with the same Message-ID', async () => {
    const to = ['ada@customer.example', 'bob@customer.example', 'eve@customer.example'];
    const id = await scene.pendingEmail({}, to);
    scene.sender.script = [
      (mail) => ({
        recipients: mail.envelope.to.map((address, index) => ({
          address,
          outcome: (['accepted', 'rejected', 'deferred'] as const)[index] ?? 'accepted',
          reply: ['250 ok', '550 5.1.1 no such user', '450 4.2.1 later'][index] ?? '',
        })),
        serverReply: '250 ok',
      }),
    ];
    await scene.turn(runOutgoingTurn);
    assert.equal((await scene.email(id)).statuscode, EmailStatus.pendingSend);
    assert.equal((await scene.email(id)).mr_sendoutcome, SendOutcome.partly);
    await scene.clock.advance(300_000);
    await scene.turn(runOutgoingTurn);
    assert.deepEqual(scene.sender.sent[1]?.envelope.to, ['eve@customer.example']);
    assert.equal(scene.sender.sent[1]?.messageId, scene.sender.sent[0]?.messageId);
    const email = await scene.email(id);
    assert.equal(email.statuscode, EmailStatus.sent);
    assert.equal(email.mr_sendoutcome, SendOutcome.partly);
    assert.match(email.mr_lasterror ?? '', /bob@customer\.example/);
    const byAddress = new Map((await scene.parties(id)).map((party) => [party.addressused, party.mr_deliverystatus]));
    assert.equal(byAddress.get('bob@customer.example'), DeliveryStatus.rejected);
    assert.equal(byAddress.get('eve@customer.example'), DeliveryStatus.accepted);
    assert.match((await scene.alerts(id))[0]?.text ?? '', /did not reach everybody/);
  });

  it('PAIN-11: a copy of unknown fate makes the email uncertain; "send again" goes to those alone who may lack it', async () => {
    const to = ['ada@customer.example', 'bob@customer.example', 'eve@customer.example', 'joe@customer.example'];
    const id = await scene.pendingEmail({}, to);
    const fates = ['accepted', 'uncertain', 'rejected', 'deferred'] as const;
    scene.sender.script = [
      (mail) => ({
        recipients: mail.envelope.to.map((address, index) => ({
          address,
          outcome: fates[index] ?? 'accepted',
          reply: 'reply',
        })),
        serverReply: 'reply',
      }),
    ];
    await scene.turn(runOutgoingTurn);
    const email = await scene.email(id);
    assert.deepEqual([email.statuscode, email.mr_sendoutcome], [EmailStatus.failed, SendOutcome.uncertain]);
    const statusOf = new Map((await scene.parties(id)).map((party) => [party.addressused, party.mr_deliverystatus]));
    assert.deepEqual(
      to.map((address) => statusOf.get(address)),
      [DeliveryStatus.accepted, DeliveryStatus.uncertain, DeliveryStatus.rejected, DeliveryStatus.rejected],
    );
    assert.match((await scene.alerts(id))[0]?.text ?? '', /bob@customer\.example/);
    const values = { statuscode: EmailStatus.pendingSend, statecode: 1, deliveryattempts: 0 };
    await scene.store.database.records.update('email', id, values);
    await scene.turn(runOutgoingTurn);
    assert.deepEqual(scene.sender.sent[1]?.envelope.to, to.slice(1));
  });

  it('OU-13: a refused sign-in is the mailbox’s trouble: emails stay Pending Send, uncounted', async () => {
    const id = await scene.pendingEmail();
    const second = await scene.pendingEmail();
    scene.sender.otherwise = () => {
      throw new MailroomError('The server refused the sign-in.', {
        code: 'OutgoingEmailAuthenticationError',
        kind: 'credentials',
      });
    };
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.error?.code, 'OutgoingEmailAuthenticationError');
    for (const each of [id, second]) {
      const email = await scene.email(each);
      assert.equal(email.statuscode, EmailStatus.pendingSend);
      assert.equal(email.deliveryattempts ?? 0, 0);
      assert.match(email.mr_waitingreason ?? '', /refused the sign-in/);
    }
  });

  it('OU-13: no connection, no email touched', async () => {
    const id = await scene.pendingEmail();
    const outcome = await scene.turn(runOutgoingTurn, {
      connect: async () => {
        throw new MailroomError('refused', { code: '8005E227', kind: 'transient' });
      },
    });
    assert.equal(outcome.error?.code, '8005E227');
    assert.equal((await scene.email(id)).messageid ?? null, null);
  });

  it('SC-10: one broken connection costs one email a try; three in a row end the turn', async () => {
    const ids = [];
    for (let index = 0; index < 8; index += 1) ids.push(await scene.pendingEmail());
    const broken = (): never => {
      throw new MailroomError('The connection broke.', { code: 'mr_SmtpDisconnected', kind: 'transient' });
    };
    scene.sender.script = [broken];
    const first = await scene.turn(runOutgoingTurn);
    assert.equal(first.error, undefined);
    assert.equal(first.itemsProcessed, 7);
    scene.sender.otherwise = broken;
    for (let index = 0; index < 12; index += 1) await scene.pendingEmail();
    const second = await scene.turn(runOutgoingTurn);
    assert.equal(second.error?.code, 'mr_SmtpDisconnected');
    const left = await scene.store.database.records.retrieveMultiple({
      table: 'email',
      filter: { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
    });
    assert.equal(left.rows.length, 13);
    assert.ok(left.rows.some((row) => (row.deliveryattempts ?? 0) === 0));
  });
});

describe('outgoing turns of two workers', () => {
  it('OU-06, AR-12: two workers on one queue never send an email twice', async () => {
    const scene = await outgoingScene();
    try {
      for (let index = 0; index < 40; index += 1) await scene.pendingEmail();
      const lease = await scene.lease('outgoing');
      const context = await scene.context(lease);
      // The same lease in two turns at once: worse than two workers can ever be.
      await Promise.all([runOutgoingTurn(context), runOutgoingTurn(context)]);
      const ids = scene.sender.sent.map((mail) => mail.messageId);
      assert.equal(new Set(ids).size, ids.length);
    } finally {
      await scene.close();
    }
  });
});

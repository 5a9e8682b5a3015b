import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import type { MailSender, OutgoingMail, SentFate } from '../../../src/contracts/mail-sender.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import { EmailStatus, SendOutcome, SentCopy } from '../../../src/tables/choices.ts';
import { heldClock } from '../../support/clock.ts';
import { accept, connectorOf, everyone, type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('sent mail on the server', () => {
  let scene: OutgoingScene;
  /** What the sent folder holds. */
  let folder: OutgoingMail[];
  let isFolderAway = false;
  let lookUp: (messageId: string) => SentFate;
  const dayMs = 86_400_000;
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());
  beforeEach(async () => {
    folder = [];
    isFolderAway = false;
    lookUp = () => 'unknown';
    scene.sender.sent.length = 0;
    scene.sender.script = [];
    scene.sender.otherwise = accept;
    await scene.store.database.sql('delete from email');
    await scene.store.database.sql('delete from tracelog');
  });
  const withFolder = (): MailSender => ({
    send: (mail, signal, permission) => scene.sender.send(mail, signal, permission),
    lookUp: async (messageId) => lookUp(messageId),
    keepCopy: async (mail) => {
      if (isFolderAway) throw new MailroomError('The sent folder is away.', { code: 'x', kind: 'transient' });
      folder.push(mail);
    },
  });
  const turn = () => scene.turn(runOutgoingTurn, { connect: async () => connectorOf(withFolder()) });
  const copyOf = async (id: string) => (await scene.email(id)).mr_sentcopy;

  it('OU-14: what was accepted is kept in the sent folder, once, as it was sent; what was refused is not', async () => {
    const id = await scene.pendingEmail();
    await turn();
    assert.equal(await copyOf(id), SentCopy.kept);
    assert.deepEqual(folder[0]?.raw, scene.sender.sent[0]?.raw);
    scene.sender.script = [(mail) => everyone(mail, 'rejected', '550 no')];
    const refused = await scene.pendingEmail();
    await turn();
    assert.equal((await copyOf(refused)) ?? null, null);
    assert.equal(folder.length, 1);
  });

  it('OU-14: a copy that cannot be stored troubles nothing, and is caught up on', async () => {
    isFolderAway = true;
    const id = await scene.pendingEmail({ subject: 'Copied later' });
    const outcome = await turn();
    assert.deepEqual([outcome.error, outcome.itemsProcessed], [undefined, 1]);
    assert.deepEqual([(await scene.email(id)).statuscode, await copyOf(id)], [EmailStatus.sent, SentCopy.due]);
    const [alert] = await scene.alerts(scene.mailboxid);
    assert.match(alert?.text ?? '', /copy of the email "Copied later.*The sent folder is away.*was sent/);
    isFolderAway = false;
    await scene.clock.advance(60_000);
    await turn();
    assert.equal(await copyOf(id), SentCopy.kept);
    assert.equal(folder[0]?.messageId, scene.sender.sent[0]?.messageId);
    const dateOf = (mail: OutgoingMail | undefined) => /^Date: (.*)$/m.exec(mail?.raw.toString() ?? '')?.[1];
    assert.equal(dateOf(folder[0]), dateOf(scene.sender.sent[0]));
    assert.equal(scene.sender.sent.length, 1, 'nothing is sent again');
  });

  it('OU-14: after three days a copy is given up, and said so', async () => {
    isFolderAway = true;
    const id = await scene.pendingEmail();
    await turn();
    await scene.clock.advance(3 * dayMs + 1000);
    await turn();
    assert.equal(await copyOf(id), SentCopy.givenUp);
    assert.match((await scene.alerts(scene.mailboxid))[0]?.text ?? '', /It is given up/);
  });

  /** OU-06: what the server tells of an email that a dead worker had on the wire, and what becomes of it. */
  const fates = [
    ['sent', EmailStatus.sent, SendOutcome.accepted, 1],
    ['notSent', EmailStatus.sent, SendOutcome.accepted, 2],
    ['unknown', EmailStatus.failed, SendOutcome.uncertain, 1],
  ] as const;
  for (const [fate, statuscode, sendoutcome, handedOver] of fates) {
    it(`OU-06, PAIN-11: an email on the wire of a dead worker is looked up: ${fate}`, async () => {
      const id = await scene.pendingEmail();
      scene.sender.script = [() => new Promise<never>(() => {})];
      const dead = await scene.lease('outgoing', 'dead-worker', 60_000);
      void runOutgoingTurn(await scene.context(dead, { clock: heldClock(scene.clock.now()) }));
      while (scene.sender.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await scene.clock.advance(61_000);
      const asked: string[] = [];
      lookUp = (messageId) => {
        asked.push(messageId);
        return fate;
      };
      await turn();
      const email = await scene.email(id);
      assert.deepEqual([email.statuscode, email.mr_sendoutcome], [statuscode, sendoutcome]);
      assert.deepEqual(asked, [scene.sender.sent[0]?.messageId]);
      assert.equal(scene.sender.sent.length, handedOver);
    });
  }

  it('OU-06: a server that does not answer is asked at the next turn; one that lets nobody in leaves the fate unknown', async () => {
    const id = await scene.pendingEmail();
    scene.sender.script = [() => new Promise<never>(() => {})];
    const dead = await scene.lease('outgoing', 'dead-worker', 60_000);
    void runOutgoingTurn(await scene.context(dead, { clock: heldClock(scene.clock.now()) }));
    while (scene.sender.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await scene.clock.advance(61_000);
    let kind: 'transient' | 'credentials' = 'transient';
    lookUp = () => {
      throw new MailroomError('away', { code: 'x', kind });
    };
    assert.equal((await turn()).error?.code, 'x', 'the flow is told of the trouble');
    assert.equal((await scene.email(id)).statuscode, EmailStatus.sending);
    kind = 'credentials';
    await turn();
    assert.equal((await scene.email(id)).mr_sendoutcome, SendOutcome.uncertain);
  });
});

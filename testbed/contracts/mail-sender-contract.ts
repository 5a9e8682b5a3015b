import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { MailroomError } from '../../src/base/errors.ts';
import type { Connector } from '../../src/contracts/connector.ts';
import type { MailSender, OutgoingMail } from '../../src/contracts/mail-sender.ts';

/** A message as the far side has it. */
export interface ArrivedMail {
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/** One kind of server the contract is run against. */
export interface SenderHarness {
  /** Who sends; `a@example.com` when absent. */
  readonly from?: string;
  /** Opens a fresh connector, up to three connections. */
  open(): Promise<Connector>;
  /** The first `count` messages that arrived since `start`, once they are there. */
  arrived(count: number): Promise<readonly ArrivedMail[]>;
  /** Addresses the server refuses for good and for now; absent when it refuses nobody. */
  readonly refuses?: { readonly forGood: string; readonly forNow: string };
  stop(): Promise<void>;
}

const never = new AbortController().signal;

/** What every MailSender must do; `start` sets up the server, `skip` says why it cannot. */
export function mailSenderContract(
  name: string,
  start: () => Promise<SenderHarness>,
  skip: string | false = false,
): void {
  describe(`MailSender contract: ${name}`, { skip }, () => {
    let harness: SenderHarness;
    let expected = 0;
    before(async () => {
      harness = await start();
    });
    after(() => harness?.stop());
    const newest = async () => {
      expected += 1;
      const mails = await harness.arrived(expected);
      return mails[expected - 1];
    };

    test('TE-03: opening tells the steps, all well', async () => {
      const connector = await harness.open();
      assert.ok(connector.steps.length > 0);
      assert.ok(connector.steps.every((step) => step.ok && step.detail !== ''));
      await connector.close();
    });

    test('OU-10: an accepted message arrives byte for byte, once, for every recipient', async () => {
      await withSender(harness, async (sender, mail) => {
        const body = Buffer.from('.\r\n..\r\n.dot\r\nGrüße\r\n\r\nlast.\r\n.\r\n');
        const report = await sender.send(mail(['b@example.com', 'c@example.com'], body), never);
        assert.deepEqual(
          report.recipients.map((one) => [one.address, one.outcome]),
          [
            ['b@example.com', 'accepted'],
            ['c@example.com', 'accepted'],
          ],
        );
        assert.notEqual(report.serverReply, '');
        const arrived = await newest();
        assert.deepEqual([...(arrived?.to ?? [])].sort(), ['b@example.com', 'c@example.com']);
        assert.deepEqual(bodyOf(arrived?.raw), body);
      });
    });

    test('OU-10: a message of many packets arrives byte for byte', async () => {
      await withSender(harness, async (sender, mail) => {
        const body = Buffer.from('.0123456789 abcdefghijklmnopqrstuvwxyz é\r\n'.repeat(20_000));
        await sender.send(mail(['b@example.com'], body), never);
        assert.deepEqual(bodyOf((await newest())?.raw), body);
      });
    });

    test('OU-12, OU-11: a refused recipient does not cost the others theirs', async (t) => {
      const { refuses } = harness;
      if (refuses === undefined) return t.skip('this server refuses nobody');
      await withSender(harness, async (sender, mail) => {
        const to = [refuses.forGood, 'b@example.com', refuses.forNow];
        const report = await sender.send(mail(to, Buffer.from('partial\r\n')), never);
        assert.deepEqual(
          report.recipients.map((one) => one.outcome),
          ['rejected', 'accepted', 'deferred'],
        );
        assert.match(String(report.recipients[0]?.replyCode), /^5/);
        assert.match(String(report.recipients[2]?.replyCode), /^4/);
        assert.deepEqual([...((await newest())?.to ?? [])], ['b@example.com']);
      });
    });

    test('OU-12: when all are refused, nothing is sent and the next message is', async (t) => {
      const { refuses } = harness;
      if (refuses === undefined) return t.skip('this server refuses nobody');
      await withSender(harness, async (sender, mail) => {
        const refused = await sender.send(mail([refuses.forGood], Buffer.from('no\r\n')), never);
        assert.deepEqual(
          refused.recipients.map((one) => one.outcome),
          ['rejected'],
        );
        await sender.send(mail(['b@example.com'], Buffer.from('yes\r\n')), never);
        assert.deepEqual(bodyOf((await newest())?.raw), Buffer.from('yes\r\n'));
      });
    });

    test('OU-10: messages sent at the same time each arrive once', async () => {
      await withSender(harness, async (sender, mail) => {
        const bodies = Array.from({ length: 12 }, (_, index) => `number ${index}\r\n`);
        await Promise.all(bodies.map((body) => sender.send(mail(['b@example.com'], Buffer.from(body)), never)));
        expected += bodies.length;
        const mails = (await harness.arrived(expected)).slice(-bodies.length);
        assert.deepEqual(mails.map((one) => bodyOf(one.raw).toString()).sort(), [...bodies].sort());
      });
    });

    test('a signal that is aborted already stops a send before it begins', async () => {
      await withSender(harness, async (sender, mail) => {
        const sending = sender.send(mail(['b@example.com'], Buffer.from('x\r\n')), AbortSignal.abort());
        await assert.rejects(sending, (error) => error instanceof MailroomError && !error.uncertain);
      });
    });

    test('OU-06: a message is withheld until there is permission, and not sent when it is refused', async () => {
      await withSender(harness, async (sender, mail) => {
        let allow = (): void => {};
        const permission = new Promise<void>((resolve) => {
          allow = resolve;
        });
        const sending = sender.send(mail(['b@example.com'], Buffer.from('allowed\r\n')), never, () => permission);
        await sender.send(mail(['b@example.com'], Buffer.from('overtakes\r\n')), never);
        assert.deepEqual(bodyOf((await newest())?.raw), Buffer.from('overtakes\r\n'));
        const refusal = new MailroomError('no', { code: 'mr_LeaseLost', kind: 'conflict' });
        const forbidden = sender.send(mail(['b@example.com'], Buffer.from('no\r\n')), never, () =>
          Promise.reject(refusal),
        );
        await assert.rejects(forbidden, refusal);
        allow();
        await sending;
        assert.deepEqual(bodyOf((await newest())?.raw), Buffer.from('allowed\r\n'));
        await sender.send(mail(['b@example.com'], Buffer.from('after\r\n')), never);
        assert.deepEqual(bodyOf((await newest())?.raw), Buffer.from('after\r\n'));
      });
    });

    test('OU-06: a message of unknown fate is looked up, where the server keeps what it sent', async (t) => {
      await withSender(harness, async (sender, mail) => {
        if (sender.lookUp === undefined) return t.skip('this server keeps no sent mail');
        const sent = mail(['b@example.com'], Buffer.from('kept\r\n'));
        assert.notEqual(await sender.lookUp(sent.messageId, never), 'sent');
        await sender.send(sent, never);
        await newest();
        assert.equal(await sender.lookUp(sent.messageId, never), 'sent');
        const refusal = new MailroomError('no', { code: 'mr_LeaseLost', kind: 'conflict' });
        const withheld = mail(['b@example.com'], Buffer.from('withheld\r\n'));
        await assert.rejects(
          sender.send(withheld, never, () => Promise.reject(refusal)),
          refusal,
        );
        assert.notEqual(await sender.lookUp(withheld.messageId, never), 'sent');
      });
    });

    test('a closed connector refuses to send', async () => {
      const connector = await harness.open();
      await connector.close();
      const sending = connector.sender?.send(mailFrom(harness.from)(['b@example.com'], Buffer.from('x\r\n')), never);
      await assert.rejects(sending ?? Promise.resolve(), MailroomError);
      connector.abort();
    });
  });
}

/** A message from the sender of the harness. */
type MakeMail = (to: readonly string[], body: Buffer) => OutgoingMail;

async function withSender(
  harness: SenderHarness,
  work: (sender: MailSender, mail: MakeMail) => Promise<void>,
): Promise<void> {
  const connector = await harness.open();
  assert.ok(connector.sender);
  await work(connector.sender, mailFrom(harness.from));
  await connector.close();
}

function mailFrom(from = 'a@example.com'): MakeMail {
  return (to, body) => {
    const messageId = `${randomUUID()}@example.com`;
    const head = `From: ${from}\r\nTo: ${to.join(', ')}\r\nSubject: contract\r\nMessage-ID: <${messageId}>\r\n\r\n`;
    return { envelope: { from, to }, messageId, raw: Buffer.concat([Buffer.from(head), body]) };
  };
}

function bodyOf(raw: Buffer | undefined): Buffer {
  return raw === undefined ? Buffer.alloc(0) : raw.subarray(raw.indexOf('\r\n\r\n') + 4);
}

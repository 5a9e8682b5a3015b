import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { asMailroomError } from '../../../src/base/errors.ts';
import { openSmtp } from '../../../src/connectors/smtp/open-smtp.ts';
import type { MailSender, OutgoingMail } from '../../../src/contracts/mail-sender.ts';
import {
  type MisbehavingOptions,
  type MisbehavingServer,
  type Misdeed,
  type SmtpMoment,
  startMisbehavingSmtp,
} from '../../../testbed/servers/smtp-misbehaving.ts';
import { loopback, mailTo, never } from './smtp-fixtures.ts';

/** A server, and the sender of one connection to it. */
async function scene(
  options: MisbehavingOptions,
  work: (server: MisbehavingServer, sender: MailSender) => Promise<void>,
): Promise<void> {
  const server = await startMisbehavingSmtp(options);
  try {
    const connector = await openSmtp(loopback(server.port, { maxConnections: 1 }), never);
    assert.ok(connector.sender);
    await work(server, connector.sender);
    connector.abort();
  } finally {
    await server.stop();
  }
}

const letters = (count: number): readonly OutgoingMail[] =>
  Array.from({ length: count }, (_, index) => mailTo(`no${index}@x.example`));

const taken = (server: MisbehavingServer): readonly string[] =>
  server.messages.map((one) => (one.recipients[0] ?? '').replace(/^<no(\d+)@.*$/, '$1'));

const outcome = async (sending: ReturnType<MailSender['send']>): Promise<string> => {
  try {
    return (await sending).recipients[0]?.outcome ?? 'nothing';
  } catch (thrown) {
    return asMailroomError(thrown).uncertain ? 'uncertain' : 'error';
  }
};

test('RFC 2920 3.1: the envelope of the next message goes along with a message, the message itself in its turn only', async () => {
  await scene({}, async (server, sender) => {
    const [first, second] = letters(2) as [OutgoingMail, OutgoingMail];
    await sender.send(first, never, undefined, () => second);
    while (server.commands.filter((line) => line === 'DATA').length < 2) await new Promise(setImmediate);
    assert.deepEqual(taken(server), ['0']);
    const commands = server.commands.length;
    await sender.send(second, never);
    assert.deepEqual(taken(server), ['0', '1']);
    assert.equal(server.commands.length, commands, 'the envelope is not sent twice');
    assert.equal(server.connections(), 1);
  });
});

test('a server that does not take commands in groups is told of one message at a time', async () => {
  await scene({ extensions: [] }, async (server, sender) => {
    const [first, second] = letters(2) as [OutgoingMail, OutgoingMail];
    await sender.send(first, never, undefined, () => assert.fail('not asked'));
    await sender.send(second, never);
    assert.deepEqual(taken(server), ['0', '1']);
  });
});

test('OU-06: an announced message that does not come is not sent, and another goes over a connection of its own', async () => {
  await scene({}, async (server, sender) => {
    const [first, second, third] = letters(3) as [OutgoingMail, OutgoingMail, OutgoingMail];
    await sender.send(first, never, undefined, () => second);
    await sender.send(third, never);
    assert.deepEqual(taken(server), ['0', '2']);
    assert.equal(server.connections(), 2);
  });
});

test('OU-06: an announced message without permission is not handed over', async () => {
  await scene({}, async (server, sender) => {
    const [first, second] = letters(2) as [OutgoingMail, OutgoingMail];
    await sender.send(first, never, undefined, () => second);
    await assert.rejects(
      sender.send(second, never, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual(taken(server), ['0']);
  });
});

test('a message that cannot be announced, too large for the server, fails in its own turn', async () => {
  await scene({ extensions: ['PIPELINING', 'SIZE 200'] }, async (server, sender) => {
    const [first, second] = letters(2) as [OutgoingMail, OutgoingMail];
    const large = { ...second, raw: Buffer.alloc(300, 'a line\r\n') };
    await sender.send(first, never, undefined, () => large);
    await assert.rejects(sender.send(large, never), { code: '8005E237' });
    assert.deepEqual(taken(server), ['0']);
    assert.equal(server.connections(), 1);
  });
});

test('a server that answers 503 behind a message gets the next one on a fresh connection, and none is announced after', async () => {
  const misdeeds = [{ at: 'MAIL', nth: 2, does: { reply: '503 5.5.1 bad sequence' } }] as const;
  await scene({ misdeeds }, async (server, sender) => {
    const [first, second, third] = letters(3) as [OutgoingMail, OutgoingMail, OutgoingMail];
    await sender.send(first, never, undefined, () => second);
    assert.equal(await outcome(sender.send(second, never, undefined, () => assert.fail('not asked'))), 'accepted');
    assert.equal(await outcome(sender.send(third, never)), 'accepted');
    assert.deepEqual(taken(server), ['0', '1', '2']);
    assert.equal(server.connections(), 2);
  });
});

const moments: readonly SmtpMoment[] = ['MAIL', 'RCPT', 'DATA', 'DOT'];
const nth = fc.integer({ min: 1, max: 7 });
const refusal = fc.record({
  at: fc.constantFrom(...moments),
  nth,
  does: fc.constantFrom(
    { reply: '421 4.3.2 closing' },
    { reply: '450 4.2.0 later' },
    { reply: '550 5.1.1 no' },
    { reply: '503 5.5.1 bad sequence' },
  ),
});
const breakage = fc.record({
  at: fc.constantFrom<SmtpMoment>(...moments, 'CONTENT'),
  nth,
  does: fc.constantFrom('close' as const, 'reset' as const),
  acts: fc.boolean(),
});
const misdeeds = fc.array<Misdeed>(fc.oneof(refusal, breakage), { maxLength: 4 });

test('OU-06: whatever a server does to announced messages, none is lost and none goes twice', async () => {
  await fc.assert(
    fc.asyncProperty(misdeeds, fc.integer({ min: 1, max: 6 }), async (script, count) => {
      await scene({ misdeeds: script }, async (server, sender) => {
        const mails = letters(count);
        const told: string[] = [];
        for (const [index, mail] of mails.entries()) {
          told.push(await outcome(sender.send(mail, never, undefined, () => mails[index + 1])));
        }
        for (const [index, fate] of told.entries()) {
          const times = taken(server).filter((one) => one === String(index)).length;
          if (fate === 'accepted') assert.equal(times, 1, `message ${index} accepted, taken ${times} times`);
          else if (fate === 'uncertain') assert.ok(times <= 1, `message ${index} uncertain, taken ${times} times`);
          else assert.equal(times, 0, `message ${index} ${fate}, taken ${times} times`);
        }
      });
    }),
    { numRuns: 40 },
  );
});

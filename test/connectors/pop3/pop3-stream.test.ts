import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Clock } from '../../../src/base/clock.ts';
import { Pop3Stream } from '../../../src/connectors/pop3/pop3-stream.ts';

/** Bytes in which dots, CR and LF are as likely as everything else together. */
const spiky = fc
  .array(fc.oneof(fc.constantFrom(0x2e, 0x0d, 0x0a), fc.integer({ min: 0, max: 255 })), { maxLength: 60 })
  .map((bytes) => Buffer.from([...bytes, 0x0d, 0x0a]));

/** A clock that stands until `advance` is called. */
function heldClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        signal?.addEventListener('abort', () => resolve());
        sleepers.push({ at: now + ms, wake: resolve });
      }),
    advance: (ms) => {
      now += ms;
      const due = sleepers.filter(({ at }) => at <= now);
      sleepers = sleepers.filter(({ at }) => at > now);
      for (const { wake } of due) wake();
    },
  };
}

function streamOver(clock = heldClock()) {
  const wire = new PassThrough({ allowHalfOpen: true });
  const stream = new Pop3Stream(wire, { where: 'pop.example:995', timeoutMs: 1000, clock });
  // What the client sends would come back through the PassThrough; these tests only read.
  return { wire, stream, clock };
}

function stuff(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/(^|\r\n)\./g, '$1..');
  return Buffer.from(`${text}.\r\n`, 'latin1');
}

async function feed(wire: PassThrough, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  let start = 0;
  for (const end of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    if (end > start) wire.write(bytes.subarray(start, end));
    start = Math.max(start, end);
    await Promise.resolve();
  }
}

describe('Pop3Stream', () => {
  test('any cutting of the wire yields the same messages, dots unstuffed (RFC 1939 3)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(spiky, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        async (raws, cuts) => {
          const { wire, stream } = streamOver();
          const sent = Buffer.concat(raws.flatMap((raw) => [Buffer.from('+OK here\r\n'), stuff(raw)]));
          void feed(wire, sent, cuts);
          for (const raw of raws) {
            assert.equal((await stream.readReply('RETR')).text, 'here');
            const body = await stream.readBody({ maxBytes: 1e6, excess: 'drop' });
            assert.deepEqual(body.bytes, raw);
            assert.equal(body.sizeBytes, raw.length);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('every single cut through CRLF, dot, CRLF is survived', async () => {
    const raw = Buffer.from('.\r\n..\r\n\r\n.\r\r\n');
    const sent = Buffer.concat([Buffer.from('+OK\r\n'), stuff(raw), Buffer.from('+OK next\r\n')]);
    for (let cut = 0; cut <= sent.length; cut += 1) {
      const { wire, stream } = streamOver();
      void feed(wire, sent, [cut]);
      await stream.readReply('RETR');
      assert.deepEqual((await stream.readBody({ maxBytes: 100, excess: 'drop' })).bytes, raw);
      assert.equal((await stream.readReply('NOOP')).text, 'next');
    }
  });

  test('an empty response and one of a lone stuffed dot', async () => {
    const { wire, stream } = streamOver();
    wire.write('+OK\r\n.\r\n+OK\r\n..\r\n.\r\n');
    await stream.readReply('UIDL');
    assert.equal((await stream.readBody({ maxBytes: 9, excess: 'drop' })).bytes.length, 0);
    await stream.readReply('RETR');
    assert.equal((await stream.readBody({ maxBytes: 9, excess: 'drop' })).bytes.toString(), '.\r\n');
  });

  test('a bare LF, dot, CRLF inside a message does not end it', async () => {
    const { wire, stream } = streamOver();
    wire.write('+OK\r\na\n.\r\n+OK forged\r\n.\r\n+OK real\r\n');
    await stream.readReply('RETR');
    const body = await stream.readBody({ maxBytes: 100, excess: 'drop' });
    assert.equal(body.bytes.toString(), 'a\n.\r\n+OK forged\r\n');
    assert.equal((await stream.readReply('NOOP')).text, 'real');
  });

  test('a large body grows in one buffer, with and without a size announced, whatever the announcement', async () => {
    const raw = Buffer.alloc(1_200_000, 'abcdefgh\r\n');
    for (const hintBytes of [undefined, 0, 300_000, raw.length, 1e9]) {
      const { wire, stream } = streamOver();
      void feed(wire, Buffer.concat([Buffer.from('+OK\r\n'), stuff(raw)]), [10, 70_000, 400_000, 900_001]);
      await stream.readReply('RETR');
      const body = await stream.readBody({ maxBytes: 2e6, excess: 'drop', hintBytes });
      assert.ok(body.bytes.equals(raw));
    }
  });

  test('more than allowed is dropped or cut off, and the next answer is still found', async () => {
    for (const excess of ['drop', 'truncate'] as const) {
      const { wire, stream } = streamOver();
      void feed(wire, Buffer.from(`+OK\r\n${'0123456789'.repeat(100)}\r\n.\r\n+OK next\r\n`), [300, 600]);
      await stream.readReply('RETR');
      const body = await stream.readBody({ maxBytes: 500, excess });
      assert.equal(body.truncated, true);
      assert.equal(body.sizeBytes, 1002);
      assert.equal(body.bytes.length, excess === 'drop' ? 0 : 500);
      assert.equal((await stream.readReply('NOOP')).text, 'next');
    }
  });

  test('a status line without end is refused', async () => {
    const { wire, stream } = streamOver();
    for (let count = 0; count < 20; count += 1) wire.write(`+OK ${'x'.repeat(1000)}`);
    await assert.rejects(stream.readReply('NOOP'), { code: '8005E215', kind: 'transient', message: /more than 8192/ });
    await assert.rejects(stream.readReply('NOOP'), { code: '8005E215' });
  });

  test('what is no status line is refused with its beginning', async () => {
    const { wire, stream } = streamOver();
    wire.write('220 mail.example ESMTP\r\n');
    await assert.rejects(stream.readReply('the greeting'), { message: /not POP3: "220 mail\.example ESMTP"/ });
  });

  test('EC-08: a silent server is a timeout once the budget of the command is used up, drops of bytes do not help', async () => {
    const { wire, stream, clock } = streamOver();
    wire.write('+OK\r\n');
    await stream.readReply('RETR 1');
    const body = stream.readBody({ maxBytes: 1e6, excess: 'drop' });
    for (let second = 0; second < 9; second += 1) {
      wire.write('a line\r\n');
      await new Promise(setImmediate);
      clock.advance(100);
    }
    clock.advance(99);
    await new Promise(setImmediate);
    assert.equal(stream.failure, undefined);
    clock.advance(1);
    await assert.rejects(body, { code: 'mr_Pop3Timeout', kind: 'transient', message: /RETR 1 within 1000 ms/ });
  });

  test('each answer has its own budget, and a caller who takes his time costs none', async () => {
    const { wire, stream, clock } = streamOver();
    for (let answer = 0; answer < 5; answer += 1) {
      const reply = stream.readReply('NOOP');
      await new Promise(setImmediate);
      clock.advance(900);
      await new Promise(setImmediate);
      wire.write('+OK\r\n');
      await reply;
      clock.advance(5000);
      await new Promise(setImmediate);
    }
    assert.equal(stream.failure, undefined);
  });

  test('answers that came before the line was closed are still read', async () => {
    const { wire, stream } = streamOver();
    wire.end('+OK one\r\n+OK two\r\n');
    assert.equal((await stream.readReply('NOOP')).text, 'one');
    await new Promise(setImmediate);
    assert.equal((await stream.readReply('NOOP')).text, 'two');
    await assert.rejects(stream.readReply('NOOP'), { kind: 'transient', message: /server closed the connection/ });
  });
});

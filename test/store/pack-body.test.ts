import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BufferPool } from '../../src/base/buffer-pool.ts';
import { packBody } from '../../src/store/pack-body.ts';
import { storedStretch } from '../../src/store/unpack-body.ts';

const inLines = (bytes: Uint8Array, chars: number, end = '\r\n'): string =>
  (
    Buffer.from(bytes)
      .toString('base64')
      .match(new RegExp(`.{1,${chars}}`, 'g')) ?? []
  ).join(end);

const messageOf = (...parts: readonly string[]): Buffer => Buffer.from(parts.join('\r\n\r\n'), 'latin1');

interface Packed {
  readonly storedBytes: number;
  readonly lines: number;
}

/** Packs a body and checks that all of it, and the stretches given, come out as they were. */
function check(body: Buffer, stretches: readonly (readonly [number, number])[] = []): Packed {
  const pool = new BufferPool(1024 * 1024);
  const before = Buffer.from(body);
  const { parts, lines, release } = packBody(body, pool);
  const stored = Buffer.concat(parts);
  for (const [from, to] of [[0, body.length] as const, ...stretches]) {
    const stretch = storedStretch(lines, from, to);
    const bytes = stored.subarray(stretch.first, stretch.first + stretch.length);
    assert.equal(bytes.length, stretch.length);
    assert.ok(stretch.unpack(bytes).equals(before.subarray(from, to)), `${from} to ${to}`);
  }
  assert.ok(body.equals(before));
  release();
  return { storedBytes: stored.length, lines: lines.length };
}

const file = randomBytes(60_000);
const padded = randomBytes(57 * 1000 - 1);

describe('bodies with base64, as they are stored', () => {
  it('AT-04: files in lines are stored as their bytes, a quarter shorter, and come out as they were', () => {
    const body = messageOf('Subject: a', inLines(file, 76), '--x\r\nContent-Type: b', inLines(file, 64), '--x--\r\n');
    const { storedBytes, lines } = check(body);
    assert.equal(lines, 2);
    assert.ok(storedBytes < body.length * 0.75);
    assert.ok(storedBytes >= 2 * file.length);
  });

  it('AT-04: lines of one after another without a blank line between, and padding at the end of a whole line', () => {
    assert.equal(check(messageOf('', inLines(padded, 76))).lines, 1);
    assert.match(inLines(padded, 76), /.{74}[^=]=$/);
    assert.equal(check(messageOf('', `${inLines(padded, 76)}\r\n${inLines(padded, 76)}\r\n`)).lines, 0);
    assert.equal(check(messageOf('', `${inLines(file, 76)}\r\n--x`, `\r\n${inLines(file, 76)}`)).lines, 2);
  });

  it('AT-04: what would not come out as it was stays as it is', () => {
    const text = inLines(file, 76);
    const at = (position: number, character: string): string =>
      `${text.slice(0, position)}${character}${text.slice(position + 1)}`;
    const strange = [...'-_=! \t\0,é'].map((character) => at(40_000, character));
    const others = [
      at(20_000, '\r'),
      at(20_000, '\n'),
      at(20_012, '\n'),
      inLines(file, 76, '\n'),
      inLines(file, 76, '\r\n\r\n'),
      inLines(file, 77),
      inLines(file, 1200),
      Buffer.from(file).toString('base64'),
      inLines(file.subarray(0, 15_000), 76),
      '\r\n'.repeat(50_000),
      'Bad\r\n'.repeat(20_000),
      'abc \r\n'.repeat(20_000),
    ];
    for (const one of [...strange, ...others]) {
      const body = messageOf('Subject: a', one, 'end');
      assert.equal(check(body).storedBytes, body.length, one.slice(19_990, 20_020));
    }
    assert.equal(check(messageOf('', at(40_000, '/'))).lines, 1);
    // Lines before those of another length are packed, if they are enough.
    assert.ok(check(messageOf('', at(512 * 78 + 76, 'A'))).storedBytes < text.length - 9_000);
  });

  it('AT-04: many files in one message', () => {
    const one = inLines(file.subarray(0, 30_000), 76);
    assert.equal(check(messageOf('', ...Array.from({ length: 120 }, () => `${one}\r\n--x`))).lines, 100);
  });

  it('AT-04: behind too many blank lines nothing is looked for', () => {
    const text = inLines(file, 76);
    assert.equal(check(messageOf('', '\r\n'.repeat(9_000), text)).lines, 1);
    assert.equal(check(messageOf('', '\r\n'.repeat(11_000), text)).lines, 0);
  });

  it('AT-04: random messages, changed in random places, come out as they were from any place on', () => {
    const part = fc.oneof(
      fc.record({ bytes: fc.integer({ min: 0, max: 70_000 }), chars: fc.constantFrom(4, 60, 64, 72, 76, 996, 998) }),
      fc.string({ maxLength: 300 }),
    );
    const ending = fc.constantFrom('\r\n', '\r\n\r\n', '\n\n', '--x\r\n\r\n', '');
    const changes = fc.array(fc.record({ at: fc.nat(), to: fc.constantFrom(...'A/+-_=\r\n .') }), { maxLength: 3 });
    const places = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 5, maxLength: 10 });
    let packed = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(part, ending), { maxLength: 6 }), changes, places, (made, changed, stretches) => {
        const texts = made.map(([one, end]) => {
          const text = typeof one === 'string' ? one : inLines(randomBytes(one.bytes), one.chars);
          return `${text}${end}`;
        });
        const body = messageOf('Subject: a', texts.join(''));
        for (const { at, to } of changed) body.write(to, at % body.length, 'latin1');
        const ordered = stretches.map(([one, other]) =>
          [one % body.length, other % (body.length + 1)].sort((a, b) => a - b),
        );
        packed += check(body, ordered as [number, number][]).lines;
      }),
      { numRuns: 150 },
    );
    assert.ok(packed > 0);
  });
});

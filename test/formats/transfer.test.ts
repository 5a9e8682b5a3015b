import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeBase64 } from '../../src/formats/mime/transfer.ts';

/** Bytes that look random and cost little to make. */
function bytesOf(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0, value = seed; at < length; at += 1) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = value >>> 16;
  }
  return bytes;
}

describe('base64 bodies (RFC 2045 6.8)', () => {
  const body = fc.record({
    length: fc.integer({ min: 180_000, max: 700_000 }),
    seed: fc.nat(),
    line: fc.constantFrom(76, 64, 60, 75, 996),
    end: fc.constantFrom('\r\n', '\n'),
    closes: fc.boolean(),
    dirt: fc.option(
      fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.constantFrom('!', ' ', '\n', '-', 'A')),
      {
        nil: undefined,
      },
    ),
  });

  it('PAIN-14: large ones, decoded piece by piece, come out as those decoded at once', () => {
    fc.assert(
      fc.property(body, ({ length, seed, line, end, closes, dirt }) => {
        const encoded = bytesOf(length, seed)
          .toString('base64')
          .replace(new RegExp(`.{${line}}`, 'g'), `$&${end}`);
        const closed = `${encoded}${closes ? end : ''}`;
        const place = Math.floor((dirt?.[0] ?? 0) * closed.length);
        const text = dirt === undefined ? closed : `${closed.slice(0, place)}${dirt[1]}${closed.slice(place + 1)}`;
        assert.ok(decodeBase64(Buffer.from(text, 'latin1')).equals(decodeBase64(text)));
      }),
      { numRuns: 60 },
    );
  });

  it('a body of several padded runs gives all of them', () => {
    const [one, two] = [bytesOf(300_001, 1), bytesOf(300_001, 2)];
    const text = `${one.toString('base64')}${two.toString('base64')}`.replace(/.{76}/g, '$&\r\n');
    assert.ok(decodeBase64(Buffer.from(text)).equals(Buffer.concat([one, two])));
  });
});

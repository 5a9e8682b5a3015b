import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeBase64, digestBase64 } from '../../src/formats/mime/base64.ts';

/** Bytes that look random and cost little to make. */
function bytesOf(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0, value = seed; at < length; at += 1) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = value >>> 16;
  }
  return bytes;
}

/** What is to be told of a body in lines. */
function linesOf(encoded: string, chars: number, end: string, decoded: Buffer) {
  const sha256 = createHash('sha256').update(decoded).digest('hex');
  const length = encoded.trimEnd().length;
  return { length, chars, end: end.length, sizeBytes: decoded.length, sha256 };
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
        const decoded = decodeBase64(text);
        assert.ok(decodeBase64(Buffer.from(text, 'latin1')).equals(decoded));
        const digest = digestBase64(Buffer.from(text, 'latin1'));
        if (dirt === undefined && line % 4 === 0)
          assert.deepEqual(digest && { ...digest }, linesOf(encoded, line, end, decoded));
        else if (digest !== undefined) assert.deepEqual({ ...digest }, linesOf(text.trimEnd(), line, end, decoded));
      }),
      { numRuns: 60 },
    );
  });

  it('AT-04: small ones in lines are found in their message; others are not taken for regular', () => {
    const found = (text: string) => digestBase64(Buffer.from(text))?.sizeBytes;
    assert.deepEqual(['QQ==', 'QUI=\r\n\r\n', 'QUJD\r\nREVG\r\nRw==', 'QUJDREVG\nRw=='].map(found), [1, 2, 7, 7]);
    const irregular = [
      '',
      '\r\n',
      'QQ',
      'QUJD\r\nREVGSA==',
      'QUJD\nREVG\r\nRw==',
      'QQ==\r\nQQ==',
      'QU-D',
      'Q!==',
      'QU JD',
      '====',
    ];
    assert.deepEqual(
      irregular.map(found),
      irregular.map(() => undefined),
    );
  });

  it('a body of several padded runs gives all of them', () => {
    const [one, two] = [bytesOf(300_001, 1), bytesOf(300_001, 2)];
    const text = `${one.toString('base64')}${two.toString('base64')}`.replace(/.{76}/g, '$&\r\n');
    assert.ok(decodeBase64(Buffer.from(text)).equals(Buffer.concat([one, two])));
  });
});

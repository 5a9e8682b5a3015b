import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { DotStuffing } from '../../../src/connectors/smtp/dot-stuffing.ts';

/** The same by way of text, for comparison. */
function expected(raw: Buffer): string {
  const text = raw.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
  const closed = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
  return `${closed.replace(/(^|\n)\./g, '$1..')}.\r\n`;
}

function overTheWire(raw: Buffer, cuts: readonly number[]): string {
  const stuffing = new DotStuffing();
  const pieces: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(Math.max(cut, from), raw.length);
    pieces.push(stuffing.piece(raw.subarray(from, to)));
    from = to;
  }
  pieces.push(stuffing.piece(raw.subarray(from)), stuffing.end());
  return Buffer.concat(pieces).toString('latin1');
}

test('RFC 5321 4.5.2: any bytes, cut anywhere, go out with CRLF alone, stuffed dots and one end', () => {
  const bytes = fc
    .array(fc.constantFrom('\r', '\n', '.', '\r\n', 'a', '\0', 'ÿ', '\r\n.\r\n'), { maxLength: 40 })
    .map((parts) => Buffer.from(parts.join(''), 'latin1'));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(80), { maxLength: 6 }), (raw, cuts) => {
      assert.equal(overTheWire(raw, cuts), expected(raw));
    }),
    { numRuns: 2000 },
  );
});

test('a message that needs nothing is not copied', () => {
  const raw = Buffer.from('Subject: x\r\n\r\nBody.\r\n');
  assert.equal(new DotStuffing().piece(raw), raw);
});

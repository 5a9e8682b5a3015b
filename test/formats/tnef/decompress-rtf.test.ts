import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decompressRTF } from '@kenjiuno/decompressrtf';
import fc from 'fast-check';
import { decompressRtf } from '../../../src/formats/tnef/decompress-rtf.ts';
import { packRtf } from '../../support/tnef-builder.ts';

function stream(body: Buffer, rawBytes: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(body.length + 12, 0);
  head.writeUInt32LE(rawBytes, 4);
  head.writeUInt32LE(0x75465a4c, 8);
  return Buffer.concat([head, body]);
}

describe('compressed RTF', () => {
  it('AT-09: unpacks what another reader unpacks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 3000 }), (bytes) => {
        const body = Buffer.from(bytes);
        const other = decompressRTF([...stream(body, 1 << 20), 0, 0]);
        const own = decompressRtf(stream(body, other.length));
        const common = Math.max(0, other.length - 40);
        assert.deepEqual([...(own ?? [])].slice(0, common), other.slice(0, common));
      }),
    );
  });

  it('AT-09: literals alone come back', () => {
    assert.equal(decompressRtf(packRtf('{\\rtf1 Hello World}'))?.toString(), '{\\rtf1 Hello World}');
  });

  it('SE-13: no more is written than is announced, and no more than 32 MB are announced', () => {
    assert.equal(decompressRtf(stream(Buffer.alloc(1000), 10))?.length, 10);
    assert.equal(decompressRtf(stream(Buffer.alloc(1000), 0xffffffff)), undefined);
    assert.equal(decompressRtf(Buffer.from('too short')), undefined);
  });
});

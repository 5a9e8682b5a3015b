import { createHash } from 'node:crypto';
import type { FilePlace } from '../../contracts/mail-message.ts';
import { digestBase64 } from './base64.ts';

/**
 * Where the bytes of a part stand in its message, whose part begins at `start`; undefined for encodings whose bytes are found by
 * reading from the beginning alone (quoted-printable, uuencode, base64 in lines of different length).
 */
export function filePlace(body: Buffer, encoding: string, start: number): FilePlace | undefined {
  switch (encoding) {
    case 'base64': {
      const found = digestBase64(body);
      if (found === undefined) return undefined;
      const { length, sizeBytes, sha256, chars, end } = found;
      return { start, length, sizeBytes, sha256, lines: { chars, end } };
    }
    case 'quoted-printable':
    case 'uuencode':
    case 'x-uuencode':
    case 'x-uue':
      return undefined;
    default: {
      const sha256 = createHash('sha256').update(body).digest('hex');
      return { start, length: body.length, sizeBytes: body.length, sha256 };
    }
  }
}

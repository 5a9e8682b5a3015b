import { createHash } from 'node:crypto';

/** A whole number of 32 bits with sign that stands for a text; the same text gives the same number on every machine and version. */
export function stableHash(value: string | Buffer): number {
  const digest = createHash('sha256').update(value).digest();
  return digest.readInt32BE(0) ^ digest.readInt32BE(4);
}

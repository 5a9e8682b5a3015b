import { parseMailSync } from '../../formats/mime-parse.ts';

/** The bytes with a Bcc field for envelope recipients that no other field names: Exchange takes recipients from the message and removes Bcc when it sends. */
export function withBcc(raw: Buffer, recipients: readonly string[]): Buffer {
  const end = raw.indexOf('\r\n\r\n');
  const head = parseMailSync(raw.subarray(0, end < 0 ? raw.length : end + 4));
  const named = new Set([...head.to, ...head.cc].map(({ address }) => address.toLowerCase()));
  const hidden = recipients.filter((address) => !named.has(address.toLowerCase()));
  if (hidden.length === 0) return raw;
  return Buffer.concat([Buffer.from(`Bcc: ${hidden.join(',\r\n ')}\r\n`, 'utf8'), raw]);
}

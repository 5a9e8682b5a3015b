import { stableHash } from './stable-hash.ts';

const BASE_BYTES = 22;
const TICKS_PER_MS = 10_000n;
const FILETIME_EPOCH_MS = 11_644_473_600_000n;

const fileTime = (at: Date): bigint => (BigInt(at.getTime()) + FILETIME_EPOCH_MS) * TICKS_PER_MS;

/** The bytes of a Thread-Index header value, base64 with white space borne; empty when it holds none. */
export function conversationIndexBytes(value: string): Buffer {
  return Buffer.from(value.replace(/\s+/g, ''), 'base64');
}

/** True when the value holds a whole header block; shorter ones say nothing about a conversation (CO-07). */
export function isConversationHead(value: string): boolean {
  return conversationIndexBytes(value).length >= BASE_BYTES;
}

/** The header block that all messages of a conversation share, as base64: the first 22 bytes (CO-07); empty when there are none. */
export function conversationBase(value: string): string {
  return conversationIndexBytes(value).subarray(0, BASE_BYTES).toString('base64');
}

/** The number kept in `baseconversationindexhash` (CO-07); undefined when the value holds no whole header block. */
export function conversationBaseHash(value: string): number | undefined {
  const bytes = conversationIndexBytes(value).subarray(0, BASE_BYTES);
  return bytes.length < BASE_BYTES ? undefined : stableHash(bytes);
}

/** True when the message of `ancestor` stands above that of `value` in one conversation: its bytes are a true prefix (CO-07). */
export function isConversationAncestor(ancestor: string, value: string): boolean {
  const above = conversationIndexBytes(ancestor);
  const below = conversationIndexBytes(value);
  return above.length >= BASE_BYTES && below.length > above.length && below.subarray(0, above.length).equals(above);
}

/** A Thread-Index that begins a conversation (MS-OXOMSG 2.2.1.3): time of sending and the 16 bytes of a GUID, base64. */
export function newConversationIndex(at: Date, guid: Buffer): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(fileTime(at));
  return Buffer.concat([time.subarray(0, 6), guid.subarray(0, 16)]).toString('base64');
}

/**
 * The Thread-Index of an answer (MS-OXOMSG 2.2.1.3): the parent's and a block of five bytes with the time passed and `random` (0 to 255).
 * A parent without a whole header block gives an empty string.
 */
export function answerConversationIndex(parent: string, at: Date, random: number): string {
  const bytes = conversationIndexBytes(parent);
  if (bytes.length < BASE_BYTES) return '';
  const begun = bytes.readUIntBE(0, 6);
  const passed = fileTime(at) - (BigInt(begun) << 16n);
  const delta = passed < 0n ? -passed : passed;
  const isLong = delta >> 49n !== 0n;
  const span = Number((delta >> (isLong ? 23n : 18n)) & 0x7fffffffn);
  const block = Buffer.alloc(5);
  block.writeUInt32BE(span, 0);
  if (isLong) block.writeUInt8(block.readUInt8(0) | 0x80, 0);
  block.writeUInt8(random & 0xff, 4);
  return Buffer.concat([bytes, block]).toString('base64');
}

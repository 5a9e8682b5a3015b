import { createHash, createHmac } from 'node:crypto';
import { md4 } from './md4.ts';

/** Who signs in. */
export interface NtlmAccount {
  readonly username: string;
  readonly domain: string;
  readonly password: string;
}

/** What differs from one handshake to the next. */
export interface NtlmNonce {
  /** 8 random bytes. */
  readonly clientChallenge: Buffer;
  readonly now: Date;
}

const signature = Buffer.from('NTLMSSP\0', 'latin1');

/** Unicode, request target, NTLM, always sign, extended session security, target info, 128 bit (MS-NLMP 2.2.2.5). */
const flags = 0x00000001 | 0x00000004 | 0x00000200 | 0x00008000 | 0x00080000 | 0x00800000 | 0x20000000;

/** NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1). */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(32);
  signature.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(flags >>> 0, 12);
  return message;
}

/** CHALLENGE_MESSAGE as far as an answer needs it (MS-NLMP 2.2.1.2). */
export interface NtlmChallenge {
  readonly serverChallenge: Buffer;
  readonly targetInfo: Buffer;
}

/** Reads a CHALLENGE_MESSAGE; undefined for anything else. */
export function readChallenge(message: Buffer): NtlmChallenge | undefined {
  if (message.length < 48 || !message.subarray(0, 8).equals(signature) || message.readUInt32LE(8) !== 2)
    return undefined;
  const length = message.readUInt16LE(40);
  const offset = message.readUInt32LE(44);
  if (offset + length > message.length) return undefined;
  return { serverChallenge: message.subarray(24, 32), targetInfo: message.subarray(offset, offset + length) };
}

/** NTOWFv2: the key of a password (MS-NLMP 3.3.2). */
export function ntowfv2({ username, domain, password }: NtlmAccount): Buffer {
  return hmac(md4(utf16(password)), utf16(username.toUpperCase() + domain));
}

/** The NTLMv2 response, its proof and the session key (MS-NLMP 3.3.2). */
export function ntlmv2Response(
  key: Buffer,
  serverChallenge: Buffer,
  clientChallenge: Buffer,
  time: Buffer,
  targetInfo: Buffer,
): { readonly response: Buffer; readonly proof: Buffer; readonly sessionKey: Buffer } {
  const head = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]);
  const blob = Buffer.concat([head, time, clientChallenge, Buffer.alloc(4), targetInfo, Buffer.alloc(4)]);
  const proof = hmac(key, Buffer.concat([serverChallenge, blob]));
  return { response: Buffer.concat([proof, blob]), proof, sessionKey: hmac(key, proof) };
}

/**
 * AUTHENTICATE_MESSAGE with an NTLMv2 response, message integrity code and, over TLS, channel binding (MS-NLMP 2.2.1.3, 3.1.5.1.2;
 * `certificate` is the server's, DER). NTLMv1 is never spoken.
 */
export function authenticateMessage(
  account: NtlmAccount,
  negotiate: Buffer,
  challenge: Buffer,
  parsed: NtlmChallenge,
  nonce: NtlmNonce,
  certificate: Buffer | undefined,
): Buffer {
  const given = readPairs(parsed.targetInfo);
  const time = given.get(avTimestamp) ?? fileTime(nonce.now);
  const pairs = new Map(given);
  pairs.set(avFlags, uint32((given.get(avFlags)?.readUInt32LE(0) ?? 0) | 0x2));
  pairs.set(avChannelBindings, certificate === undefined ? Buffer.alloc(16) : channelBinding(certificate));
  const key = ntowfv2(account);
  const { response, sessionKey } = ntlmv2Response(
    key,
    parsed.serverChallenge,
    nonce.clientChallenge,
    time,
    writePairs(pairs),
  );
  // With a timestamp in the challenge the LM response is empty (MS-NLMP 3.1.5.1.2).
  const lm = given.has(avTimestamp)
    ? Buffer.alloc(24)
    : Buffer.concat([hmac(key, Buffer.concat([parsed.serverChallenge, nonce.clientChallenge])), nonce.clientChallenge]);
  const message = layOut([lm, response, utf16(account.domain), utf16(account.username), utf16(''), Buffer.alloc(0)]);
  hmac(sessionKey, Buffer.concat([negotiate, challenge, message])).copy(message, micOffset);
  return message;
}

const headerBytes = 88;
const micOffset = 72;

/** Header with six fields of length, space and offset, flags, version and MIC, then the payload. */
function layOut(fields: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  signature.copy(header);
  header.writeUInt32LE(3, 8);
  let offset = headerBytes;
  for (const [index, field] of fields.entries()) {
    const at = 12 + index * 8;
    header.writeUInt16LE(field.length, at);
    header.writeUInt16LE(field.length, at + 2);
    header.writeUInt32LE(offset, at + 4);
    offset += field.length;
  }
  header.writeUInt32LE(flags >>> 0, 60);
  return Buffer.concat([header, ...fields]);
}

const avFlags = 6;
const avTimestamp = 7;
const avChannelBindings = 10;

/** AV_PAIR list (MS-NLMP 2.2.2.1), without the end mark. */
function readPairs(list: Buffer): Map<number, Buffer> {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= list.length; ) {
    const id = list.readUInt16LE(at);
    const length = list.readUInt16LE(at + 2);
    if (id === 0 || at + 4 + length > list.length) break;
    pairs.set(id, list.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return pairs;
}

function writePairs(pairs: ReadonlyMap<number, Buffer>): Buffer {
  const parts = [...pairs].flatMap(([id, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return [head, value];
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

/** MD5 over the structure of RFC 2744 3.11 that names the server's certificate (RFC 5929 4: tls-server-end-point). */
function channelBinding(certificate: Buffer): Buffer {
  const token = Buffer.concat([
    Buffer.from('tls-server-end-point:', 'latin1'),
    createHash('sha256').update(certificate).digest(),
  ]);
  return createHash('md5')
    .update(Buffer.concat([Buffer.alloc(16), uint32(token.length), token]))
    .digest();
}

/** 100 nanoseconds since 1601 (FILETIME). */
function fileTime(date: Date): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(date.getTime()) + 11_644_473_600_000n) * 10_000n);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest();
}

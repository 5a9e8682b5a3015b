/** Flags of a negotiation (MS-NLMP 2.2.2.5). */
export const ntlmFlags = {
  unicode: 0x1,
  requestTarget: 0x4,
  ntlm: 0x200,
  alwaysSign: 0x8000,
  targetTypeDomain: 0x10000,
  extendedSecurity: 0x80000,
  targetInfo: 0x800000,
  version: 0x2000000,
  strong128: 0x20000000,
  keyExchange: 0x40000000,
  strong56: 0x80000000,
} as const;

const signature = Buffer.from('NTLMSSP\0', 'latin1');

/** The number of a message, 1 to 3; undefined for other bytes. */
export function ntlmType(message: Buffer): number | undefined {
  if (message.length < 12 || !message.subarray(0, 8).equals(signature)) return undefined;
  return message.readUInt32LE(8);
}

/** Names a server tells in its challenge. */
export interface NtlmNames {
  readonly domain: string;
  readonly computer: string;
  readonly dnsDomain: string;
  readonly dnsComputer: string;
}

/** The server's challenge (MS-NLMP 2.2.1.2), with the time, so that a client must secure its answer. */
export function challengeMessage(challenge: Buffer, names: NtlmNames, now: number, clientFlags: number): Buffer {
  const domain = Buffer.from(names.domain, 'utf16le');
  const info = targetInfo(names, now);
  const head = Buffer.alloc(56);
  signature.copy(head);
  head.writeUInt32LE(2, 8);
  field(head, 12, domain.length, 56);
  const offered =
    ntlmFlags.unicode |
    ntlmFlags.requestTarget |
    ntlmFlags.ntlm |
    ntlmFlags.alwaysSign |
    ntlmFlags.targetTypeDomain |
    ntlmFlags.extendedSecurity |
    ntlmFlags.targetInfo |
    ntlmFlags.version;
  const agreed = clientFlags & (ntlmFlags.strong128 | ntlmFlags.keyExchange | ntlmFlags.strong56);
  head.writeUInt32LE((offered | agreed) >>> 0, 20);
  challenge.copy(head, 24);
  field(head, 40, info.length, 56 + domain.length);
  Buffer.from([10, 0, 0x63, 0x45, 0, 0, 0, 15]).copy(head, 48);
  return Buffer.concat([head, domain, info]);
}

function field(into: Buffer, at: number, length: number, offset: number): void {
  into.writeUInt16LE(length, at);
  into.writeUInt16LE(length, at + 2);
  into.writeUInt32LE(offset, at + 4);
}

function targetInfo({ domain, computer, dnsDomain, dnsComputer }: NtlmNames, now: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(now) + 11_644_473_600_000n) * 10_000n);
  return Buffer.concat([
    pair(2, Buffer.from(domain, 'utf16le')),
    pair(1, Buffer.from(computer, 'utf16le')),
    pair(4, Buffer.from(dnsDomain, 'utf16le')),
    pair(3, Buffer.from(dnsComputer, 'utf16le')),
    pair(5, Buffer.from(dnsDomain, 'utf16le')),
    pair(7, time),
    pair(0, Buffer.alloc(0)),
  ]);
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** What a client answers (MS-NLMP 2.2.1.3). */
export interface NtlmAnswer {
  readonly domain: string;
  readonly user: string;
  readonly ntResponse: Buffer;
  readonly sessionKey: Buffer;
  readonly flags: number;
}

/** Reads the third message; undefined when it is none. */
export function readAnswer(message: Buffer): NtlmAnswer | undefined {
  if (ntlmType(message) !== 3 || message.length < 64) return undefined;
  const flags = message.readUInt32LE(60);
  const encoding = (flags & ntlmFlags.unicode) !== 0 ? 'utf16le' : 'latin1';
  const part = (at: number): Buffer => {
    const offset = message.readUInt32LE(at + 4);
    return message.subarray(offset, offset + message.readUInt16LE(at));
  };
  return {
    domain: part(28).toString(encoding),
    user: part(36).toString(encoding),
    ntResponse: part(20),
    sessionKey: part(52),
    flags,
  };
}

/** The AV pairs in an NTLMv2 response (MS-NLMP 2.2.2.7), by id. */
export function answerPairs(ntResponse: Buffer): ReadonlyMap<number, Buffer> {
  const pairs = new Map<number, Buffer>();
  for (let at = 16 + 28; at + 4 <= ntResponse.length; ) {
    const id = ntResponse.readUInt16LE(at);
    const length = ntResponse.readUInt16LE(at + 2);
    if (id === 0) break;
    pairs.set(id, ntResponse.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return pairs;
}

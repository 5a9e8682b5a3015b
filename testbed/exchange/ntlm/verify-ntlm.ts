import { createHash, createHmac } from 'node:crypto';
import { md4 } from './md4.ts';
import { answerPairs, type NtlmAnswer, ntlmFlags } from './ntlm-messages.ts';
import { rc4 } from './rc4.ts';

/** The three messages of a handshake, and what the server knows. */
export interface NtlmHandshake {
  readonly negotiate: Buffer;
  readonly challengeMessage: Buffer;
  /** The eight bytes in it. */
  readonly challenge: Buffer;
  readonly authenticate: Buffer;
  readonly answer: NtlmAnswer;
  readonly password: string;
  /** Hash of the channel (see `channelHash`) that the answer must carry. */
  readonly channel: Buffer | undefined;
}

/**
 * Why the answer to a challenge is wrong; undefined when it is right. Only NTLMv2 counts (MS-NLMP 3.3.2); the integrity code is
 * checked where the client says that it sent one.
 */
export function ntlmFault(handshake: NtlmHandshake): string | undefined {
  const { answer, challenge, password } = handshake;
  const { ntResponse } = answer;
  if (ntResponse.length < 44) return 'no NTLMv2 response';
  const key = responseKey(answer, password);
  const proof = hmac(key, challenge, ntResponse.subarray(16));
  if (!proof.equals(ntResponse.subarray(0, 16))) return 'wrong user name or password';
  const pairs = answerPairs(ntResponse);
  if (handshake.channel !== undefined && !handshake.channel.equals(pairs.get(10) ?? Buffer.alloc(0))) {
    return 'the answer is not bound to this channel';
  }
  const saysIntegrity = ((pairs.get(6)?.readUInt32LE(0) ?? 0) & 0x2) !== 0;
  return saysIntegrity && !hasIntegrity(handshake, hmac(key, proof)) ? 'wrong message integrity code' : undefined;
}

/** NTOWFv2: the user is in upper case, the domain as given. */
function responseKey({ user, domain }: NtlmAnswer, password: string): Buffer {
  return hmac(md4(Buffer.from(password, 'utf16le')), Buffer.from(user.toUpperCase() + domain, 'utf16le'));
}

function hasIntegrity({ negotiate, challengeMessage, authenticate, answer }: NtlmHandshake, base: Buffer): boolean {
  const exchanged = (answer.flags & ntlmFlags.keyExchange) !== 0;
  const key = exchanged ? rc4(base, answer.sessionKey) : base;
  const withoutCode = Buffer.from(authenticate);
  withoutCode.fill(0, 72, 88);
  return hmac(key, negotiate, challengeMessage, withoutCode).equals(authenticate.subarray(72, 88));
}

function hmac(key: Buffer, ...data: Buffer[]): Buffer {
  const sum = createHmac('md5', key);
  for (const part of data) sum.update(part);
  return sum.digest();
}

/** What MsvAvChannelBindings must hold for a server with that certificate (RFC 5929 4, MS-NLMP 2.2.2.1). */
export function channelHash(certificate: Buffer): Buffer {
  const data = Buffer.concat([
    Buffer.from('tls-server-end-point:', 'latin1'),
    createHash('sha256').update(certificate).digest(),
  ]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

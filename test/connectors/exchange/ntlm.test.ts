import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { md4 } from '../../../src/connectors/exchange/ntlm/md4.ts';
import {
  authenticateMessage,
  negotiateMessage,
  ntlmv2Response,
  ntowfv2,
  readChallenge,
} from '../../../src/connectors/exchange/ntlm/ntlm-messages.ts';
import { ntlmSignIn } from '../../../src/connectors/exchange/ntlm/ntlm-sign-in.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const account = { username: 'User', domain: 'Domain', password: 'Password' };
const targetInfo = hex('02000c0044006f006d00610069006e0001000c00530065007200760065007200 00000000');
const serverChallenge = hex('0123456789abcdef');
const clientChallenge = hex('aaaaaaaaaaaaaaaa');

test('MD4 gives the digests of RFC 1320 A.5', () => {
  const vectors: Readonly<Record<string, string>> = {
    '': '31d6cfe0d16ae931b73c59d7e0c089c0',
    a: 'bde52cb31de33e46245e05fbdbd6fb24',
    abc: 'a448017aaf21d8525fc10ae87aa6729d',
    'message digest': 'd9130a8164549fe818874806e1c7014b',
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890':
      'e33b4ddc9c38f2199c3e7b164fcc0536',
  };
  for (const [text, digest] of Object.entries(vectors)) assert.equal(md4(Buffer.from(text)).toString('hex'), digest);
});

test('NTLMv2 gives the values of MS-NLMP 4.2.4', () => {
  assert.equal(md4(Buffer.from('Password', 'utf16le')).toString('hex'), 'a4f49c406510bdcab6824ee7c30fd852');
  const key = ntowfv2(account);
  assert.equal(key.toString('hex'), '0c868a403bfd7a93a3001ef22ef02e3f');
  const { proof, sessionKey } = ntlmv2Response(key, serverChallenge, clientChallenge, Buffer.alloc(8), targetInfo);
  assert.equal(proof.toString('hex'), '68cd0ab851e51c96aabc927bebef6a1c');
  assert.equal(sessionKey.toString('hex'), '8de40ccadbc14a82f15cb0ad0de95ca3');
});

function challengeMessage(info: Buffer): Buffer {
  const message = Buffer.alloc(56);
  message.write('NTLMSSP\0', 'latin1');
  message.writeUInt32LE(2, 8);
  serverChallenge.copy(message, 24);
  message.writeUInt16LE(info.length, 40);
  message.writeUInt16LE(info.length, 42);
  message.writeUInt32LE(56, 44);
  return Buffer.concat([message, info]);
}

test('an answer carries the proof, the certificate bound in, and no LM response where the server gave the time', () => {
  const time = hex('0700 0800 0011223344556677');
  const challenge = challengeMessage(Buffer.concat([targetInfo.subarray(0, -4), time, Buffer.alloc(4)]));
  const parsed = readChallenge(challenge);
  assert.ok(parsed);
  const nonce = { clientChallenge, now: new Date(0) };
  const certificate = Buffer.from('a certificate');
  const answer = authenticateMessage(account, negotiateMessage(), challenge, parsed, nonce, certificate);
  const field = (at: number) =>
    answer.subarray(answer.readUInt32LE(at + 4), answer.readUInt32LE(at + 4) + answer.readUInt16LE(at));
  assert.equal(field(12).toString('hex'), '00'.repeat(24));
  assert.equal(field(28).toString('utf16le'), 'Domain');
  assert.equal(field(36).toString('utf16le'), 'User');
  const token = Buffer.concat([
    Buffer.from('tls-server-end-point:'),
    createHash('sha256').update(certificate).digest(),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(token.length);
  const binding = createHash('md5')
    .update(Buffer.concat([Buffer.alloc(16), length, token]))
    .digest();
  assert.ok(field(20).includes(binding));
  assert.notEqual(answer.subarray(72, 88).toString('hex'), '00'.repeat(16), 'the message integrity code is there');
});

test('broken challenges are not answered, and a refused answer is not repeated', async () => {
  for (const broken of [Buffer.alloc(0), Buffer.alloc(60), challengeMessage(targetInfo).subarray(0, 70)])
    assert.equal(readChallenge(broken), undefined);
  const nonce = () => ({ clientChallenge, now: new Date(0) });
  const signIn = ntlmSignIn({ username: 'D\\u', password: 'p', nonce, certificate: () => undefined });
  assert.equal(signIn.first(), undefined);
  assert.equal(signIn.next(['Basic realm="x"']), undefined);
  assert.match((await signIn.next(['Negotiate', 'NTLM'])) ?? '', /^NTLM TlRMTVNTUAAB/);
  assert.match(
    (await signIn.next([`NTLM ${challengeMessage(targetInfo).toString('base64')}`])) ?? '',
    /^NTLM TlRMTVNTUAAD/,
  );
  const again = ntlmSignIn({ username: 'u', password: 'p', nonce, certificate: () => undefined });
  again.next(['NTLM']);
  assert.equal(again.next(['NTLM']), undefined);
  assert.equal(again.next(['NTLM nonsense']), undefined);
});

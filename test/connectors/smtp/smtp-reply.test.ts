import assert from 'node:assert/strict';
import test from 'node:test';
import { ReplyReader } from '../../../src/connectors/smtp/reply-reader.ts';
import { parseExtensions } from '../../../src/connectors/smtp/smtp-extensions.ts';
import { parseSmtpReply } from '../../../src/connectors/smtp/smtp-reply.ts';

test('RFC 5321 4.2: code, RFC 3463 status and words of a reply', () => {
  const lines = ['550-5.1.1 no such', '550 5.1.1 user here'];
  const reply = parseSmtpReply(lines.join('\n'));
  assert.deepEqual(reply, { code: 550, enhancedCode: '5.1.1', lines, text: '550-5.1.1 no such 5.1.1 user here' });
});

test('RFC 3463 2: a status of another class than the code is not one', () => {
  assert.equal(parseSmtpReply('250 5.1.1 odd').enhancedCode, undefined);
  assert.equal(parseSmtpReply('550 version 5.1.1').enhancedCode, undefined);
});

test('what is no SMTP has code 0, and control characters and length are taken out', () => {
  assert.equal(parseSmtpReply('+OK ready').code, 0);
  assert.equal(parseSmtpReply('2500 x').code, 0);
  assert.equal(parseSmtpReply('').code, 0);
  assert.equal(parseSmtpReply('550 a\u0007b\tc').text, '550 a b c');
  assert.equal(parseSmtpReply(`550 ${'x'.repeat(5000)}`).text.length, 1000);
});

test('RFC 5321 4.2.1: replies come whole however they are cut', () => {
  const wire = Buffer.from('250-first\r\n250 second\r\n\r\n354\r\n550 5.1.1 Grüße\r\n');
  for (let size = 1; size <= wire.length; size += 1) {
    const reader = new ReplyReader();
    const codes: string[] = [];
    for (let at = 0; at < wire.length; at += size) {
      for (const reply of reader.read(wire.subarray(at, at + size))) codes.push(`${reply.code} ${reply.text}`);
    }
    assert.deepEqual(codes, ['250 250-first second', '354 354', '550 550 5.1.1 Grüße']);
  }
});

test('RFC 5321 4.1.1.1: extensions, mechanisms and size of an EHLO reply', () => {
  const reply = '250-mx.example hello SIZE 5\r\n250-size 1000\r\n250-AUTH=LOGIN\r\n250 AUTH PLAIN xoauth2\r\n';
  const offered = parseExtensions(parseSmtpReply(reply).lines);
  assert.deepEqual([...offered.keywords], ['SIZE', 'AUTH']);
  assert.deepEqual([...offered.mechanisms], ['LOGIN', 'PLAIN', 'XOAUTH2']);
  assert.equal(offered.sizeLimitBytes, 1000);
  assert.equal(parseExtensions(['250 mx.example']).keywords.size, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCapabilities } from '../../../src/connectors/pop3/pop3-capabilities.ts';
import { kindOfRefusal } from '../../../src/connectors/pop3/pop3-errors.ts';
import { parsePop3Reply } from '../../../src/connectors/pop3/pop3-reply.ts';

test('status lines and response codes (RFC 1939 3, RFC 2449 8, RFC 3206 4)', () => {
  const table: [string, string, string, string, string | undefined][] = [
    ['+OK', 'ok', '', '', undefined],
    ['+ok  ready', 'ok', '', 'ready', undefined],
    ['-ERR', 'error', '', '', undefined],
    ['-ERR [IN-USE] held', 'error', 'IN-USE', 'held', 'transient'],
    ['-ERR [sys/temp] later', 'error', 'SYS/TEMP', 'later', 'transient'],
    ['-ERR [SYS/PERM] never', 'error', 'SYS/PERM', 'never', 'configuration'],
    ['-ERR [AUTH] no', 'error', 'AUTH', 'no', 'credentials'],
    ['-ERR [LOGIN-DELAY] wait', 'error', 'LOGIN-DELAY', 'wait', 'throttled'],
    ['-ERR [X-OTHER]', 'error', 'X-OTHER', '', undefined],
    ['+ Zm9v', 'continue', '', 'Zm9v', undefined],
    ['+', 'continue', '', '', undefined],
  ];
  for (const [line, status, code, text, kind] of table) {
    const reply = parsePop3Reply(line);
    assert.ok(reply !== undefined, line);
    assert.deepEqual([reply.status, reply.code, reply.text, kindOfRefusal(reply)], [status, code, text, kind], line);
  }
  for (const line of ['', '+OKAY', 'OK', '* OK IMAP', '220 smtp', '-ERROR'])
    assert.equal(parsePop3Reply(line), undefined);
});

test('no line makes the reader throw, and nothing it shows holds control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const reply = parsePop3Reply(`-ERR ${text.replace(/[\r\n]/g, '')}`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
      assert.doesNotMatch(reply?.line ?? '', /[\u0000-\u001f]/);
      assert.ok((reply?.line.length ?? 0) <= 303);
    }),
  );
});

test('capabilities are read whatever their case; no CAPA means nothing is known', () => {
  const read = parseCapabilities('top\r\nUIDL\r\nSASL PLAIN xoauth2\r\nEXPIRE 60\r\nPipelining\r\n');
  assert.deepEqual([read.known, read.top, read.uidl, read.pipelining, read.stls], [true, true, true, true, false]);
  assert.deepEqual([...read.sasl], ['PLAIN', 'XOAUTH2']);
  assert.equal(parseCapabilities(undefined).known, false);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { asciiDomain, isSendable, prepareEnvelope } from '../../../src/connectors/smtp/smtp-envelope.ts';
import { parseExtensions } from '../../../src/connectors/smtp/smtp-extensions.ts';
import { loopback, mailTo } from './smtp-fixtures.ts';

const everything = parseExtensions(['250-x', '250-SIZE 500', '250-8BITMIME', '250-SMTPUTF8', '250 DSN']);
const nothing = parseExtensions(['250 x']);
const endpoint = loopback(25);

test('an address that would break out of the command is not sendable', () => {
  for (const bad of ['', ' ', 'a>b@x.example', 'a@x\r\nRCPT TO:<b@x>', 'a@x\0', '<a@x>', 'a b@x.example', '@x', 'a@']) {
    assert.equal(isSendable(bad), false, JSON.stringify(bad));
  }
  for (const good of ['a@x.example', '"a b"@x.example', 'postmaster', 'ü@x.example', "o'neil+tag@x.example"]) {
    assert.equal(isSendable(good), true, good);
  }
});

test('RFC 5890: an international domain alone needs no SMTPUTF8', () => {
  assert.equal(asciiDomain('a@bücher.example'), 'a@xn--bcher-kva.example');
  const prepared = prepareEnvelope(mailTo('a@bücher.example'), ['a@bücher.example'], endpoint, nothing);
  assert.deepEqual(prepared, { mail: 'MAIL FROM:<a@example.com>', rcpt: ['RCPT TO:<a@xn--bcher-kva.example>'] });
});

test('RFC 6531: what needs SMTPUTF8 is refused as the item where the server has none', () => {
  const refused = { code: 'mr_SmtpUtf8Needed', kind: 'item' };
  assert.throws(() => prepareEnvelope(mailTo('ü@x.example'), ['ü@x.example'], endpoint, nothing), refused);
  const mail = mailTo('a@x.example');
  const header = { ...mail, envelope: { ...mail.envelope, needsSmtpUtf8: true } };
  assert.throws(() => prepareEnvelope(header, ['a@x.example'], endpoint, nothing), refused);
  assert.match(prepareEnvelope(header, ['a@x.example'], endpoint, everything).mail, / SMTPUTF8$/);
});

test('AT-10: the smaller of the two size limits holds', () => {
  const big = { ...mailTo('a@x.example'), raw: Buffer.alloc(501, 'x') };
  const refused = { code: '8005E237', kind: 'item' };
  assert.throws(() => prepareEnvelope(big, ['a@x.example'], endpoint, everything), refused);
  assert.doesNotThrow(() => prepareEnvelope(big, ['a@x.example'], endpoint, nothing));
  const narrow = loopback(25, { maxMessageBytes: 500 });
  assert.throws(() => prepareEnvelope(big, ['a@x.example'], narrow, nothing), refused);
});

test('RFC 6152, RFC 3461: 8BITMIME for eight-bit content only, NEVER stands alone', () => {
  const mail = mailTo('a@x.example');
  const dsn = { envelopeId: 'e', notify: ['SUCCESS', 'NEVER'] } as const;
  const eight = { ...mail, raw: Buffer.from('é'), envelope: { ...mail.envelope, dsn } };
  const prepared = prepareEnvelope(eight, ['a@x.example'], endpoint, everything);
  assert.equal(prepared.mail, 'MAIL FROM:<a@example.com> BODY=8BITMIME SIZE=2 RET=HDRS ENVID=e');
  assert.deepEqual(prepared.rcpt, ['RCPT TO:<a@x.example> NOTIFY=NEVER']);
  assert.doesNotMatch(prepareEnvelope(mail, ['a@x.example'], endpoint, everything).mail, /8BITMIME/);
  const bare = prepareEnvelope(eight, ['a@x.example'], endpoint, nothing);
  assert.deepEqual(bare, { mail: 'MAIL FROM:<a@example.com>', rcpt: ['RCPT TO:<a@x.example>'] });
});

test('80044192: a malformed sender is the fault of the item', () => {
  const mail = mailTo('a@x.example');
  const bad = { ...mail, envelope: { ...mail.envelope, from: 'a@x>\r\nDATA' } };
  assert.throws(() => prepareEnvelope(bad, ['a@x.example'], endpoint, everything), { code: '80044192', kind: 'item' });
});

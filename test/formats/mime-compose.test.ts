import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ComposeInput, composeMail } from '../../src/formats/mime-compose.ts';
import { parseMailSync } from '../../src/formats/mime-parse.ts';

const base: ComposeInput = {
  from: { name: 'Ann Sender', address: 'ann@example.com' },
  to: [{ name: '', address: 'bob@example.org' }],
  subject: 'Hello',
  text: 'Hi Bob',
  messageId: '1@example.com',
  date: new Date('2026-03-01T10:00:00Z'),
  boundarySeed: 'seed',
};

function assertWireForm(raw: Buffer): void {
  const text = raw.toString('latin1');
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n|\0/, 'only CRLF line ends and no NUL');
  for (const line of text.split('\r\n')) assert.ok(line.length <= 998, `line of ${line.length}`);
}

const tidy = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
const words = fc.string({ unit: 'grapheme', maxLength: 120 });
const anyText = fc.oneof(
  words,
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 3000 }),
);
const name = fc.string({ unit: 'grapheme', maxLength: 80 });
const mailbox = fc.record({
  name,
  address: fc.constantFrom('a@example.com', 'b.c+d@sub.example.org', 'x@münchen.example'),
});
const file = fc.record({
  fileName: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }),
  contentType: fc.constantFrom(
    'application/pdf',
    'text/plain',
    'image/png',
    'message/rfc822',
    'bad type',
    'a/b\r\nX: y',
  ),
  content: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
});

describe('composeMail', () => {
  it('OU-09: what is composed reads back the same: subject, names, body, files', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.array(mailbox, { minLength: 1, maxLength: 6 }),
        anyText,
        anyText,
        fc.array(file, { maxLength: 3 }),
        (subject, to, text, html, attachments) => {
          const { raw } = composeMail({ ...base, subject, to, text, html: `<p>${html}</p>`, attachments });
          assertWireForm(raw);
          const mail = parseMailSync(raw);
          assert.equal(mail.subject, tidy(subject).replace(/\p{Cs}/gu, '\ufffd'));
          assert.deepEqual(
            mail.to.map((address) => address.name),
            to.map((address) => tidy(address.name).replace(/\s+/g, ' ').trim()),
          );
          const lines = (body: string): string =>
            body
              .replace(/\0/g, '')
              .replace(/\r\n|\r|\n/g, '\n')
              .replace(/\p{Cs}/gu, '\ufffd')
              .replace(/^\ufeff/, '');
          assert.equal(lines(mail.text), lines(text));
          assert.equal(lines(mail.html), lines(`<p>${html}</p>`));
          assert.equal(mail.attachments.length, attachments.length);
          mail.attachments.forEach((part, index) => {
            const sent = attachments[index];
            if (sent !== undefined && part.contentType !== 'message/rfc822')
              assert.deepEqual(part.content, sent.content);
            const bare = tidy(sent?.fileName ?? '')
              .replace(/^.*[/\\]/s, '')
              .trim();
            if (bare !== '') assert.equal(part.fileName, bare);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('SE-13: no input begins a header field of its own', () => {
    const evil = 'x\r\nBcc: victim@example.com\r\n\r\nbody\0';
    const { raw } = composeMail({
      ...base,
      subject: evil,
      from: { name: evil, address: `a@example.com>${evil}` },
      to: [{ name: evil, address: evil }],
      messageId: evil,
      inReplyTo: evil,
      references: [evil],
      threadTopic: evil,
      conversationIndex: evil,
      attachments: [{ fileName: evil, contentType: evil, contentId: evil, content: Buffer.from('x') }],
    });
    assertWireForm(raw);
    assert.equal(parseMailSync(raw).bcc.length, 0);
    assert.doesNotMatch(raw.toString('latin1'), /^bcc:/im);
  });

  it('OU-15: blind recipients are not written, and a message to them alone still has a To field', () => {
    const { raw } = composeMail({ ...base, to: [], bcc: [{ name: 'Secret', address: 'secret@example.com' }] });
    assert.doesNotMatch(raw.toString(), /secret/i);
    assert.match(raw.toString(), /^To: undisclosed-recipients:;\r$/m);
  });

  it('OU-09: thread, importance and receipt fields are written and read back', () => {
    const { raw } = composeMail({
      ...base,
      inReplyTo: 'p@example.com',
      references: ['r@example.com', 'p@example.com'],
      conversationIndex: Buffer.alloc(80, 7).toString('base64'),
      threadTopic: 'Tópic',
      importance: 'high',
      autoSubmitted: 'auto-replied',
      readReceiptTo: { name: '', address: 'ann@example.com' },
    });
    const mail = parseMailSync(raw);
    assert.equal(mail.messageId, '1@example.com');
    assert.equal(mail.inReplyTo, 'p@example.com');
    assert.deepEqual(mail.references, ['r@example.com', 'p@example.com']);
    assert.equal(mail.conversationIndex, Buffer.alloc(80, 7).toString('base64'));
    assert.equal(mail.importance, 'high');
    assert.equal(mail.headers.get('thread-topic')?.[0], 'Tópic');
    assert.equal(mail.headers.get('auto-submitted')?.[0], 'auto-replied');
    assert.equal(mail.headers.get('disposition-notification-to')?.[0], 'ann@example.com');
    assert.equal(mail.date?.toISOString(), '2026-03-01T10:00:00.000Z');
  });

  it('AT-06: a picture the HTML refers to goes inline, other files are attached, and the text is made from the HTML', () => {
    const picture = { fileName: 'p.png', contentType: 'image/png', contentId: 'pic@x', content: Buffer.from([1, 2]) };
    const { raw } = composeMail({
      ...base,
      text: undefined,
      html: '<p>Hello <img src="cid:pic@x"> world</p>',
      attachments: [picture, { fileName: 'a.pdf', contentType: 'application/pdf', content: Buffer.from([3]) }],
    });
    const mail = parseMailSync(raw);
    assert.equal(mail.text.trim().replace(/\s+/g, ' '), 'Hello world');
    assert.deepEqual(
      mail.attachments.map((part) => [part.fileName, part.inline, part.contentId]),
      [
        ['p.png', true, 'pic@x'],
        ['a.pdf', false, ''],
      ],
    );
  });

  it('RFC 6531: a local part outside ASCII asks for SMTPUTF8, a domain alone does not', () => {
    const to = (address: string): boolean => composeMail({ ...base, to: [{ name: '', address }] }).needsSmtpUtf8;
    assert.equal(to('jörg@example.com'), true);
    assert.equal(to('joerg@münchen.example'), false);
  });

  it('equal input gives equal bytes', () => {
    const input = { ...base, html: '<b>x</b>' };
    assert.deepEqual(composeMail(input), composeMail(input));
  });
});

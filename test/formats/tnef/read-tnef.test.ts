import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { mailScorerLine } from '../../../src/formats/mail-scorer-line.ts';
import { parseMailSync } from '../../../src/formats/mime-parse.ts';
import { readTnef } from '../../../src/formats/tnef/read-tnef.ts';
import { buildTnef, packRtf } from '../../support/tnef-builder.ts';

const html = '<html><body><p>Grüße <img src="cid:logo@x"></p></body></html>';
const encapsulated =
  '{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset204 Arial;}}{\\colortbl\\red0;}\r\n' +
  "{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 Gr\\'fc\\u223 ?e \\f1 \\'cf\\htmlrtf\\par}\\htmlrtf0 {\\*\\htmltag72 </p>}{\\*\\mhtmltag84 <img src=x>}" +
  '{\\*\\htmltag84 <a href="x\\{y\\}">}link{\\*\\htmltag92 </a>}}';

const packed = (stream: Buffer, body = ''): Buffer =>
  Buffer.from(
    [
      'From: anna@customer.example',
      'Subject: Outlook',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      body,
      '--b',
      'Content-Type: application/ms-tnef; name=winmail.dat',
      'Content-Transfer-Encoding: base64',
      '',
      stream.toString('base64').replace(/.{76}/g, '$&\r\n'),
      '--b--',
      '',
    ].join('\r\n'),
  );

describe('TNEF', () => {
  it('AT-09, PAIN-16: winmail.dat gives files, an HTML body and pictures in it', () => {
    const stream = buildTnef(
      [
        { id: 0x1013, type: 0x102, value: Buffer.from(html) },
        { id: 0x3fde, type: 3, value: 65001 },
      ],
      [
        {
          title: 'OFFER~1.TXT',
          data: Buffer.from('offer'),
          properties: [{ id: 0x3707, type: 0x1f, value: 'Offer für Ω.txt' }],
        },
        {
          title: 'logo.png',
          data: Buffer.from([1, 2, 3]),
          properties: [
            { id: 0x370e, type: 0x1e, value: 'image/png' },
            { id: 0x3712, type: 0x1f, value: 'logo@x' },
          ],
        },
      ],
    );
    const mail = parseMailSync(packed(stream, 'Greetings'));
    assert.equal(mail.html, html);
    assert.equal(mail.text.trim(), 'Greetings');
    assert.deepEqual(
      mail.attachments.map(({ fileName, contentType, contentId, inline, content }) => [
        fileName,
        contentType,
        contentId,
        inline,
        content.toString('hex'),
      ]),
      [
        ['Offer für Ω.txt', 'application/octet-stream', '', false, Buffer.from('offer').toString('hex')],
        ['logo.png', 'image/png', 'logo@x', true, '010203'],
      ],
    );
    assert.deepEqual(mail.faults, []);
  });

  it('AT-09: HTML comes back out of RTF that was made from it, in the code page of its font', () => {
    const mail = parseMailSync(packed(buildTnef([{ id: 0x1009, type: 0x102, value: packRtf(encapsulated) }], [])));
    assert.equal(mail.html, '<p>Grüße П</p><a href="x{y}">link</a>');
  });

  it('AT-09: RTF of its own gives its words', () => {
    const rtf =
      "{\\rtf1\\ansi{\\fonttbl{\\f0 Times;}}{\\*\\generator X;}{\\info{\\title no}}Hello\\par {\\b bold} caf\\'e9\\tab end}";
    const mail = parseMailSync(packed(buildTnef([{ id: 0x1009, type: 0x102, value: packRtf(rtf) }], [])));
    assert.equal(mail.text, 'Hello\r\nbold café\tend');
    assert.equal(mail.html, '');
  });

  it('AT-07: a message inside winmail.dat becomes a message of its own', () => {
    const inner = buildTnef(
      [
        { id: 0x0037, type: 0x1f, value: 'Inner: offer' },
        { id: 0x1000, type: 0x1f, value: 'inner text' },
        { id: 0x0c1a, type: 0x1f, value: 'Bob' },
        { id: 0x0c1f, type: 0x1f, value: 'bob@customer.example' },
      ],
      [{ title: 'deep.txt', data: Buffer.from('deep') }],
    );
    const object = Buffer.concat([Buffer.alloc(16, 7), inner]);
    const outer = buildTnef([], [{ properties: [{ id: 0x3701, type: 0x0d, value: object }] }]);
    const [attached] = parseMailSync(packed(outer, 'See attached')).attachments;
    assert.deepEqual([attached?.fileName, attached?.contentType], ['Inner offer.eml', 'message/rfc822']);
    const mail = parseMailSync(attached?.content ?? Buffer.alloc(0));
    assert.deepEqual(
      [mail.subject, mail.text.trim(), mail.from[0]?.address],
      ['Inner: offer', 'inner text', 'bob@customer.example'],
    );
    assert.equal(mail.attachments[0]?.content.toString(), 'deep');
  });

  it('IN-08: a meeting request inside winmail.dat is one', () => {
    const stream = buildTnef([{ id: 0x001a, type: 0x1e, value: 'IPM.Schedule.Meeting.Request' }], []);
    assert.equal(parseMailSync(packed(stream, 'Meet')).isMeetingMessage, true);
  });

  it('AT-09: a stream that breaks off gives what came before and stays attached as it was', () => {
    const stream = buildTnef(
      [],
      [
        { title: 'one.txt', data: Buffer.from('one') },
        { title: 'two.txt', data: Buffer.alloc(500) },
      ],
    );
    const mail = parseMailSync(packed(stream.subarray(0, stream.length - 300)));
    assert.deepEqual(
      mail.attachments.map(({ fileName }) => fileName),
      ['winmail.dat', 'one.txt'],
    );
    assert.match(mail.faults.join(' '), /ends before its time/);
  });

  it('SE-13: a stream that lies costs no more than its size', () => {
    const stream = buildTnef(
      [
        { id: 0x1013, type: 0x102, value: Buffer.from('<p>x</p>') },
        { id: 0x1009, type: 0x102, value: packRtf(`${'{\\b '.repeat(50_000)}x`) },
      ],
      Array.from({ length: 30 }, (_, index) => ({ title: `${index}`, data: Buffer.alloc(100) })),
    );
    const began = performance.now();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(stream.length - 1), fc.nat(255)), { maxLength: 20 }), (changes) => {
        const broken = Buffer.from(stream);
        for (const [place, byte] of changes) broken[place] = byte;
        readTnef(broken);
      }),
      { numRuns: 200 },
    );
    assert.ok(performance.now() - began < 20_000);
  });

  const corpora = fileURLToPath(new URL('../../../../shared/corpora/mime/', import.meta.url));
  it('AT-09: names and bytes of the public samples', {
    skip: existsSync(corpora) ? false : 'the corpora are not at ../shared/corpora',
  }, () => {
    const entries = readFileSync(`${corpora}tnef.expect.jsonl`, 'utf8').trim().split('\n');
    const tally = { wanted: 0, right: 0 };
    for (const entry of entries) {
      const { file, expect } = JSON.parse(entry) as {
        file: string;
        expect: { agreed?: [string, number, string][]; mimekitExtracted?: [string, number, string][] };
      };
      const line = mailScorerLine(file, readFileSync(`${corpora}tnef/${file}`));
      const wanted = (expect.agreed?.length ? expect.agreed : (expect.mimekitExtracted ?? [])).filter(
        ([name]) => name !== 'message.html',
      );
      for (const [name, size, sha256] of wanted) {
        const readable = name.replace(/[\udc80-\udcff]/g, (code) => String.fromCharCode(code.charCodeAt(0) - 0xdc00));
        tally.wanted += 1;
        tally.right += line.attachments.some(
          (one) => one.name === readable && one.size === size && one.sha256 === sha256,
        )
          ? 1
          : 0;
      }
    }
    assert.ok(tally.wanted >= 8);
    assert.equal(tally.right, tally.wanted, JSON.stringify(tally));
  });
});

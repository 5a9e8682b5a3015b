import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MailroomError } from '../../src/base/errors.ts';
import { parseMail, parseMailSync } from '../../src/formats/mime-parse.ts';

const parse = (text: string, encoding: BufferEncoding = 'utf8') => parseMailSync(Buffer.from(text, encoding));
const MEGABYTE = 1_000_000;
const fill = (piece: string): string => piece.repeat(Math.ceil(MEGABYTE / piece.length));

describe('parseMail', () => {
  it('EC-33: only an empty input is no message', async () => {
    await assert.rejects(parseMail(Buffer.alloc(0)), (error: unknown) => {
      return error instanceof MailroomError && error.code === 'mr_MimeUnreadable' && error.kind === 'item';
    });
    assert.equal((await parseMail(Buffer.from('x'))).text, 'x');
  });

  it('EC-33: never throws on any bytes, and reads them twice the same', () => {
    const pieces = fc.constantFrom(
      'From: ',
      'To: ',
      '=?utf-8?q?',
      '=?b?B?',
      '?=',
      '\r\n',
      '\n',
      '\r',
      '--b',
      '--',
      '"',
      '(',
      '<',
      '@',
      ':',
      ';',
      ',',
      '\\',
      ' ',
      '\t',
      'Content-Type: multipart/mixed; boundary=b\r\n',
      'Content-Type: text/html; charset=utf-7\r\n',
      'Content-Transfer-Encoding: base64\r\n',
      "name*0*=utf-8''%zz;",
      'é',
      '=\n',
      'Date: ',
      '1 Jan 20 1:1',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 6 })), { minLength: 1, maxLength: 60 }),
        (list) => {
          const raw = Buffer.from(`x${list.join('')}`);
          assert.deepEqual(parseMailSync(raw), parseMailSync(raw));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('PAIN-15, RFC 2047: words are joined over folds, split characters come out whole, 8-bit headers are read', () => {
    assert.equal(parse('Subject: =?utf-8?B?w6k=?=\r\n =?utf-8?Q?=C3=A9_x?= y\r\n\r\n').subject, 'éé x y');
    assert.equal(parse('Subject: =?utf-8?B?ww==?= =?utf-8?B?qQ==?=\r\n\r\n').subject, 'é');
    assert.equal(parse('Subject: caf\u00e9\r\n\r\n').subject, 'café');
    assert.equal(parse('Subject: caf\u00e9\r\n\r\n', 'latin1').subject, 'café');
    assert.equal(parse('Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\r\n\r\n').subject, '日本');
  });

  it('RFC 2231: file names split over sections and in a charset', () => {
    const mail = parse(
      "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''%C3%A4;\r\n filename*1*=%20b;\r\n filename*2=.pdf\r\n\r\nx",
    );
    assert.equal(mail.attachments[0]?.fileName, 'ä b.pdf');
  });

  it('IN-40: text and HTML of an alternative are one body; mixed parts are joined', () => {
    const part = (type: string, body: string): string => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
    const of = (kind: string, ...parts: string[]) =>
      parse(`Content-Type: multipart/${kind}; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`);
    const alternative = of('alternative', part('text/plain', 'plain'), part('text/html', '<b>html</b>'));
    assert.deepEqual([alternative.text, alternative.html], ['plain', '<b>html</b>']);
    const mixed = of('mixed', part('text/html', '<b>1</b>'), part('text/plain', '2 < 3'));
    assert.equal(mixed.text, '2 < 3');
    assert.equal(mixed.html, '<b>1</b>\n<div>2 &lt; 3</div>');
  });

  it('AT-07: an attached message is a file, a file without a name gets one, folders in names go', () => {
    const mail = parse(
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n--b\r\nContent-Type: application/pdf; name="../../etc/a.pdf"\r\n\r\ny\r\n--b--',
    );
    assert.deepEqual(
      mail.attachments.map((file) => [file.fileName, file.content.toString()]),
      [
        ['message-1.eml', 'Subject: in\r\n\r\nx'],
        ['a.pdf', 'y'],
      ],
    );
  });

  it('IN-08: meeting messages are told by the METHOD of their calendar', () => {
    assert.equal(parse('Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR').isMeetingMessage, true);
    assert.equal(
      parse('Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n').isMeetingMessage,
      true,
    );
    assert.equal(parse('Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n').isMeetingMessage, false);
    assert.equal(parse('Content-Type: text/calendar; method="CANCEL"\r\n\r\nx').isMeetingMessage, true);
    // A ticket or a booking: a calendar to look at, which makes an ordinary mail no meeting (RFC 5546 section 1.4).
    assert.equal(parse('Content-Type: text/calendar; method=PUBLISH\r\n\r\nx').isMeetingMessage, false);
    const published = 'BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n';
    assert.equal(parse(`Content-Type: text/calendar\r\n\r\n${published}`).isMeetingMessage, false);
  });

  it('importance comes from Importance, X-Priority or Priority', () => {
    for (const [field, expected] of [
      ['Importance: High', 'high'],
      ['X-Priority: 5 (Lowest)', 'low'],
      ['X-Priority: 3', 'normal'],
      ['Priority: urgent', 'high'],
      ['X: y', 'normal'],
    ]) {
      assert.equal(parse(`${field}\r\n\r\n`).importance, expected, field);
    }
  });

  it('a charset named like a property of every object is one that is not known', () => {
    for (const charset of ['constructor', '__proto__', 'toString']) {
      const message = parse(`Content-Type: text/plain; charset=${charset}\r\n\r\nplain`);
      assert.equal(message.text, 'plain', charset);
    }
  });

  it('PAIN-15: charsets: aliases, UTF-7, a charset that is none', () => {
    const body = (charset: string, bytes: Buffer) =>
      parseMailSync(Buffer.concat([Buffer.from(`Content-Type: text/plain; charset=${charset}\r\n\r\n`), bytes]));
    assert.equal(body('utf-7', Buffer.from('+AOk-')).text, 'é');
    assert.equal(body('cp932', Buffer.from([0x93, 0xfa])).text, '日');
    assert.equal(body('cp-850', Buffer.from([0x82])).text, 'é');
    const guessed = body('no-such', Buffer.from('é'));
    assert.equal(guessed.text, 'é');
    assert.match(guessed.faults.join(), /no-such/);
  });

  it('dates: RFC 5322, obsolete zones, month first, nonsense', () => {
    const date = (value: string) => parse(`Date: ${value}\r\n\r\n`).date?.toISOString();
    assert.equal(date('Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)'), '1969-02-14T03:02:00.000Z');
    assert.equal(date('21 Nov 97 09:55:06 EST'), '1997-11-21T14:55:06.000Z');
    assert.equal(date('Thursday, April 09, 2003 12:00 AM'), '2003-04-09T00:00:00.000Z');
    assert.equal(date('Mon Jan  5 10:11:12 2026'), '2026-01-05T10:11:12.000Z');
    assert.equal(date('yesterday'), undefined);
  });

  it('dates: zones written otherwise, and none at all, which is UTC wherever this runs', () => {
    const date = (value: string) => parse(`Date: ${value}\r\n\r\n`).date?.toISOString();
    const ten = '2026-12-03T10:00:00.000Z';
    const zone = process.env.TZ;
    process.env.TZ = 'America/New_York';
    try {
      for (const value of [
        'Thu, 3 Dec 2026 11:00:00 GMT+0100',
        'Thu, 3 Dec 2026 12:00:00 UTC+2',
        'Thu, 3 Dec 2026 06:30:00 UT -03:30',
        'Thu, 3 Dec 2026 11:00:00 +100',
        'Thu Dec  3 11:00:00 2026 +0100',
        'Thu Dec  3 11:00:00 2026 GMT+01:00',
        'Thu Dec  3 05:00:00 EST 2026',
        '2026-12-03 10:00:00',
        '2026-12-03T10:00',
        '2026-12-03T10:00:00.000',
        '2026-12-03 11:00:00 +0100',
        '2026-12-03T11:00:00+01:00',
      ])
        assert.equal(date(value), ten, value);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('uuencoded files come back, also where blanks at the ends of lines were cut off', () => {
    const sign = (value: number): string => String.fromCharCode(32 + value);
    const encode = (bytes: Buffer): string => {
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += 45) {
        const part = bytes.subarray(at, at + 45);
        const padded = Buffer.concat([part, Buffer.alloc((3 - (part.length % 3)) % 3)]);
        let line = sign(part.length);
        for (let index = 0; index < padded.length; index += 3) {
          const group = padded.readUIntBE(index, 3);
          line += [18, 12, 6, 0].map((shift) => sign((group >> shift) & 63)).join('');
        }
        lines.push(line.trimEnd());
      }
      return `begin 644 file.bin\r\n${lines.join('\r\n')}\r\n\r\nend\r\n`;
    };
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (array) => {
        const bytes = Buffer.from(array);
        const head = 'Content-Type: application/x-a; name=a.bin\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n';
        assert.deepEqual(parse(`${head}${encode(bytes)}`).attachments[0]?.content, bytes);
      }),
    );
  });

  it('SE-13: hostile messages of a megabyte cost no more than their size', () => {
    const nested = Array.from(
      { length: 15_000 },
      (_, index) => `Content-Type: multipart/mixed; boundary="b${index}"\r\n\r\n--b${index}\r\n`,
    );
    const hostile = [
      `Subject: a\r\n\r\n${fill('x')}`,
      `${fill('A: b\r\n')}\r\n`,
      `To: ${fill('<,')}`,
      `To: <${fill('()')}>`,
      `To: ${fill('(')}`,
      `To: "${fill('\\"')}`,
      `To: a${fill(' ')}@b`,
      `Subject: ${fill('=?x-a?q?b?==?x-b?q?c?=')}`,
      `Content-Type: text/plain; a='${fill(' ')}(x`,
      `Content-Type: text/plain; ${fill('a*0*=b; ')}`,
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${fill('--b\r\n')}`,
      nested.join(''),
      fill('Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'),
      `Content-Transfer-Encoding: base64\r\n\r\n${fill('=a')}`,
      `Content-Transfer-Encoding: quoted-printable\r\n\r\n${fill('= ')}`,
      `References: ${fill('<')}`,
      `Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\n${fill('M\n')}`,
      `Content-Type: text/plain; charset=utf-7\r\n\r\n${fill('+AGE-')}`,
      `Received: ${fill('a\r\n ')}`,
      `Date: ${fill('(')}`,
      `Content-Type: text/html\r\n\r\n${fill('<img src="cid:a">')}`,
    ];
    for (const text of hostile) {
      const before = process.cpuUsage();
      parse(text);
      const used = process.cpuUsage(before);
      const ms = (used.user + used.system) / 1000;
      assert.ok(ms < 3000, `${text.slice(0, 60)}: ${ms} ms`);
    }
  });

  it('SE-13: more than 1,000 parts are cut and told', () => {
    const mail = parse(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: a/b\r\n\r\nx\r\n'.repeat(3000)}`,
    );
    assert.ok(mail.attachments.length <= 1000);
    assert.match(mail.faults.join(), /more than 1000 parts/);
  });
});

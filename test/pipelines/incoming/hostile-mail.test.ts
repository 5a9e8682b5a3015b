import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keptBody } from '../../../src/pipelines/incoming/email-rows.ts';
import { readIncomingMail } from '../../../src/pipelines/incoming/incoming-mail.ts';
import { recoverOriginals } from '../../../src/pipelines/incoming/recover-originals.ts';

const bytes = 2_000_000;
const fill = (text: string): string => text.repeat(Math.ceil(bytes / text.length));

/** A header that makes every look at delivery reports worth while. */
const report = 'From: MAILER-DAEMON@x.example\r\nReturn-Path: <>\r\nSubject: Undeliverable mail\r\n';
const html = `${report}Content-Type: text/html\r\n\r\n`;

const hostile: Readonly<Record<string, string>> = {
  'one line': `${report}\r\n${fill('x')}`,
  'one line of blanks': `${report}\r\n${fill(' ')}`,
  'one line of addresses': `${report}\r\n${fill('a@b.example ')}`,
  'one line of at signs': `${report}\r\n${fill('@')}`,
  'status fields without end': `${report}\r\n${fill('Final-Recipient: rfc822;a@b.example\r\n\r\n')}`,
  'failed recipients without end': `X-Failed-Recipients: ${fill('a@b.example, ')}\r\n${report}\r\n${fill('a@b.example\n')}`,
  'header fields without end': `${fill('X-A: b\r\n')}\r\nhi`,
  'a folded header without end': `Subject: x${fill('\r\n y')}\r\n\r\nhi`,
  'tags that never close': html + fill('<'),
  'elements in elements': html + fill('<div>'),
  'attributes without end': `${html}<a ${fill('b="c" ')}>x`,
  'a style without end': `${html}<a style="${fill('a:b;')}">x</a>`,
  'characters by number': html + fill('&amp;&#x41;&bogus;'),
  'pictures without end': html + fill('<img src="cid:a">'),
  'parts without end': `Content-Type: multipart/mixed; boundary=b\r\n\r\n${fill('--b\r\n')}`,
  'messages without end': `From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${fill('--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nhi\r\n')}`,
};

describe('hostile mail, 2 MB each, through everything that is pure', () => {
  const now = new Date('2026-01-02T12:00:00Z');
  for (const [name, text] of Object.entries(hostile)) {
    it(`SE-13, PAIN-14: ${name} costs no more than its size`, async () => {
      const raw = Buffer.from(text, 'latin1');
      const before = process.cpuUsage();
      const mail = await readIncomingMail({ serverId: 'one', raw }, now);
      keptBody(mail.message);
      await recoverOriginals({ serverId: 'one', raw }, now);
      const used = process.cpuUsage(before);
      const ms = (used.user + used.system) / 1000;
      assert.ok(ms < 8000, `${Math.round(ms)} ms`);
    });
  }
});

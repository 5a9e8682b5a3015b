import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openSmtp } from '../../../src/connectors/smtp/open-smtp.ts';
import { parseMailSync } from '../../../src/formats/mime-parse.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { loopback } from '../../connectors/smtp/smtp-fixtures.ts';
import type { OutgoingScene } from '../../support/outgoing-scene.ts';

const recipient = 'ada@customer.example';

/** Pieces of which hostile texts are made: lone line ends, NUL, dots, SMTP commands, header fields, brackets. */
const pieces = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  '.',
  '\n.\n',
  '\r.\r',
  '\n.\r\n',
  '\r\n.\n',
  '\r\n.\r\n',
  '.\r\nMAIL FROM:<smuggled@evil.example>\r\nRCPT TO:<victim@evil.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nowned\r\n.\r\n',
  '\r\nBcc: victim@evil.example',
  '\nX-Evil: yes\n\n',
  '\u2028X-Evil: yes',
  '>\r\nX-Evil: yes',
  '<script>',
  '=?utf-8?q?=0D=0ABcc:_victim@evil.example?=',
  '--=_mr_',
  'x'.repeat(1200),
  'grüße 😀 \ud800 ',
  'plain words ',
];

const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));

/** Random emails made of such texts, always the same. */
export function hostileMails(count: number): readonly { readonly values: RecordOf<'email'>; readonly plain: string }[] {
  const one = fc.record({ subject: texts, plain: texts, reference: texts, html: fc.boolean() });
  return fc.sample(one, { numRuns: count, seed: 4711 }).map(({ subject, plain, reference, html }) => ({
    plain: html ? '' : plain,
    values: {
      subject: subject.slice(0, 700),
      description: html ? `<p>${plain}</p>` : plain,
      mimetype: html ? 'text/html' : 'text/plain',
      mr_references: `<a@b.example>${reference}`.slice(0, 2000),
    },
  }));
}

/** Sends hostile emails with hostile files by one turn over real SMTP; `arrived` gives what the far side then has. */
export async function sendHostileMails(
  scene: OutgoingScene,
  port: number,
  arrived: (count: number) => Promise<readonly { readonly to: readonly string[]; readonly raw: Buffer }[]>,
): Promise<void> {
  const { records } = scene.store.database;
  await records.update('contact', scene.contactid, { fullname: 'Ada"><x@evil.example>\r\nX-Evil: yes\0\n.' });
  const mails = hostileMails(60);
  for (const { values } of mails) {
    const id = await scene.pendingEmail(values, [recipient]);
    await records.create('activitymimeattachment', {
      objectid: { table: 'email', id },
      objecttypecode: 'email',
      filename: 'a"\r\nX-Evil: yes\n.txt',
      mimetype: 'text/plain\r\nX-Evil: yes',
      attachmentcontentid: 'cid>\r\nX-Evil: yes',
      body: Buffer.from('.\r\n.\r\nQUIT\r\n').toString('base64'),
      attachmentnumber: 1,
    });
  }
  const outcome = await scene.turn(runOutgoingTurn, {
    connect: (_direction, signal) => openSmtp(loopback(port, { maxConnections: 3 }), signal),
  });
  assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed, outcome.error], [mails.length, 0, undefined]);
  const got = await arrived(mails.length);
  assert.equal(got.length, mails.length);
  const sent = await records.retrieveMultiple({ table: 'email', columns: ['messageid', 'description', 'mimetype'] });
  const plainOf = new Map(
    sent.rows.map((row) => [row.messageid, row.mimetype === 'text/plain' ? (row.description ?? '') : undefined]),
  );
  for (const { to, raw } of got) {
    assert.deepEqual([...to], [recipient]);
    checkWire(raw);
    const { messageId, text, attachments } = parseMailSync(raw);
    assert.ok(plainOf.has(messageId), `${messageId} is one of ours`);
    const plain = plainOf.get(messageId);
    if (plain !== undefined) assert.equal(asLines(text), asLines(plain));
    assert.deepEqual(
      attachments.map((file) => [file.fileName, file.contentType]),
      [['a" X-Evil: yes .txt', 'application/octet-stream']],
    );
    assert.deepEqual(attachments[0]?.content, Buffer.from('.\r\n.\r\nQUIT\r\n'));
    plainOf.delete(messageId);
  }
}

/** One message with CRLF alone, without NUL, and with the header fields we write, each once. */
function checkWire(raw: Buffer): void {
  const text = raw.toString('latin1');
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n|\0/, 'only CRLF line ends and no NUL');
  for (const line of text.split('\r\n')) assert.ok(line.length <= 998, `line of ${line.length}`);
  const head = text.slice(0, text.indexOf('\r\n\r\n')).replace(/\r\n[ \t]/g, ' ');
  const names = head.split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  const ours = names.filter((name) => !['received', 'return-path', 'delivered-to', 'x-original-to'].includes(name));
  const known =
    'date from to subject message-id in-reply-to references thread-index mime-version content-type content-transfer-encoding';
  assert.deepEqual(
    ours.filter((name) => !known.split(' ').includes(name)),
    [],
  );
  assert.equal(new Set(ours).size, ours.length, 'each field once');
}

const asLines = (text: string): string =>
  text
    .replace(/\0/g, '')
    .replace(/\r\n|\r|\n/g, '\n')
    .replace(/\p{Cs}/gu, '\ufffd');

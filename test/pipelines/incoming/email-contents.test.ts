import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { keptBody } from '../../../src/pipelines/incoming/email-rows.ts';
import { indexAddresses } from '../../../src/store/address-index.ts';
import { EmailNotification, PartyMask } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { buildTnef } from '../../support/tnef-builder.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('incoming turn: what the email of a message holds', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  const receive = async (raw: Buffer, options: Parameters<IncomingHouse['turn']>[1] = {}) => {
    const outcome = await house.turn(scriptedServer([{ serverId: 'one', raw }]), options);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    return outcome;
  };

  test('AT-01, AT-02, AT-06, AT-08: attachments within limits, inline picture, safe body', async () => {
    const boundary = 'b0';
    const body = [
      `--${boundary}`,
      'Content-Type: text/html',
      '',
      '<p onclick="x()">Hi <img src="cid:pic"><script>alert(1)</script></p>',
      ...part('image/png', 'pic.png', 'x'.repeat(10), 'Content-ID: <pic>'),
      ...part('application/octet-stream', 'Setup.EXE', 'MZ'),
      ...part('text/plain', 'big.txt', 'y'.repeat(2000)),
      ...part('text/plain', 'ok.txt', 'fine'),
      `--${boundary}--`,
    ].join('\r\n');
    const raw = rawMail({ body, headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}` } });
    await receive(raw, { settings: { maxAttachmentBytes: 1000 } });
    const [email] = await house.emails();
    assert.equal(email?.attachmentcount, 2);
    assert.equal(email?.notifications, EmailNotification.attachmentsDropped);
    assert.match(email?.description ?? '', /<img src="cid:pic"/);
    assert.doesNotMatch(email?.description ?? '', /script|onclick/);
    const page = await house.database.records.retrieveMultiple({
      table: 'activitymimeattachment',
      columns: ['filename', 'attachmentcontentid', 'mr_blob', 'filesize'],
      orderBy: [{ column: 'attachmentnumber' }],
    });
    assert.deepEqual(
      page.rows.map((row) => [row.filename, row.attachmentcontentid]),
      [
        ['pic.png', 'pic'],
        ['ok.txt', null],
      ],
    );
    assert.equal((await house.database.blobs.get(page.rows[1]?.mr_blob ?? ''))?.toString(), 'fine');
    assert.deepEqual(await house.database.blobs.get(email?.mr_rawblob ?? ''), raw);
    assert.match((await house.decisions())[0]?.mr_evidence ?? '', /Setup\.EXE/);
  });

  const attachments = async () =>
    (
      await house.database.records.retrieveMultiple({
        table: 'activitymimeattachment',
        columns: ['filename', 'mimetype', 'mr_blob', 'filesize', 'attachmentcontentid'],
        orderBy: [{ column: 'attachmentnumber' }],
      })
    ).rows;
  const mixed = (...parts: string[][]) =>
    rawMail({
      body: [...parts.flat(), '--b0--'].join('\r\n'),
      headers: { 'Content-Type': 'multipart/mixed; boundary=b0' },
    });

  test('AT-04: equal attachments of two emails are one body', async () => {
    const offer = part('application/pdf', 'offer.pdf', 'the same bytes');
    const server = scriptedServer([
      { serverId: 'one', raw: mixed(offer, part('text/plain', 'a.txt', 'a')) },
      { serverId: 'two', raw: Buffer.from(mixed(offer).toString().replace('one@customer', 'two@customer')) },
    ]);
    await house.turn(server);
    const offers = (await attachments()).filter(({ filename }) => filename === 'offer.pdf');
    assert.equal(offers.length, 2);
    assert.equal(offers[0]?.mr_blob, offers[1]?.mr_blob);
    const bodies = await house.database.sql<{ count: string }>('select count(*) from mr_blob');
    assert.equal(Number(bodies[0]?.count), 4);
  });

  test('AT-05, IN-45: a body above the limit is cut at a character, and that is told', () => {
    const text = 'a\u{1f600}'.repeat(20);
    assert.deepEqual(keptBody({ html: '', text: 'short' }, 100).isCut, false);
    const { html, isCut } = keptBody({ html: text, text: '' }, 20);
    assert.deepEqual([isCut, html.length <= 20, html.endsWith('a') || html.endsWith('\u{1f600}')], [true, true, true]);
  });

  test('AT-07, AT-09: an attached message and what winmail.dat holds are files of the email', async () => {
    const inner = rawMail({ id: 'inner@customer.example', subject: 'Inner' }).toString();
    const tnef = buildTnef(
      [{ id: 0x1013, type: 0x102, value: Buffer.from('<p>from Outlook</p>') }],
      [{ title: 'plan.txt', data: Buffer.from('plan') }],
    );
    const packed = [
      '--b0',
      'Content-Type: application/ms-tnef; name=winmail.dat',
      'Content-Transfer-Encoding: base64',
      '',
      tnef.toString('base64').replace(/.{76}/g, '$&\r\n'),
    ];
    await receive(mixed(['--b0', 'Content-Type: message/rfc822', '', inner], packed));
    assert.deepEqual(
      (await attachments()).map(({ filename, mimetype }) => [filename, mimetype]),
      [
        ['message-1.eml', 'message/rfc822'],
        ['plan.txt', 'application/octet-stream'],
      ],
    );
    const [email] = await house.emails();
    assert.match(email?.description ?? '', /from Outlook/);
    assert.equal(
      (await house.database.blobs.get((await attachments())[0]?.mr_blob ?? ''))?.toString().trim(),
      inner.trim(),
    );
  });

  test('AT-07: signed and encrypted parts are kept as they are', async () => {
    const sealed = [
      '--b0',
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('sealed').toString('base64'),
    ];
    const signature = part('application/pkcs7-signature', 'smime.p7s', 'signature');
    const pgp = part('application/octet-stream', 'encrypted.asc', '-----BEGIN PGP MESSAGE-----');
    await receive(mixed(['--b0', 'Content-Type: text/plain', '', 'Signed text.'], signature, sealed, pgp));
    assert.deepEqual(
      (await attachments()).map(({ filename, filesize }) => [filename, filesize]),
      [
        ['smime.p7s', 9],
        ['smime.p7m', 6],
        ['encrypted.asc', 27],
      ],
    );
    assert.match((await house.emails())[0]?.description ?? '', /Signed text\./);
  });

  test('IN-49: texts longer than their columns are cut, not refused', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `person${index}@somewhere.example`).join(',\r\n ');
    const outcome = await receive(
      rawMail({
        id: `${'i'.repeat(600)}@x.example`,
        subject: '\u{1f600}'.repeat(900),
        cc: many,
        from: `"${'n'.repeat(900)}" <carla@customer.example>`,
        inReplyTo: `${'r'.repeat(900)}@x.example`,
      }),
    );
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed], [1, 0]);
    const [email] = await house.emails();
    assert.ok((email?.subject?.length ?? 0) <= 800);
    assert.equal(email?.torecipients?.length, 500);
  });

  test('AD-06, AD-12: a sender with several records and ST-43 stays unresolved', async () => {
    await house.database.records.update('contact', seeded.carlo, { emailaddress2: 'carla@customer.example' });
    await indexAddresses(house.database, 'contact', seeded.carlo);
    const switches = { ...settingsWith().switches, UnresolveSenderInCaseOfMultipleMatch: true };
    await receive(rawMail(), { settings: { switches } });
    const [email] = await house.emails();
    assert.deepEqual([email?.isduplicatesenderunresolved, email?.emailsender], [true, null]);
    const parties = await house.parties(email?.activityid ?? '');
    const from = parties.find((party) => party.participationtypemask === PartyMask.from);
    assert.deepEqual(
      [from?.partyid, from?.unresolvedpartyname, from?.addressused],
      [null, 'Carla Customer', 'carla@customer.example'],
    );
  });

  test('AD-02: of two contacts with the address the one of the mailbox owner', async () => {
    await house.database.records.update('contact', seeded.carlo, { emailaddress2: 'carla@customer.example' });
    await indexAddresses(house.database, 'contact', seeded.carlo);
    await receive(rawMail({ to: 'ben@ours.example' }), { mailboxid: seeded.bensMailbox });
    assert.equal((await house.emails())[0]?.emailsender?.id, seeded.carlo);
  });

  test('OW-03: of several recipients the owner of the customer owns the email', async () => {
    await receive(rawMail({ to: 'ben@ours.example, support@ours.example' }));
    assert.equal((await house.emails())[0]?.ownerid?.id, seeded.anna);
  });

  test('IN-09: an automatic answer is tracked like any message, and told', async () => {
    await receive(rawMail({ headers: { 'Auto-Submitted': 'auto-replied' } }));
    assert.equal((await house.emails()).length, 1);
    assert.equal((await house.decisions())[0]?.mr_isautomatic, true);
  });
});

function part(type: string, name: string, content: string, ...more: string[]): string[] {
  return [
    '--b0',
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    ...more,
    '',
    content,
  ];
}

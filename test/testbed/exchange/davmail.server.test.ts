import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { type DavmailServer, startDavmail } from '../../../testbed/servers/davmail.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { mailText } from './support/mail-text.ts';
import { SchemaCheck, whyNoSchemaCheck } from './support/schema-check.ts';

const skip = serverSkip('davmail', 'davmail-server');
const [user, password] = ['a@x.example', 'secret-a'];

/** A calendar object with one event on 16 March 2026, nine to ten in Berlin. */
function event(uid: string, ...extra: readonly string[]): string {
  const zone = [
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    'BEGIN:STANDARD',
    'DTSTART:19701025T030000',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:19700329T020000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
    'END:DAYLIGHT',
    'END:VTIMEZONE',
  ];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...zone,
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    'DTSTART;TZID=Europe/Berlin:20260316T090000',
    'DTEND;TZID=Europe/Berlin:20260316T100000',
    `SUMMARY:Event ${uid}`,
    'DESCRIPTION:text',
    'LOCATION:Room',
    ...extra,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  return lines.join('\r\n');
}

describe('exchange simulator: DavMail', { skip, timeout: 170_000 }, () => {
  let exchange: ExchangeSimulator;
  let davmail: DavmailServer;
  const check = new SchemaCheck();

  before(async () => {
    exchange = await startExchange({
      mailboxes: [
        { address: user, password, displayName: 'Anna A', timeZone: 'W. Europe Standard Time' },
        { address: 'b@x.example', password: 'secret-b', displayName: 'Bert B' },
      ],
      tap: (xml, direction) => void (direction === 'answer' && check.add(xml)),
    });
    davmail = await startDavmail(exchange.ewsUrl);
  });
  after(async () => {
    await davmail?.stop();
    await exchange?.stop();
    check.remove();
  });

  async function withImap<Result>(work: (client: ImapFlow) => Promise<Result>): Promise<Result> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: davmail.ports.imap,
      secure: false,
      auth: { user, pass: password },
      logger: false,
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  }

  async function inFolder<Result>(client: ImapFlow, name: string, work: () => Promise<Result>): Promise<Result> {
    const lock = await client.getMailboxLock(name);
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  async function dav(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const response = await fetch(`http://127.0.0.1:${davmail.ports.dav}/users/${user}${path}`, {
      method,
      headers: { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, text: (await response.text()).replace(/\r\n /g, '') };
  }

  const names = '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>';
  const calendar = { 'Content-Type': 'text/calendar' };

  test('SMTP: a message is sent, delivered and kept', async () => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: davmail.ports.smtp,
      secure: false,
      ignoreTLS: true,
      auth: { user, pass: password },
    });
    await transport.sendMail({
      from: `Anna A <${user}>`,
      to: 'b@x.example',
      bcc: 'far@else.example',
      subject: 'Über DavMail',
      text: 'Hallo',
      html: '<p>Hallo</p>',
      attachments: [{ filename: 'ä.txt', content: 'x' }],
      messageId: '<davmail-1@x.example>',
    });
    const [arrived] = exchange.account('b@x.example').mailbox.itemsWithMessageId('<davmail-1@x.example>');
    assert.equal(arrived?.subject, 'Über DavMail');
    const { mailbox } = exchange.account(user);
    const [kept] = mailbox.itemsWithMessageId('<davmail-1@x.example>');
    assert.equal(kept?.folderId, mailbox.folderNamed('sentitems').id);
    assert.deepEqual(exchange.sent.at(-1)?.to, ['far@else.example']);
  });

  test('IMAP: folders, messages byte for byte, flags, search', async () => {
    const raw = mailText('Read me', { extra: ['X-Order: 1'] });
    exchange.deliver(user, raw);
    await withImap(async (client) => {
      const folders = await client.list();
      const uses = Object.fromEntries(folders.map(({ path, specialUse }) => [specialUse ?? path, path]));
      assert.equal(uses['\\Sent'], 'Sent');
      assert.equal(uses['\\Trash'], 'Trash');
      await inFolder(client, 'INBOX', async () => {
        const hits = await client.search({ subject: 'Read me' });
        assert.ok(Array.isArray(hits) && hits.length === 1);
        const number = String(hits[0]);
        const before = await client.fetchOne(number, { source: true, flags: true, envelope: true });
        assert.ok(before !== false);
        assert.ok(before.source?.toString('utf8').endsWith(raw.toString('utf8')));
        assert.equal(before.envelope?.messageId, '<Read-me@else.example>');
        await client.messageFlagsAdd(number, ['\\Seen', '\\Flagged']);
        const marked = await client.fetchOne(number, { flags: true });
        assert.ok(marked !== false && marked.flags?.has('\\Seen') && marked.flags.has('\\Flagged'));
      });
    });
    const [item] = exchange.account(user).mailbox.itemsWithMessageId('<Read-me@else.example>');
    assert.equal(item?.isRead, true);
  });

  test('IMAP: append, move to a new folder, delete', async () => {
    await withImap(async (client) => {
      await client.mailboxCreate('Projects');
      const date = new Date('2024-10-01T00:00:00Z');
      await client.append('INBOX', mailText('Appended'), ['\\Seen'], date);
      await inFolder(client, 'INBOX', async () => {
        const hits = await client.search({ subject: 'Appended' });
        assert.ok(Array.isArray(hits) && hits.length === 1);
        await client.messageMove(hits, 'Projects');
      });
      await inFolder(client, 'Projects', async () => {
        const moved = await client.fetchOne('1', { source: true, flags: true, internalDate: true });
        assert.ok(moved !== false);
        assert.equal(moved.source?.toString('utf8'), mailText('Appended').toString('utf8'));
        assert.ok(moved.flags?.has('\\Seen'));
        assert.deepEqual(moved.internalDate, date);
        await client.messageDelete('1:*');
      });
      const left = await client.status('Projects', { messages: true });
      assert.equal(left === false ? undefined : left.messages, 0);
      await client.mailboxDelete('Projects');
    });
  });

  test('CalDAV: an event is made, listed, read, changed and deleted', async () => {
    assert.equal((await dav('PUT', '/calendar/e1.ics', event('e1'), calendar)).status, 201);
    assert.match((await dav('PROPFIND', '/calendar/', names, { Depth: '1' })).text, /calendar\/[^<]+\.EML/);
    const got = (await dav('GET', '/calendar/e1.ics')).text;
    assert.match(got, /SUMMARY[^:]*:Event e1/);
    assert.match(got, /DTSTART;TZID="?Europe\/Berlin"?:20260316T090000/);
    const changed = event('e1').replace('Event e1', 'Changed e1').replace('T090000', 'T093000');
    assert.equal((await dav('PUT', '/calendar/e1.ics', changed, calendar)).status, 200);
    const again = (await dav('GET', '/calendar/e1.ics')).text;
    assert.match(again, /SUMMARY[^:]*:Changed e1/);
    assert.match(again, /DTSTART;TZID="?Europe\/Berlin"?:20260316T093000/);
    assert.equal((await dav('DELETE', '/calendar/e1.ics')).status, 200);
    assert.equal((await dav('GET', '/calendar/e1.ics')).status, 404);
  });

  test('CalDAV: a series keeps its rule and its gap, across the change of clocks', async () => {
    const rule = ['RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO', 'EXDATE;TZID=Europe/Berlin:20260323T090000'];
    assert.equal((await dav('PUT', '/calendar/e2.ics', event('e2', ...rule), calendar)).status, 201);
    const got = (await dav('GET', '/calendar/e2.ics')).text;
    assert.match(got, /RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=SU;COUNT=4/);
    assert.match(got, /EXDATE;TZID="?Europe\/Berlin"?:20260323T090000/);
  });

  test('CalDAV: a meeting reaches its attendee, who is then busy', async () => {
    const people = [
      `ORGANIZER:mailto:${user}`,
      'ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT:mailto:b@x.example',
    ];
    assert.equal((await dav('PUT', '/calendar/m1.ics', event('m1', ...people), calendar)).status, 201);
    const { mailbox } = exchange.account('b@x.example');
    const [request] = mailbox.folderNamed('inbox').byReceived.slice(0, 1, true);
    assert.deepEqual([request?.kind, request?.subject], ['MeetingRequest', 'Event m1']);
    assert.equal(mailbox.folderNamed('calendar').total, 1);
    const question = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'METHOD:REQUEST',
      'BEGIN:VFREEBUSY',
      'UID:f1',
      'DTSTAMP:20260101T000000Z',
      'DTSTART:20260316T000000Z',
      'DTEND:20260317T000000Z',
      `ORGANIZER:mailto:${user}`,
      'ATTENDEE:mailto:b@x.example',
      'END:VFREEBUSY',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    const busy = await dav('POST', '/outbox', question, calendar);
    assert.match(busy.text, /FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260316T080000Z\/20260316T090000Z/);
  });

  test('CalDAV: a task is made and read', async () => {
    const todo = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VTODO',
      'UID:t1',
      'SUMMARY:Todo',
      'DUE;VALUE=DATE:20260305',
      'PERCENT-COMPLETE:50',
      'STATUS:IN-PROCESS',
      'END:VTODO',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    assert.equal((await dav('PUT', '/calendar/t1.ics', todo, calendar)).status, 201);
    const got = (await dav('GET', '/calendar/t1.ics')).text;
    assert.match(got, /SUMMARY:Todo[\s\S]*PERCENT-COMPLETE:50[\s\S]*STATUS:IN-PROCESS[\s\S]*DUE;VALUE=DATE:20260305/);
    const [task] = exchange.account(user).mailbox.folderNamed('tasks').byArrival;
    assert.equal(task?.content?.properties.get('DueDate')?.text.slice(0, 10), '2026-03-05');
  });

  test('CardDAV: a contact is made, listed, read and changed', async () => {
    const card = [
      'BEGIN:VCARD',
      'VERSION:3.0',
      'UID:c1',
      'N:Lovelace;Ada;;;',
      'FN:Ada Lovelace',
      'ORG:Engines',
      'EMAIL;TYPE=work:ada@else.example',
      'TEL;TYPE=cell:+1 555',
      'ADR;TYPE=work:;;Road 1;London;;1;UK',
      'BDAY:1815-12-10',
      'NOTE:first',
      'END:VCARD',
      '',
    ].join('\r\n');
    const type = { 'Content-Type': 'text/vcard' };
    assert.equal((await dav('PUT', '/contacts/c1.vcf', card, type)).status, 201);
    assert.match((await dav('PROPFIND', '/contacts/', names, { Depth: '1' })).text, /contacts\/c1\.vcf/);
    const got = (await dav('GET', '/contacts/c1.vcf')).text;
    for (const line of ['N:Lovelace;Ada;;;', 'TEL;TYPE=cell:+1 555', 'BDAY:1815-12-10', 'NOTE:first', 'ORG:Engines;']) {
      assert.ok(got.includes(line), `${line} is missing in ${got}`);
    }
    const [contact] = exchange.account(user).mailbox.folderNamed('contacts').byArrival;
    assert.equal(contact?.content?.properties.get('GivenName')?.text, 'Ada');
    await dav('PUT', '/contacts/c1.vcf', card.replace('Engines', 'Machines'), type);
    assert.match((await dav('GET', '/contacts/c1.vcf')).text, /ORG:Machines/);
  });

  test('every answer was valid', { skip: whyNoSchemaCheck() ?? false }, async () => {
    assert.ok(check.size > 50);
    assert.equal(await check.problems(), '');
  });
});

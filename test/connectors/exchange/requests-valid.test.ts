import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import type { ActPort } from '../../../src/contracts/act-port.ts';
import type { Connector } from '../../../src/contracts/connector.ts';
import type { MailHandle } from '../../../src/contracts/mail-retriever.ts';
import { deletedOccurrence, plainOccurrence } from '../../../src/contracts/series-fields.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { SchemaCheck, whyNoSchemaCheck } from '../../testbed/exchange/support/schema-check.ts';

const quiet = new AbortController().signal;
const address = 'ada@harbour.example';
const service = 'service@harbour.example';

/** What a whole life of a mailbox asks for at least. */
const operations = [
  'SyncFolderItems',
  'SyncFolderHierarchy',
  'GetFolder',
  'FindFolder',
  'CreateFolder',
  'FindItem',
  'GetItem',
  'CreateItem',
  'UpdateItem',
  'SendItem',
  'MoveItem',
  'DeleteItem',
  'Subscribe',
  'GetStreamingEvents',
  'Unsubscribe',
  'CreateAttachment',
  'GetAttachment',
  'DeleteAttachment',
  'GetUserConfiguration',
  'UpdateUserConfiguration',
];

/** What they say that matters: answers to meetings, and single occurrences of a series. */
const words = ['t:AcceptItem', 't:TentativelyAcceptItem', 't:DeclineItem', 't:OccurrenceItemId', 't:Recurrence'];

for (const [product, schema, newestSchema] of [
  ['ExchangeSE', '', undefined],
  ['Exchange2010_SP2', '2010_SP2', undefined],
  // emailserverprofile.exchangeversion asks for less than the server offers.
  ['ExchangeSE', '2010_SP2', 'Exchange2010_SP2'],
] as const) {
  describe(`every request to ${product} is valid against ${schema || 'its own schema'}`, {
    skip: whyNoSchemaCheck() ?? false,
  }, () => {
    test('EWS requests of mail, folders, contacts and tasks', { timeout: 60_000 }, async () => {
      const check = new SchemaCheck();
      const asked = new Map<string, number>();
      const unsaid = new Set(words);
      const server = await startExchange({
        version: product,
        mailboxes: [
          { address, password: 'own' },
          { address: service, password: 'right', mayImpersonate: true },
        ],
        tap: (xml, direction) => {
          if (direction !== 'request') return;
          check.add(xml);
          for (const word of words) if (xml.includes(`<${word}`)) unsaid.delete(word);
          const operation = /<s:Body><m:(\w+)/.exec(xml)?.[1] ?? '';
          asked.set(operation, (asked.get(operation) ?? 0) + 1);
        },
      });
      try {
        for (let number = 0; number < 4; number += 1) server.deliver(address, mailOf(number));
        const connector = await openExchange(
          {
            host: '127.0.0.1',
            port: server.port,
            security: 'none',
            signIn: { kind: 'password', username: service, password: 'right' },
            timeoutMs: 10_000,
            maxMessageBytes: 1_000_000,
            ewsUrl: server.ewsUrl,
            mailboxAddress: address,
            impersonates: true,
            passwordScheme: 'basic',
            savesSentCopy: true,
            newestSchema,
          },
          quiet,
        );
        await readAndSettle(connector);
        await send(connector);
        await watch(connector, server);
        await track(connector);
        await synchronise(connector);
        await connector.close();
      } finally {
        await server.stop();
      }
      try {
        assert.equal(await check.problems(schema), '');
        assert.deepEqual(
          operations.filter((operation) => !asked.has(operation)),
          [],
          'operations that were not asked for',
        );
        assert.deepEqual([...unsaid], [], 'what no request said');
        assert.ok(check.size > 30, `${check.size} requests`);
      } finally {
        check.remove();
      }
    });
  });
}

function mailOf(number: number): Buffer {
  return Buffer.from(
    `From: mei@northwind.example\r\nTo: ${address}\r\nSubject: Mail ${number}\r\nMessage-ID: <valid.${number}@northwind.example>\r\n\r\nHello.\r\n`,
  );
}

async function readAndSettle({ retriever }: Connector): Promise<void> {
  assert.ok(retriever);
  const handles: MailHandle[] = [];
  let cursor: string | null = null;
  for await (const page of retriever.list(null, quiet)) {
    handles.push(...page.handles);
    cursor = page.cursor;
  }
  for await (const _ of retriever.list(cursor, quiet)) break;
  for await (const _ of retriever.fetchHeads?.(handles, 10_000, quiet) ?? []);
  for await (const fetched of retriever.fetch(handles, quiet)) assert.ok('raw' in fetched);
  await retriever.settle(handles.slice(0, 1), 'undeliverable', quiet);
  await retriever.settle(handles.slice(1, 2), 'delete', quiet);
}

async function send({ sender }: Connector): Promise<void> {
  const messageId = 'one & "two"@harbour.example';
  const head = `From: ${address}\r\nTo: mei@northwind.example\r\nSubject: Out\r\nMessage-ID: <${messageId}>\r\n`;
  const envelope = { from: address, to: ['mei@northwind.example', 'hidden@northwind.example'] };
  await sender?.send({ envelope, messageId, raw: Buffer.from(`${head}\r\nHello.\r\n`) }, quiet);
  assert.equal(await sender?.lookUp?.(messageId, quiet), 'sent');
}

async function watch(connector: Connector, server: ExchangeSimulator): Promise<void> {
  const ended = new AbortController();
  const sent = (await connector.folders?.folders(undefined, quiet))?.folders.find(({ role }) => role === 'sent');
  const scope = { mail: true, act: true, folderIds: [String(sent?.id)] };
  const watching = connector.watch?.(() => ended.abort(), ended.signal, scope);
  while (!server.subscriptions.subscriptions.some(({ onEvent }) => onEvent !== undefined)) await systemClock.sleep(20);
  server.deliver(address, mailOf(9));
  await watching;
}

async function track({ folders, retriever }: Connector): Promise<void> {
  assert.ok(folders);
  const tree = await folders.folders(undefined, quiet);
  assert.ok(tree);
  await folders.folders(tree, quiet);
  const ids = tree.folders.map(({ id }) => id);
  assert.deepEqual([...((await folders.stamps?.(ids, quiet)) ?? new Map()).keys()], ids);
  const category = await folders.ensureCategory?.(undefined, 'Tracked <here> & there', quiet);
  assert.ok(category);
  const [message] = await inboxOf(retriever);
  assert.ok(message);
  const on = { serverId: message.serverId, category: category.name, isOn: true, emailId: 'an-email' };
  assert.deepEqual(await folders.mark?.([on], quiet), ['done']);
  assert.deepEqual(await folders.mark?.([{ ...on, isOn: false }], quiet), ['done']);
}

async function inboxOf(retriever: Connector['retriever']): Promise<readonly MailHandle[]> {
  for await (const { handles } of retriever?.list(null, quiet) ?? []) return handles;
  return [];
}

async function synchronise({ act }: Connector): Promise<void> {
  assert.ok(act);
  await act.counts(quiet);
  await act.writeClaim({ organizationId: 'org-1', organizationName: 'One & only', on: new Date(0) }, quiet);
  await act.readClaim(quiet);
  const stamp = { organizationId: 'org-1', table: 'task', recordId: '00000000-0000-4000-8000-0000000000c1' };
  const common = { stamp, notify: 'nobody', remindOn: null } as const;
  const task = await act.create({ folder: 'tasks', kind: 'task', fields: { subject: 'Call' }, ...common }, quiet);
  const contact = { fullname: { first: 'A', middle: null, last: 'B', title: null, suffix: null }, company: '<&>' };
  const made = await act.create({ folder: 'contacts', kind: 'contact', fields: contact, ...common }, quiet);
  await act.update(made, { kind: 'contact', fields: { company: null, jobtitle: 'Countess' }, notify: 'nobody' }, quiet);
  await act.changes('contacts', null, quiet);
  await act.get('tasks', [task.id], quiet);
  await act.findByRecord('contacts', stamp.recordId, quiet);
  await act.remove(task, 'nobody', quiet);
  const time = { start: '2026-03-02T09:00:00.000Z', end: '2026-03-02T10:00:00.000Z', isAllDay: false, zone: 'UTC' };
  const meeting = { folder: 'calendar', kind: 'appointment', fields: { subject: 'Own', time } } as const;
  const own = await act.create({ ...meeting, ...common }, quiet);
  // Only the requests matter here: after the first the item is another version.
  const files = { accepts: () => true, contentOf: async () => Buffer.from('bytes') };
  const attachments = [{ name: 'a & b.txt', digest: 'd1' }];
  const filled = { kind: 'appointment', fields: { attachments }, notify: 'nobody', files } as const;
  const written = await act.update(own, filled, quiet);
  const [read] = await act.get('calendar', [own.id], quiet, files);
  assert.ok(read !== undefined && 'item' in read);
  const before = read.item.fields.attachments ?? null;
  await act.update(written, { ...filled, fields: { attachments: null }, filesBefore: before }, quiet);
  for (const response of ['accepted', 'tentative', 'declined'] as const)
    await act.respond(own, response, 'With <words>', quiet).catch(() => undefined);
  await series(act);
}

/** A series of which one occurrence is deleted and another one changed, and then none any more. */
async function series(act: ActPort): Promise<void> {
  const recurrence = {
    pattern: { kind: 'weekly', interval: 1, days: [1], firstDay: 1 },
    startDate: '2027-03-01',
    end: { kind: 'count', count: 4 },
    zone: 'Europe/Berlin',
    startMinutes: 540,
    durationMinutes: 60,
    isAllDay: false,
  };
  const exceptions = [deletedOccurrence('2027-03-08'), { ...plainOccurrence('2027-03-15'), subject: 'Other <one>' }];
  const recordId = '00000000-0000-4000-8000-0000000000c2';
  const stamp = { organizationId: 'org-1', table: 'recurringappointmentmaster', recordId };
  const fields = { subject: 'Weekly', recurrence, exceptions };
  const common = { stamp, notify: 'nobody', remindOn: null } as const;
  const made = await act.create({ folder: 'calendar', kind: 'series', fields, ...common }, quiet);
  await act.update(made, { kind: 'series', fields: { exceptions: [] }, notify: 'nobody' }, quiet);
}

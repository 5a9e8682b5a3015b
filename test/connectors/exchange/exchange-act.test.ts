import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { asMailroomError } from '../../../src/base/errors.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import type { FieldBag } from '../../../src/contracts/act-fields.ts';
import type { ActFolder, ActItem, ActKind } from '../../../src/contracts/act-item.ts';
import type { ActPort } from '../../../src/contracts/act-port.ts';
import type { Connector } from '../../../src/contracts/connector.ts';
import { plainOccurrence } from '../../../src/contracts/series-fields.ts';
import { contentOf } from '../../../testbed/exchange/items/item-content.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { el } from '../../../testbed/exchange/xml/xml-node.ts';

const quiet = new AbortController().signal;
const ada = 'ada@act.example';
const stamp = { organizationId: 'org-1', table: 'contact', recordId: '00000000-0000-4000-8000-0000000000c1' };
const record = (id: string) => ({ ...stamp, recordId: id });

const contact: FieldBag = {
  fullname: { first: 'Ada', middle: 'M', last: 'Lovelace', title: 'Ms', suffix: 'Jr' },
  anniversary: '1835-07-08',
  birthdate: '1815-12-10',
  assistantname: 'Ann & Co',
  assistantphone: '1',
  fax: '2',
  telephone1: '3',
  business2: '4',
  callback: '5',
  childrensnames: 'Byron, Anne',
  company: '6',
  department: 'Engines',
  emailaddress1: 'ada@one.example',
  emailaddress2: 'ada@two.example',
  emailaddress3: 'ada@three.example',
  ftpsiteurl: 'ftp://ada.example',
  governmentid: 'G1',
  telephone2: '7',
  home2: '8',
  jobtitle: 'Countess',
  managername: 'Charles',
  mobilephone: '9',
  nickname: 'A',
  notes: 'One\nTwo <b>',
  telephone3: '10',
  pager: '11',
  parentname: 'Analytical',
  spousesname: 'William',
  websiteurl: 'https://ada.example',
  yomifirstname: 'エイダ',
  yomilastname: 'ラブレス',
  businessaddress: { street: 'S 1\nS 2', city: 'London', state: 'L', postalCode: 'E1', country: 'UK' },
  homeaddress: { street: 'H', city: 'Hull', state: null, postalCode: null, country: null },
  otheraddress: { street: null, city: null, state: null, postalCode: 'O9', country: 'FR' },
};

const task: FieldBag = {
  subject: 'Call',
  notes: 'Text',
  importance: 'high',
  startdate: '2026-03-01',
  duedate: '2026-03-02',
  percentcomplete: 40,
  status: 'InProgress',
  completedon: null,
};

describe('calendar, contacts and tasks over EWS', () => {
  let server: ExchangeSimulator;
  let connector: Connector;
  let port: ActPort;
  before(async () => {
    server = await startExchange({ mailboxes: [{ address: ada, password: 'p' }] });
    connector = await open(['Followed', 'Tracked to Dynamics 365']);
    assert.ok(connector.act);
    port = connector.act;
  });
  const open = (categories: readonly string[] | undefined): Promise<Connector> =>
    openExchange(
      {
        host: '127.0.0.1',
        port: server.port,
        security: 'none',
        signIn: { kind: 'password', username: ada, password: 'p' },
        timeoutMs: 10_000,
        maxMessageBytes: 1_000_000,
        ewsUrl: server.ewsUrl,
        mailboxAddress: ada,
        impersonates: false,
        passwordScheme: 'basic',
        savesSentCopy: true,
        categories,
      },
      quiet,
    );
  after(async () => {
    await connector.close();
    await server.stop();
  });

  const make = (folder: ActFolder, kind: ActKind, fields: FieldBag, id: string) =>
    port.create({ folder, kind, fields, stamp: record(id), notify: 'nobody', remindOn: null }, quiet);
  const read = async (folder: ActFolder, id: string): Promise<ActItem> => {
    const [found] = await port.get(folder, [id], quiet);
    assert.ok(found !== undefined && 'item' in found);
    return found.item;
  };

  it('FM-C1 to FM-C34: every field of a contact comes back as it was written', async () => {
    const made = await make('contacts', 'contact', contact, '00000000-0000-4000-8000-00000000c001');
    const back = await read('contacts', made.id);
    for (const [field, value] of Object.entries(contact)) assert.deepEqual(back.fields[field], value, field);
    assert.deepEqual(back.fields.mailingaddress, contact.businessaddress);
    assert.equal(back.title, 'Ada M Lovelace');
    assert.equal(back.stamp?.recordId, '00000000-0000-4000-8000-00000000c001');
    assert.deepEqual(back.marks, { byApp: undefined, byCategory: false });
  });

  it('CT-02, CT-05, CT-06, CT-07: what is tracked bears the category beside its others, by its present name; contacts are not given it', async () => {
    const names = async (id: string): Promise<readonly string[]> => {
      const { mailbox } = server.account(ada);
      const item = mailbox.items.get(id);
      assert.ok(item);
      return (contentOf(item, mailbox).properties.get('Categories')?.children ?? []).map(({ text }) => text);
    };
    const created = (through: ActPort, folder: ActFolder, kind: ActKind, id: string) =>
      through.create(
        { folder, kind, fields: { subject: 'Marked' }, stamp: record(id), notify: 'nobody', remindOn: null },
        quiet,
      );
    const made = await created(port, 'tasks', 'task', '00000000-0000-4000-8000-00000000d009');
    assert.deepEqual(await names(made.id), ['Followed']);
    assert.equal((await read('tasks', made.id)).marks.byCategory, true);
    const contactMade = await make('contacts', 'contact', contact, '00000000-0000-4000-8000-00000000c009');
    assert.deepEqual(await names(contactMade.id), []);

    const unmarked = await open(undefined);
    assert.ok(unmarked.act);
    assert.equal(unmarked.act.marks('tasks'), false);
    const plain = await created(unmarked.act, 'tasks', 'task', '00000000-0000-4000-8000-00000000d010');
    const [unread] = await unmarked.act.get('tasks', [plain.id], quiet);
    assert.ok(unread !== undefined && 'item' in unread);
    assert.equal(unread.item.marks.byCategory, undefined, 'nobody says anything by it');
    await unmarked.close();
    const { mailbox } = server.account(ada);
    const item = mailbox.items.get(plain.id);
    assert.ok(item);
    const own = el('Categories', [el('String', 'Red')]);
    mailbox.changeItem(item, () => contentOf(item, mailbox).properties.set('Categories', own));
    const seen = await read('tasks', plain.id);
    const stamped = { kind: 'task', fields: {}, notify: 'nobody', stamp: record(plain.id) } as const;
    await port.update(seen, stamped, quiet);
    assert.deepEqual(await names(plain.id), ['Red', 'Followed']);
  });

  it('FM-C1 to FM-C34: each field of a contact can be taken away and set again alone', async () => {
    const made = await make('contacts', 'contact', contact, '00000000-0000-4000-8000-00000000c002');
    let seen = made;
    for (const [field, value] of Object.entries(contact)) {
      if (field === 'fullname') continue;
      const change = (fields: FieldBag) => ({ kind: 'contact' as const, fields, notify: 'nobody' as const });
      seen = await port.update(seen, change({ [field]: null }), quiet);
      const without = (await read('contacts', made.id)).fields[field];
      const isEmpty = without === null || Object.values(without as object).every((part) => part === null);
      assert.ok(isEmpty, `${field}: ${JSON.stringify(without)}`);
      seen = await port.update(seen, change({ [field]: value }), quiet);
      assert.deepEqual((await read('contacts', made.id)).fields[field], value, field);
    }
  });

  it('FM-T1 to FM-T9: every field of a task comes back as it was written', async () => {
    const made = await make('tasks', 'task', task, '00000000-0000-4000-8000-00000000d001');
    assert.deepEqual((await read('tasks', made.id)).fields, task);
    const change = { percentcomplete: 100, status: 'Completed', completedon: '2026-03-03' };
    await port.update(made, { kind: 'task', fields: change, notify: 'nobody' }, quiet);
    assert.deepEqual((await read('tasks', made.id)).fields, { ...task, ...change });
  });

  it('AC-21: an item is found by the record it carries, and nowhere else', async () => {
    const id = '00000000-0000-4000-8000-00000000c003';
    const made = await make('contacts', 'contact', contact, id);
    assert.deepEqual(
      (await port.findByRecord('contacts', id, quiet)).map((head) => head.id),
      [made.id],
    );
    assert.deepEqual(await port.findByRecord('contacts', '00000000-0000-4000-8000-00000000ffff', quiet), []);
  });

  it('AC-09: a write against an older version is refused and changes nothing', async () => {
    const made = await make('contacts', 'contact', contact, '00000000-0000-4000-8000-00000000c004');
    const change = (jobtitle: string) => ({
      kind: 'contact' as const,
      fields: { jobtitle },
      notify: 'nobody' as const,
    });
    await port.update(made, change('First'), quiet);
    const refused = (error: unknown) => asMailroomError(error).kind === 'conflict';
    await assert.rejects(port.update(made, change('Second'), quiet), refused);
    await assert.rejects(port.remove(made, 'nobody', quiet), refused);
    assert.equal((await read('contacts', made.id)).fields.jobtitle, 'First');
  });

  it('AC-18, AC-21: many items are made and changed in one request each, and one that is refused hinders no other', async () => {
    const asked = (operation: string) => server.requests.filter((one) => one.operation === operation).length;
    const item = (number: number) => ({
      folder: 'tasks' as const,
      kind: 'task' as const,
      fields: { ...task, subject: `Many ${number}` },
      stamp: record(`00000000-0000-4000-8000-0000000e000${number}`),
      notify: 'nobody' as const,
      remindOn: null,
    });
    const before = [asked('CreateItem'), asked('UpdateItem')];
    server.faults.add({ operation: 'CreateItem', does: 'error', item: 1, code: 'ErrorItemSave' });
    const made = await port.createMany('tasks', [item(0), item(1), item(2)], quiet);
    assert.equal(asked('CreateItem') - (before[0] ?? 0), 1);
    assert.deepEqual(
      made.map((one) => ('error' in one ? one.error.code : 'made')),
      ['made', 'ErrorItemSave', 'made'],
    );
    const refs = made.flatMap((one) => ('ref' in one ? [one.ref] : []));
    const change = {
      kind: 'task',
      fields: { notes: 'Changed' },
      notify: 'nobody',
      stamp: record('00000000-0000-4000-8000-0000000e0009'),
    } as const;
    const gone = { id: refs[0]?.id.slice(0, -4) ?? '', changeKey: '' };
    const stale = await port.update(
      refs[1] ?? gone,
      { kind: 'task', fields: { notes: 'Else' }, notify: 'nobody' },
      quiet,
    );
    const updated = await port.updateMany(
      [refs[0] ?? gone, refs[1] ?? gone, stale].map((seen) => ({ seen, change: { ...change, isMarked: true } })),
      quiet,
    );
    assert.deepEqual(
      updated.map((one) => ('error' in one ? one.error.kind : 'written')),
      ['written', 'conflict', 'written'],
    );
    assert.equal(asked('UpdateItem') - (before[1] ?? 0), 2);
    for (const ref of refs) assert.equal((await read('tasks', ref.id)).fields.notes, 'Changed');
    assert.deepEqual(
      updated.flatMap((one) => ('ref' in one ? [one.ref.changeKey] : [])),
      await Promise.all(refs.map(async ({ id }) => (await read('tasks', id)).changeKey)),
    );
  });

  it('AC-18: a request that the server cannot read is taken apart; one whose answer is lost is uncertain', async () => {
    const items = [0, 1].map((number) => ({
      folder: 'tasks' as const,
      kind: 'task' as const,
      fields: { ...task, subject: `Apart ${number}` },
      stamp: record(`00000000-0000-4000-8000-0000000f000${number}`),
      notify: 'nobody' as const,
      remindOn: null,
    }));
    server.faults.add({ operation: 'CreateItem', does: 'fault', code: 'ErrorSchemaValidation' });
    const made = await port.createMany('tasks', items, quiet);
    assert.deepEqual(
      made.map((one) => 'ref' in one),
      [true, true],
    );
    server.faults.add({ operation: 'CreateItem', does: 'cut', acts: true });
    await assert.rejects(port.createMany('tasks', items, quiet), (error) => asMailroomError(error).uncertain === true);
  });

  it('AA-30, AC-21: of many series those with changed days are made with them', async () => {
    const series = (number: number, exceptions: FieldBag['exceptions']) => ({
      folder: 'calendar' as const,
      kind: 'series' as const,
      fields: {
        subject: `Series ${number}`,
        showAs: 'busy',
        recurrence: {
          pattern: { kind: 'daily', interval: 1 },
          startDate: '2026-07-06',
          end: { kind: 'count', count: 3 },
          zone: 'Europe/Berlin',
          startMinutes: 600,
          durationMinutes: 30,
          isAllDay: false,
        },
        exceptions: exceptions ?? [],
      },
      stamp: record(`00000000-0000-4000-8000-00000010000${number}`),
      notify: 'nobody' as const,
      remindOn: null,
    });
    const changed = { ...plainOccurrence('2026-07-07'), location: 'Roof' } as unknown as FieldBag;
    const made = await port.createMany('calendar', [series(0, []), series(1, [changed])], quiet);
    const exceptions = [];
    for (const one of made) {
      assert.ok('ref' in one);
      exceptions.push((await read('calendar', one.ref.id)).fields.exceptions);
    }
    assert.deepEqual(exceptions, [[], [changed]]);
  });

  it('AC-07: changes of a folder come once, deletions included', async () => {
    let page = await port.changes('tasks', null, quiet);
    while (!page.isLast) page = await port.changes('tasks', page.cursor, quiet);
    const made = await make('tasks', 'task', task, '00000000-0000-4000-8000-00000000d002');
    const next = await port.changes('tasks', page.cursor, quiet);
    assert.deepEqual(
      next.changed.map((head) => [head.id, head.changeKey]),
      [[made.id, made.changeKey]],
    );
    await port.remove(made, 'nobody', quiet);
    const last = await port.changes('tasks', next.cursor, quiet);
    assert.deepEqual(last.deletedIds, [made.id]);
    await assert.rejects(port.changes('tasks', 'nonsense', quiet), { code: 'mr_ActCursorUnknown' });
  });

  it('TE-13: the mailbox remembers which organisation synchronises it', async () => {
    assert.equal(await port.readClaim(quiet), undefined);
    const claim = { organizationId: 'org-1', organizationName: 'Ours & theirs', on: new Date('2026-03-01T08:00:00Z') };
    await port.writeClaim(claim, quiet);
    assert.deepEqual(await port.readClaim(quiet), claim);
  });
});

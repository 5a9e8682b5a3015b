import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { refused, useHouse } from './support.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('parties, attachments and queue items', () => {
  const house = useHouse();
  let count = 0;
  const user = () => house.user(`Somebody${++count}`);
  const draft = async (values: RecordOf<'email'> = {}) => ({
    table: 'email',
    id: await house.admin.create('email', { subject: 'Draft', ...values }),
  });
  const close = (id: string) => house.database.records.update('email', id, { statuscode: 4, statecode: 1 });
  const attach = (values: RecordOf<'activitymimeattachment'>) => house.admin.create('activitymimeattachment', values);

  it('OU-03: a sender written as a party decides on the mailbox, and taken away on none', async () => {
    const activityid = await draft();
    const { id, mailboxid } = await user();
    const sender = await house.admin.create('activityparty', {
      activityid,
      participationtypemask: 1,
      partyid: { table: 'systemuser', id },
    });
    const mailbox = async () => (await house.row('email', activityid.id)).sendermailboxid?.id ?? null;
    assert.equal(await mailbox(), mailboxid);
    const queue = await house.queue('Wharf');
    await house.admin.update('activityparty', sender, { partyid: { table: 'queue', id: queue.id } });
    assert.equal(await mailbox(), queue.mailboxid);
    await house.admin.delete('activityparty', sender);
    assert.equal(await mailbox(), null);
  });

  it('OU-16: parties of a closed email are neither added nor changed nor taken away', async () => {
    const activityid = await draft({ to: [{ addressused: 'a@out.example' }] });
    const page = await house.admin.retrieveMultiple({
      table: 'activityparty',
      filter: { column: 'activityid', operator: 'eq', value: activityid.id },
    });
    const partyid = page.rows[0]?.activitypartyid ?? '';
    const other = await draft();
    await refused('80040203', house.admin.update('activityparty', partyid, { activityid: other }));
    await refused('80040203', house.admin.create('activityparty', { participationtypemask: 2 }));
    await close(activityid.id);
    const add = { activityid, participationtypemask: 2, addressused: 'b@out.example' };
    await refused('mr_EmailClosed', house.admin.create('activityparty', add), /parties/);
    await refused('mr_EmailClosed', house.admin.update('activityparty', partyid, { addressused: 'c@out.example' }));
    await refused('mr_EmailClosed', house.admin.delete('activityparty', partyid));
  });

  it('AT-04: the body is kept once by content, with size and type, and comes back when asked for', async () => {
    const objectid = await draft();
    const first = await attach({ objectid, filename: 'one.txt', mimetype: 'text/plain', body: base64('same bytes') });
    const second = await attach({ objectid, filename: 'two.bin', body: base64('same bytes') });
    const kept = async (id: string) =>
      (await house.database.records.retrieve('activitymimeattachment', id, ['mr_blob', 'body'])) ?? {};
    assert.equal((await kept(first)).mr_blob, (await kept(second)).mr_blob);
    assert.equal((await kept(first)).body, null);
    const row = (await house.admin.retrieve('activitymimeattachment', first)) ?? {};
    assert.deepEqual([row.filesize, row.mimetype, row.attachmentnumber], [10, 'text/plain', 1]);
    assert.equal(row.body, base64('same bytes'));
    assert.equal(Object.hasOwn(row, 'mr_blob'), false);
    const two = await house.admin.retrieve('activitymimeattachment', second, ['mimetype']);
    assert.deepEqual([two?.mimetype, two?.body], ['application/octet-stream', undefined]);
    const page = await house.admin.retrieveMultiple({
      table: 'activitymimeattachment',
      columns: ['filename', 'body'],
      filter: { column: 'objectid', operator: 'eq', value: objectid.id },
      orderBy: [{ column: 'attachmentnumber' }],
    });
    assert.deepEqual(
      page.rows.map(({ filename, body }) => [filename, body]),
      [
        ['one.txt', base64('same bytes')],
        ['two.bin', base64('same bytes')],
      ],
    );
    assert.equal((await house.row('email', objectid.id)).attachmentcount, 2);
    await house.admin.update('activitymimeattachment', first, { body: base64('other') });
    assert.equal((await house.admin.retrieve('activitymimeattachment', first))?.body, base64('other'));
    assert.equal((await house.row('activitymimeattachment', first)).filesize, 5);
    await house.admin.delete('activitymimeattachment', second);
    assert.equal((await house.row('email', objectid.id)).attachmentcount, 1);
  });

  for (const filename of ['virus.exe', 'VIRUS.EXE', 'letter.pdf.js', 'page.Svg ', 'tool.exe.']) {
    it(`AT-02, AT-03: "${filename}" is blocked (80043E09)`, async () => {
      const objectid = await draft();
      await refused('80043E09', attach({ objectid, filename, body: '' }), /blockedattachments/);
      const id = await attach({ objectid, filename: 'fine.exe.txt', body: '' });
      await refused('80043E09', house.admin.update('activitymimeattachment', id, { filename }));
    });
  }

  it('AT-02: the list is the organisation’s', async () => {
    const objectid = await draft();
    await house.settings({ blockedattachments: 'pdf' });
    await refused('80043E09', attach({ objectid, filename: 'a.pdf', body: '' }));
    await attach({ objectid, filename: 'a.exe', body: '' });
    await house.settings({ blockedattachments: null });
  });

  it('AT-01: an attachment above the limit is refused, one at the limit accepted', async () => {
    const objectid = await draft();
    await house.settings({ mr_maximumattachmentsizekb: 1 });
    const sized = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64');
    await refused('mr_AttachmentTooLarge', attach({ objectid, filename: 'a.bin', body: sized(1025) }), /1 KB/);
    const id = await attach({ objectid, filename: 'a.bin', body: sized(1024) });
    await refused('mr_AttachmentTooLarge', house.admin.update('activitymimeattachment', id, { body: sized(4000) }));
    await house.settings({ mr_maximumattachmentsizekb: 5120 });
  });

  for (const body of ['not base64!', 'YQ=', '====', 'YWJj\u0000']) {
    it(`a body that is not base64 is refused (${JSON.stringify(body)})`, async () => {
      const objectid = await draft();
      await refused('80040203', attach({ objectid, filename: 'a.txt', body }), /base64/);
    });
  }

  it('base64 in lines is read', async () => {
    const id = await attach({ objectid: await draft(), filename: 'a.txt', body: 'aGVs\r\nbG8=\r\n' });
    assert.equal((await house.admin.retrieve('activitymimeattachment', id))?.body, base64('hello'));
  });

  it('attachments of a closed email stay as they are', async () => {
    const objectid = await draft();
    const id = await attach({ objectid, filename: 'a.txt', body: '' });
    await close(objectid.id);
    await refused('mr_EmailClosed', attach({ objectid, filename: 'b.txt', body: '' }), /attachments/);
    await refused('mr_EmailClosed', house.admin.update('activitymimeattachment', id, { filename: 'c.txt' }));
    await refused('mr_EmailClosed', house.admin.delete('activitymimeattachment', id));
    await refused('80040203', attach({ filename: 'b.txt', body: '' }), /objectid/);
  });

  it('SE-07: parties and attachments are seen and written by whoever sees their email', async () => {
    const [mine, theirs] = [await user(), await user()];
    const own = house.as(mine.id);
    const to = [{ addressused: 'someone@out.example' }];
    const emailOf = async (owner: string) => draft({ to, ownerid: { table: 'systemuser', id: owner } });
    const [visible, hidden] = [await emailOf(mine.id), await emailOf(theirs.id)];
    const both = [visible.id, hidden.id];
    const body = base64('for their eyes');
    const seen = await attach({ objectid: visible, filename: 'seen.txt', body });
    const unseen = await attach({ objectid: hidden, filename: 'unseen.txt', body });
    const attachments = {
      table: 'activitymimeattachment',
      columns: ['filename'],
      filter: { column: 'objectid', operator: 'in', value: both },
      withCount: true,
    } as const;
    const page = await own.retrieveMultiple(attachments);
    assert.deepEqual([page.rows.map((row) => row.filename), page.count], [['seen.txt'], 1]);
    assert.equal(Object.hasOwn(page.rows[0] ?? {}, 'objectid'), false);
    assert.equal((await house.admin.retrieveMultiple(attachments)).count, 2);
    assert.equal(await own.count('activityparty', { column: 'activityid', operator: 'in', value: both }), 1);
    assert.equal((await own.retrieve('activitymimeattachment', seen, ['body']))?.body, body);
    assert.equal(await own.retrieve('activitymimeattachment', unseen, ['body']), undefined);
    await assert.rejects(own.create('activitymimeattachment', { objectid: hidden, filename: 'x.txt', body }), {
      code: '80040217',
    });
    await assert.rejects(own.delete('activitymimeattachment', unseen), { code: '80040217' });
    await assert.rejects(
      own.create('activityparty', { activityid: hidden, participationtypemask: 4, addressused: 'spy@out.example' }),
      { code: '80040217' },
    );
    await assert.rejects(own.changesSince('activityparty', null, 10), { code: '80040220' });
    await own.create('activityparty', { activityid: visible, participationtypemask: 3, addressused: 'cc@out.example' });
  });

  it('QU-06: the same record is not put into a queue twice (80040523), another queue is fine', async () => {
    const [first, second] = [await house.queue('First'), await house.queue('Second')];
    const objectid = await draft({ subject: 'Leaking pipe' });
    const put = (id: string) => house.admin.create('queueitem', { objectid, queueid: { table: 'queue', id } });
    const item = await put(first.id);
    await refused('80040523', put(first.id), /"First"/);
    await put(second.id);
    const row = await house.row('queueitem', item);
    assert.deepEqual([row.title, row.objecttypecode], ['Leaking pipe', 4202]);
    assert.deepEqual(row.enteredon, house.clock.now());
    await refused('80040203', house.admin.create('queueitem', { queueid: { table: 'queue', id: first.id } }));
    await refused('80040203', house.admin.update('queueitem', item, { objectid: await draft() }));
    const { id } = await user();
    await house.admin.update('queueitem', item, { workerid: { table: 'systemuser', id } });
    assert.deepEqual((await house.row('queueitem', item)).workeridmodifiedon, house.clock.now());
    await house.admin.delete('queueitem', item);
    await put(first.id);
  });

  it('QU-06: nor by two writers at the same moment', async () => {
    const { id } = await house.queue('Race');
    const objectid = await draft();
    const put = () => house.admin.create('queueitem', { objectid, queueid: { table: 'queue', id } });
    const results = await Promise.allSettled([put(), put(), put()]);
    const codes = results.map((result) => (result.status === 'fulfilled' ? 'made' : result.reason.code));
    assert.deepEqual(codes.sort(), ['80040523', '80040523', 'made']);
  });
});

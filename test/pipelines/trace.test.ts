import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Alert, writeAlert } from '../../src/pipelines/trace.ts';
import { organizationSettings } from '../../src/store/organization-settings.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let opened: TestDatabase;
const organizationid = randomUUID();
const settings = organizationSettings({ organizationid });
const now = new Date('2026-03-01T12:00:00Z');

before(async () => {
  opened = await openTestDatabase();
});
after(() => opened.close());

const alertFor = (id: string, more: Partial<Alert> = {}): Alert => ({
  level: 'warning',
  code: '8005E227',
  text: 'Mailbox "Sales" cannot be read: the server does not answer. It is tried again at 12:05.',
  regarding: { table: 'mailbox', id },
  work: 'incoming',
  ...more,
});
const write = (alert: Alert, organization = settings, at = now) =>
  opened.database.transaction((scope) => writeAlert(scope, organization, at, alert));
const rowsOf = async (id: string): Promise<readonly RecordOf<'tracelog'>[]> =>
  (
    await opened.database.records.retrieveMultiple({
      table: 'tracelog',
      filter: { column: 'regardingobjectid', operator: 'eq', value: id },
      orderBy: [{ column: 'level' }],
    })
  ).rows;

test('AL-01, AL-04, AL-05: an alert says level, code, record, its owner, the words of the server and what can be done', async () => {
  const id = randomUUID();
  const owner = { table: 'systemuser', id: randomUUID() };
  await write(alertFor(id, { regardingOwner: owner, action: 'testAndEnable', details: '-ERR in use' }));
  const [row] = await rowsOf(id);
  assert.deepEqual(
    [
      row?.level,
      row?.tracecode,
      row?.mr_code,
      row?.errortypedisplay,
      row?.tracestatus,
      row?.isunique,
      row?.canbedeleted,
    ],
    [2, 0x8005e227 & 0xfffff, '8005E227', 'Transient error', false, true, true],
  );
  assert.deepEqual(row?.regardingobjectid, { table: 'mailbox', id });
  assert.deepEqual(row?.regardingobjectownerid?.id, owner.id);
  assert.equal(row?.errordetails, '-ERR in use');
  assert.match(row?.traceactionxml ?? '', /testAndEnable/);
});

test('AL-03, AL-07: the same alert is counted up while it is open; an error of the code closes its warnings', async () => {
  const id = randomUUID();
  await write(alertFor(id));
  const later = new Date(now.getTime() + 300_000);
  await write(alertFor(id, { text: 'Again.' }), settings, later);
  const [counted, none] = await rowsOf(id);
  assert.deepEqual(
    [counted?.mr_count, counted?.text, counted?.mr_lastoccurredon, none],
    [2, 'Again.', later, undefined],
  );
  await write(alertFor(id, { level: 'error' }), settings, later);
  const [warning, error] = await rowsOf(id);
  assert.deepEqual(
    [warning?.mr_resolvedon, error?.mr_resolvedon, error?.errortypedisplay],
    [later, null, 'Permanent error'],
  );
});

test('AL-20, ST-08, ST-09, ST-10: a level that the organisation switched off is not written, the others are', async () => {
  const levels = ['information', 'warning', 'error'] as const;
  const columns = ['generatealertsforinformation', 'generatealertsforwarnings', 'generatealertsforerrors'] as const;
  for (const [at, column] of columns.entries()) {
    const id = randomUUID();
    for (const level of levels)
      await write(
        alertFor(id, { level, code: `mr_${level}` }),
        organizationSettings({ organizationid, [column]: false }),
      );
    const written = (await rowsOf(id)).map((row) => row.mr_code);
    assert.deepEqual(
      written,
      levels.filter((_, index) => index !== at).map((level) => `mr_${level}`),
    );
  }
});

test('AL-09: success is told as information, which is closed from the start', async () => {
  const id = randomUUID();
  await write(
    alertFor(id, { level: 'information', code: 'mr_Tested', text: 'The test of mailbox "Sales" succeeded.' }),
  );
  const [row] = await rowsOf(id);
  assert.deepEqual([row?.level, row?.tracestatus, row?.errortypedisplay], [1, true, 'Information']);
});

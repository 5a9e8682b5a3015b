import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deletedOccurrence, plainOccurrence } from '../../src/contracts/series-fields.ts';
import { expandDueSeries } from '../../src/rules/series/expand-due-series.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { refused, useHouse } from './support.ts';

type Master = RecordOf<'recurringappointmentmaster'>;

const day = 86_400_000;

describe('recurring appointments', () => {
  const house = useHouse();
  const today = () => new Date(Math.floor(house.clock.now().getTime() / day) * day);
  const later = (days: number, hours = 0) => new Date(today().getTime() + days * day + hours * 3_600_000);
  const series = (values: Master = {}): Master => ({
    subject: 'Standup',
    starttime: later(1, 9),
    endtime: later(1, 9.5),
    recurrencepatterntype: 0,
    interval: 1,
    patternstartdate: later(1),
    patternendtype: 2,
    occurrences: 20,
    statecode: 3,
    statuscode: 5,
    mr_timezone: 'UTC',
    ...values,
  });
  const make = (values: Master = {}) => house.admin.create('recurringappointmentmaster', series(values));
  const instances = async (seriesid: string): Promise<readonly RecordOf<'appointment'>[]> => {
    const page = await house.database.records.retrieveMultiple({
      table: 'appointment',
      filter: { column: 'seriesid', operator: 'eq', value: seriesid },
      orderBy: [{ column: 'originalstartdate' }],
    });
    return page.rows;
  };
  const exceptions = async (id: string): Promise<unknown> =>
    JSON.parse((await house.row('recurringappointmentmaster', id)).mr_exceptions ?? '[]');
  const dateOf = (offset: number): string => later(offset).toISOString().slice(0, 10);

  it('AA-21, AA-25: the first instances come with the series, the others with the job', async () => {
    const contact = await house.admin.create('contact', { lastname: 'Guest', emailaddress1: 'guest@x.example' });
    const id = await make({ requiredattendees: [{ partyid: { table: 'contact', id: contact } }] });
    const first = await instances(id);
    assert.equal(first.length, 15);
    assert.equal((await house.row('recurringappointmentmaster', id)).expansionstatecode, 1);
    await expandDueSeries(house.database, house.clock.now());
    const all = await instances(id);
    assert.equal(all.length, 20);
    const master = await house.row('recurringappointmentmaster', id);
    assert.deepEqual([master.expansionstatecode, master.nextexpansioninstancedate], [2, null]);
    assert.deepEqual(master.lastexpandedinstancedate, later(20, 9));
    assert.deepEqual(
      all.map((row) => row.scheduledstart),
      Array.from({ length: 20 }, (_, at) => later(at + 1, 9)),
    );
    const one = await house.row('appointment', all[3]?.activityid ?? '');
    assert.deepEqual([one.instancetypecode, one.subject, one.statecode, one.statuscode], [2, 'Standup', 3, 5]);
    const people = await house.database.records.retrieve('appointment', one.activityid ?? '', [
      'activityid',
      'requiredattendees',
    ]);
    assert.deepEqual(
      people?.requiredattendees?.map(({ partyid }) => partyid?.id),
      [contact],
    );
    assert.equal(master.ruleid?.table, 'recurrencerule');
    assert.equal((await house.row('recurrencerule', master.ruleid?.id ?? '')).occurrences, 20);
  });

  it('AA-25: a series without end has instances as far as the window, and more as time goes on', async () => {
    await house.settings({ futureexpansionwindow: 2 });
    const id = await make({ patternendtype: 1, occurrences: null, recurrencepatterntype: 1, daysofweekmask: 127 });
    for (let run = 0; run < 3; run += 1) await expandDueSeries(house.database, house.clock.now());
    const before = await instances(id);
    const last = before.at(-1)?.scheduledstart?.getTime() ?? 0;
    assert.ok(last > later(55).getTime() && last <= later(63).getTime(), new Date(last).toISOString());
    assert.equal((await house.row('recurringappointmentmaster', id)).expansionstatecode, 1);
    const soon = new Date(house.clock.now().getTime() + 10 * day);
    await expandDueSeries(house.database, soon);
    assert.equal((await instances(id)).length, before.length + 10);
    await house.settings({ futureexpansionwindow: 12 });
    await house.admin.delete('recurringappointmentmaster', id);
  });

  it('AA-12: instances keep their time by the clock of the zone that the series was planned in', async () => {
    const start = new Date('2030-03-27T08:00:00Z');
    const values = { mr_timezone: 'W. Europe Standard Time', patternstartdate: new Date('2030-03-27T00:00:00Z') };
    await house.settings({ futureexpansionwindow: 140 });
    const id = await make({ ...values, starttime: start, endtime: new Date('2030-03-27T09:00:00Z'), occurrences: 6 });
    assert.deepEqual(
      (await instances(id)).map((row) => row.scheduledstart?.toISOString().slice(0, 16)),
      [27, 28, 29, 30, 31].map((date) => `2030-03-${date}T0${date < 31 ? 8 : 7}:00`).concat('2030-04-01T07:00'),
    );
    assert.equal((await house.row('recurringappointmentmaster', id)).mr_timezone, 'Europe/Berlin');
    await house.settings({ futureexpansionwindow: 12 });
  });

  it('AA-21: a changed instance is an exception of its series, a deleted one an exception too, and back again', async () => {
    const id = await make({ occurrences: 5 });
    const [, second, third] = await instances(id);
    const secondId = second?.activityid ?? '';
    await house.admin.update('appointment', secondId, { location: 'Roof', scheduledend: later(2, 11) });
    assert.deepEqual(await exceptions(id), [
      {
        ...plainOccurrence(dateOf(2)),
        location: 'Roof',
        start: later(2, 9).toISOString(),
        end: later(2, 11).toISOString(),
      },
    ]);
    assert.equal((await house.row('appointment', secondId)).instancetypecode, 3);
    await house.admin.delete('appointment', third?.activityid ?? '');
    const master = await house.row('recurringappointmentmaster', id);
    assert.equal(master.deletedexceptionslist, dateOf(3));
    assert.equal((await instances(id)).length, 4);
    await house.admin.update('recurringappointmentmaster', id, { subject: 'Daily' });
    const kept = await house.row('appointment', secondId);
    assert.deepEqual([kept.subject, kept.location, kept.scheduledend], ['Daily', 'Roof', later(2, 11)]);
    assert.equal((await instances(id)).length, 4, 'the deleted one does not come back');
    await house.admin.update('appointment', secondId, { location: null, scheduledend: later(2, 9.5) });
    assert.deepEqual(await exceptions(id), [deletedOccurrence(dateOf(3))]);
    assert.equal((await house.row('appointment', secondId)).instancetypecode, 2);
  });

  it('AA-23: a deletion that came with the series deletes its instance, and taking it back makes it again', async () => {
    const id = await make({ occurrences: 5 });
    const write = (list: readonly object[]) =>
      house.admin.update('recurringappointmentmaster', id, { mr_exceptions: JSON.stringify(list) });
    await write([deletedOccurrence(dateOf(2)), { ...plainOccurrence(dateOf(3)), subject: 'Special' }]);
    assert.deepEqual(
      (await instances(id)).map((row) => row.subject),
      ['Standup', 'Special', 'Standup', 'Standup'],
    );
    assert.equal((await house.row('recurringappointmentmaster', id)).deletedexceptionslist, dateOf(2));
    await write([]);
    assert.deepEqual(
      (await instances(id)).map((row) => row.subject),
      Array(5).fill('Standup'),
    );
  });

  it('AA-24: another pattern voids the exceptions; closed instances stay', async () => {
    const id = await make({ occurrences: 5 });
    const [first, second] = await instances(id);
    await house.admin.update('appointment', first?.activityid ?? '', { statecode: 1, statuscode: 3 });
    assert.deepEqual(await exceptions(id), [], 'closing is no exception');
    await house.admin.update('appointment', second?.activityid ?? '', { subject: 'Other' });
    await house.admin.update('recurringappointmentmaster', id, { interval: 3, occurrences: 3 });
    assert.deepEqual(await exceptions(id), []);
    const now = await instances(id);
    assert.deepEqual(
      now.map((row) => row.scheduledstart),
      [later(1, 9), later(4, 9), later(7, 9)],
    );
    assert.deepEqual(
      now.map((row) => row.statecode),
      [1, 3, 3],
    );
  });

  it('AA-21: deleting a series deletes its open instances and keeps what is closed', async () => {
    const id = await make({ occurrences: 4 });
    const [first] = await instances(id);
    await house.admin.update('appointment', first?.activityid ?? '', { statecode: 1, statuscode: 3 });
    await house.admin.delete('recurringappointmentmaster', id);
    assert.deepEqual(
      (await instances(id)).map((row) => row.activityid),
      [first?.activityid],
    );
  });

  it('FM-S6: a pattern that makes no sense is refused in a sentence', async () => {
    await refused('80040203', make({ recurrencepatterntype: 1, daysofweekmask: null }), /daysofweekmask/);
    await refused('80040203', make({ isregenerate: true }), /tasks only/);
    await refused('80040203', make({ endtime: later(0, 9) }), /ends before it starts/);
    await refused('80040203', make({ mr_timezone: 'Nowhere' }), /no time zone/);
  });

  it('AA-03, ST-53: drafts only where the organisation allows them; an end before the start is refused', async () => {
    const values = { subject: 'A', scheduledstart: later(1, 9), scheduledend: later(1, 10), isdraft: true };
    await refused('80040203', house.admin.create('appointment', values), /AllowSaveAsDraftAppointment/);
    const made = await house.admin.create('appointment', { ...values, isdraft: false });
    assert.equal((await house.row('appointment', made)).scheduleddurationminutes, 60);
    await refused('80040203', house.admin.update('appointment', made, { scheduledend: later(1, 8) }), /before/);
  });
});

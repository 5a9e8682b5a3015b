import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { type Answer, idOf, testNow } from '../support/web-api.ts';

let api: RuledApi;
before(async () => {
  api = await openRuledApi();
});
after(() => api.close());

const crm = 'Microsoft.Dynamics.CRM';
const day = 86_400_000;
const today = Math.floor(testNow.getTime() / day) * day;
const at = (days: number, hours: number): string => new Date(today + days * day + hours * 3_600_000).toISOString();
const call = (name: string, body: object): Promise<Answer> => api.send('POST', name, body);
const reference = (table: string, activityid: string) => ({ '@odata.type': `${crm}.${table}`, activityid });
const master = async (values: object = {}): Promise<string> =>
  idOf(
    await api.send('POST', 'recurringappointmentmasters', {
      subject: 'Standup',
      starttime: at(1, 9),
      endtime: at(1, 10),
      recurrencepatterntype: 0,
      interval: 1,
      patternstartdate: at(1, 0),
      patternendtype: 2,
      occurrences: 6,
      ...values,
    }),
  );
const instances = async (id: string): Promise<readonly Record<string, unknown>[]> =>
  (await api.send('GET', `appointments?$filter=seriesid eq ${id}&$orderby=scheduledstart`)).json.value;
const starts = async (id: string): Promise<unknown[]> => (await instances(id)).map((row) => row.scheduledstart);
const seconds = (text: string): string => text.replace('.000Z', 'Z');
const user = async (name: string): Promise<string> =>
  idOf(
    await api.send('POST', 'systemusers', {
      firstname: name,
      lastname: 'Tester',
      domainname: name,
      internalemailaddress: `${name}@ours.example`,
    }),
  );
const code = (answer: Answer): string => answer.json.error?.code ?? '';

test('AA-21: a recurring appointment made over the Web API has its instances at once', async () => {
  const id = await master();
  assert.deepEqual(
    await starts(id),
    [1, 2, 3, 4, 5, 6].map((days) => seconds(at(days, 9))),
  );
  const refused = await api.send('POST', 'recurringappointmentmasters', {
    subject: 'Wrong',
    starttime: at(1, 9),
    recurrencepatterntype: 1,
    patternstartdate: at(1, 0),
    patternendtype: 1,
  });
  assert.deepEqual([refused.status, code(refused)], [400, '0x80040203']);
});

test('AA-21: CreateException changes or deletes the instance of a start', async () => {
  const id = await master();
  const changed = await call('CreateException', {
    Target: { '@odata.type': `${crm}.appointment`, seriesid: id, subject: 'Special' },
    OriginalStartDate: at(2, 9),
    IsDeleted: false,
  });
  assert.equal(changed.status, 200, changed.text);
  const [, second, third] = await instances(id);
  assert.deepEqual([second?.activityid, second?.subject], [changed.json.id, 'Special']);
  assert.equal(second?.instancetypecode, 3);
  const deleted = await call('CreateException', {
    Target: reference('appointment', String(third?.activityid)),
    OriginalStartDate: at(3, 9),
    IsDeleted: true,
  });
  assert.equal(deleted.status, 200, deleted.text);
  assert.equal((await instances(id)).length, 5);
  const nowhere = await call('CreateException', {
    Target: { '@odata.type': `${crm}.appointment`, seriesid: id },
    OriginalStartDate: at(30, 9),
    IsDeleted: true,
  });
  assert.match(nowhere.json.error?.message ?? '', /no instance on/);
});

test('AA-25: CreateInstance makes further instances whatever the window', async () => {
  const id = await master({ patternendtype: 1, occurrences: null });
  const before = (await instances(id)).length;
  const more = await call('CreateInstance', { Target: reference('recurringappointmentmaster', id), Count: 3 });
  assert.deepEqual([more.status, more.json.SeriesCanBeExpanded], [200, true], more.text);
  assert.equal((await instances(id)).length, before + 3);
  const short = await master({ occurrences: 2 });
  const none = await call('CreateInstance', { Target: reference('recurringappointmentmaster', short), Count: 3 });
  assert.equal(none.json.SeriesCanBeExpanded, false);
  assert.equal((await instances(short)).length, 2);
});

test('AA-21: DeleteOpenInstances ends a series on a date', async () => {
  const id = await master();
  const ended = await call('DeleteOpenInstances', {
    Target: reference('recurringappointmentmaster', id),
    SeriesEndDate: at(3, 12),
    StateOfPastInstances: 1,
  });
  assert.equal(ended.status, 204, ended.text);
  assert.deepEqual(
    await starts(id),
    [1, 2, 3].map((days) => seconds(at(days, 9))),
  );
  const row = (await api.send('GET', `recurringappointmentmasters(${id})?$select=patternendtype,occurrences`)).json;
  assert.deepEqual([row.patternendtype, row.occurrences], [3, null]);
});

test('AA-33: Book and Reschedule write nothing where somebody is busy', async () => {
  const party = { 'partyid_systemuser@odata.bind': `/systemusers(${await user('busy')})`, participationtypemask: 5 };
  const target = (subject: string, hours: number, more: object = {}) => ({
    '@odata.type': `${crm}.appointment`,
    subject,
    scheduledstart: at(1, hours),
    scheduledend: at(1, hours + 2),
    ...more,
  });
  const people = { appointment_activity_parties: [party] };
  const first = await call('Book', { Target: target('First', 9, people) });
  assert.equal(first.status, 200, first.text);
  assert.equal(first.json.ValidationResult.ValidationSuccess, true);
  const id = first.json.ValidationResult.ActivityId;
  const row = (await api.send('GET', `appointments(${id})?$select=statecode,statuscode`)).json;
  assert.deepEqual([row.statecode, row.statuscode], [3, 5]);
  const clash = await call('Book', { Target: target('Second', 10, people) });
  assert.equal(clash.json.ValidationResult.ValidationSuccess, false);
  assert.deepEqual(clash.json.ValidationResult.mr_Conflicts, ['First']);
  const count = await api.send('GET', "appointments?$filter=subject eq 'Second'");
  assert.equal(count.json.value.length, 0);
  const moved = await call('Reschedule', { Target: { ...target('First', 10), activityid: id } });
  assert.equal(moved.json.ValidationResult.ValidationSuccess, true, moved.text);
  const after = (await api.send('GET', `appointments(${id})?$select=scheduledstart`)).json;
  assert.equal(after.scheduledstart, seconds(at(1, 10)));
  assert.equal(code(await call('Reschedule', { Target: target('None', 9) })), '0x80040203');
});

test('FM-S6: ValidateRecurrenceRule says what is wrong with a pattern', async () => {
  const ask = async (values: object) => {
    const target = encodeURIComponent(JSON.stringify({ '@odata.type': `${crm}.recurrencerule`, ...values }));
    return (await api.send('GET', `ValidateRecurrenceRule(Target=@t)?@t=${target}`)).json;
  };
  const daily = { recurrencepatterntype: 0, interval: 1, patternstartdate: at(1, 0), patternendtype: 1 };
  assert.equal((await ask(daily)).ValidationSuccess, true);
  const wrong = await ask({ ...daily, recurrencepatterntype: 1 });
  assert.equal(wrong.ValidationSuccess, false);
  assert.match(wrong.mr_Problem, /daysofweekmask/);
});

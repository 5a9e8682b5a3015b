import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestApi, type TestApi } from '../support/web-api.ts';

// It is Wednesday, 15 May 2024, 12:00 UTC: 22:00 in Sydney, where the administrator lives.
let api: TestApi;
let team: string;
const accounts: string[] = [];
const times = [
  '2024-05-14T13:00:00Z', // 0: yesterday in UTC and in Sydney (23:00)
  '2024-05-14T15:00:00Z', // 1: yesterday in UTC, today in Sydney (01:00)
  '2024-05-15T13:30:00Z', // 2: today in both (23:30)
  '2024-05-15T15:00:00Z', // 3: today in UTC, tomorrow in Sydney (01:00)
  '2024-04-30T13:00:00Z', // 4: April in both (23:00)
  '2024-04-30T15:00:00Z', // 5: April in UTC, May in Sydney (01:00)
  '2023-12-31T12:00:00Z', // 6: last year in both
] as const;

before(async () => {
  api = await openTestApi();
  const { records } = api.database;
  await records.createMany('usersettings', [
    { systemuserid: api.admin.systemuserid, timezonecode: 255, uilanguageid: 1033 },
  ]);
  team = await records.create('team', { name: 'Team' });
  await records.create('teammembership', { teamid: team, systemuserid: api.admin.systemuserid });
  const report = await records.create('systemuser', {
    fullname: 'Report',
    parentsystemuserid: { table: 'systemuser', id: api.admin.systemuserid },
  });
  const owners = [
    { table: 'systemuser', id: api.admin.systemuserid },
    { table: 'systemuser', id: api.user.systemuserid },
    { table: 'team', id: team },
    { table: 'systemuser', id: report },
  ];
  for (const [index, lastonholdtime] of times.entries()) {
    const parent = accounts[Math.floor((index - 1) / 2)];
    accounts.push(
      await records.create('account', {
        name: `Account ${index}`,
        numberofemployees: index,
        lastonholdtime: new Date(lastonholdtime),
        ownerid: owners[index % 4] ?? null,
        parentaccountid: index === 0 || parent === undefined ? null : { table: 'account', id: parent },
        ...(index === 6 ? {} : { description: index % 2 === 0 ? 'even' : 'odd' }),
      }),
    );
  }
});
after(() => api.close());

async function found(filter: string, token = 'admin'): Promise<string> {
  const url = `accounts?$select=name&$orderby=name&$filter=${encodeURIComponent(filter)}`;
  const answer = await api.send('GET', url, undefined, { authorization: `Bearer ${token}` });
  assert.equal(answer.status, 200, `${filter}: ${answer.text}`);
  return answer.json.value.map((row: { name: string }) => row.name.slice(-1)).join('');
}
const call = (name: string, property: string, rest = '') =>
  `Microsoft.Dynamics.CRM.${name}(PropertyName='${property}'${rest})`;

test("days, weeks and months begin at the user's midnight; for users without a zone at that of UTC", async () => {
  const expected: readonly (readonly [name: string, sydney: string, utc: string, rest?: string])[] = [
    ['Today', '12', '23'],
    ['Yesterday', '0', '01'],
    ['Tomorrow', '3', ''],
    ['ThisMonth', '01235', '0123'],
    ['LastMonth', '4', '45'],
    ['ThisYear', '012345', '012345'],
    ['LastYear', '6', '6'],
    ['ThisFiscalPeriod', '012345', '012345'],
    ['InFiscalYear', '6', '6', ',PropertyValue=2023'],
    ['InFiscalPeriodAndYear', '012345', '012345', ',PropertyValue1=2,PropertyValue2=2024'],
    ['InOrBeforeFiscalPeriodAndYear', '6', '6', ',PropertyValue1=4,PropertyValue2=2023'],
    ['On', '12', '23', ',PropertyValue=2024-05-15'],
    ['OnOrAfter', '123', '23', ',PropertyValue=2024-05-15'],
    ['OnOrBefore', '012456', '0123456', ',PropertyValue=2024-05-15'],
    ['LastXDays', '01', '01', ',PropertyValue=1'],
    ['NextXDays', '23', '23', ',PropertyValue=1'],
    ['LastXHours', '1', '1', ',PropertyValue=22'],
    ['OlderThanXHours', '0456', '0456', ',PropertyValue=22'],
    ['OlderThanXMonths', '6', '6', ',PropertyValue=1'],
    ['LastXYears', '01456', '01456', ',PropertyValue=1'],
    ['LastXFiscalPeriods', '', '', ',PropertyValue=1'],
    ['Last7Days', '01', '01'],
    ['Next7Days', '23', '23'],
    ['ThisWeek', '0123', '0123'],
  ];
  for (const [name, sydney, utc, rest] of expected) {
    const filter = call(name, 'lastonholdtime', rest);
    assert.equal(await found(filter), sydney, `${name} in Sydney`);
    assert.equal(await found(filter, 'user'), utc, `${name} in UTC`);
  }
});

test('who asks: the user, their teams, their reports, their unit', async () => {
  const expected: Readonly<Record<string, string>> = {
    EqualUserId: '04',
    NotEqualUserId: '12356',
    EqualUserTeams: '26',
    EqualUserOrUserTeams: '0246',
    EqualUserOrUserHierarchy: '034',
    EqualUserOrUserHierarchyAndTeams: '02346',
  };
  for (const [name, wanted] of Object.entries(expected)) assert.equal(await found(call(name, 'ownerid')), wanted, name);
  const { json } = await api.send('GET', `systemusers?$filter=${call('EqualBusinessId', 'businessunitid')}`);
  assert.deepEqual(
    json.value.map((row: { systemuserid: string }) => row.systemuserid),
    [api.admin.systemuserid],
  );
  const speakers = await api.send('GET', `usersettingscollection?$filter=${call('EqualUserLanguage', 'uilanguageid')}`);
  assert.equal(speakers.json.value.length, 1);
});

test('places in a tree, from the id and from a lookup', async () => {
  const value = (index: number) => `,PropertyValue='${accounts[index]}'`;
  // 0 has 1 and 2; 1 has 3 and 4; 2 has 5 and 6.
  assert.equal(await found(call('Under', 'accountid', value(1))), '34');
  assert.equal(await found(call('UnderOrEqual', 'accountid', value(1))), '134');
  assert.equal(await found(call('NotUnder', 'accountid', value(1))), '01256');
  assert.equal(await found(call('Above', 'accountid', value(6))), '02');
  assert.equal(await found(call('AboveOrEqual', 'accountid', value(6))), '026');
  assert.equal(await found(call('Under', 'parentaccountid', value(0))), '3456');
});

test('texts, lists and bounds; what is negated holds for empty values too', async () => {
  const expected: Readonly<Record<string, string>> = {
    [call('Contains', 'description', ",PropertyValue='VE'")]: '024',
    [call('DoesNotContain', 'description', ",PropertyValue='VE'")]: '1356',
    [call('StartsWith', 'description', ",PropertyValue='od'")]: '135',
    [call('EndsWith', 'description', ",PropertyValue='en'")]: '024',
    [call('In', 'description', ",PropertyValues=['odd']")]: '135',
    [call('NotIn', 'description', ",PropertyValues=['odd']")]: '0246',
    [call('NotBetween', 'numberofemployees', ",PropertyValues=['1','5']")]: '06',
    [call('Contains', 'parentaccountid/description', ",PropertyValue='odd'")]: '34',
    [`account_parent_account/any(a:${call('In', 'a/numberofemployees', ',PropertyValues=[3,5]')})`]: '12',
  };
  for (const [filter, wanted] of Object.entries(expected)) assert.equal(await found(filter), wanted, filter);
});

test('columns against columns; an empty one is unequal to every value', async () => {
  await api.send('PATCH', `accounts(${accounts[0]})`, { accountnumber: 'ACCOUNT 0' });
  await api.send('PATCH', `accounts(${accounts[1]})`, { accountnumber: 'else' });
  assert.equal(await found('name eq accountnumber'), '0');
  assert.equal(await found('name ne accountnumber'), '123456');
  assert.equal(await found('name gt accountnumber'), '');
  assert.equal(await found('account_parent_account/any(a:a/name eq a/accountnumber)'), '');
  for (const filter of ['name eq numberofemployees', 'name eq nosuch', 'name eq parentaccountid/name']) {
    const answer = await api.send('GET', `accounts?$filter=${encodeURIComponent(filter)}`);
    assert.equal(answer.status, 400, filter);
  }
});

test('paths over lookups: an empty way counts as empty', async () => {
  const expected: Readonly<Record<string, string>> = {
    'parentaccountid/numberofemployees eq 1': '34',
    'parentaccountid/numberofemployees ne 1': '01256',
    'parentaccountid/numberofemployees eq null': '0',
    'parentaccountid/numberofemployees ne null': '123456',
    'parentaccountid/numberofemployees in (0,null)': '012',
    'parentaccountid/parentaccountid/numberofemployees eq 0': '3456',
    'parentaccountid/account_parent_account/any(a:a/numberofemployees eq 4)': '34',
    'not (parentaccountid/numberofemployees ge 1)': '012',
  };
  for (const [filter, wanted] of Object.entries(expected)) assert.equal(await found(filter), wanted, filter);
});

test('functions that do not fit are refused', async () => {
  const refused = [
    call('Nosuch', 'name'),
    call('Today', 'name'),
    call('In', 'name'),
    call('In', 'name', ',PropertyValues=[]'),
    call('Between', 'numberofemployees', ',PropertyValues=[1]'),
    call('In', 'numberofemployees', ",PropertyValues=['x']"),
    call('In', 'numberofemployees', ',PropertyValues=[null]'),
    call('Under', 'accountid', ",PropertyValue='x'"),
    call('Under', 'primarycontactid', `,PropertyValue='${'0'.repeat(8)}'`),
    call('EqualUserId', 'name'),
    call('ContainValues', 'industrycode', ',PropertyValues=[1]'),
    call('InFiscalPeriodAndYear', 'createdon', ',PropertyValue1=1'),
    call('LastXDays', 'createdon', ",PropertyValue='many'"),
    call('Today', 'account_parent_account/createdon'),
    'Microsoft.Dynamics.CRM.Today()',
  ];
  for (const filter of refused) {
    const answer = await api.send('GET', `accounts?$filter=${encodeURIComponent(filter)}`);
    assert.equal(answer.status, 400, `${filter}: ${answer.text}`);
  }
});

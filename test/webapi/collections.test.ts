import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;
const accounts: string[] = [];

before(async () => {
  api = await openTestApi();
  for (let index = 0; index < 7; index += 1) {
    const contact = idOf(
      await api.send('POST', 'contacts', { lastname: `Person ${index}`, firstname: index % 2 === 0 ? 'Even' : 'Odd' }),
    );
    const account = await api.send('POST', 'accounts', {
      name: `Account ${index}`,
      numberofemployees: index * 10,
      ...(index === 6 ? {} : { description: index < 3 ? "100% o'clock_sharp" : 'other' }),
      creditonhold: index > 4,
      lastonholdtime: `2024-05-${10 + index}T08:00:00Z`,
      'primarycontactid@odata.bind': `/contacts(${contact})`,
    });
    accounts.push(idOf(account));
  }
});
after(() => api.close());

async function names(filter: string): Promise<string> {
  const answer = await api.send('GET', `accounts?$select=name&$orderby=name&$filter=${encodeURIComponent(filter)}`);
  assert.equal(answer.status, 200, `${filter}: ${answer.text}`);
  return answer.json.value.map((row: { name: string }) => row.name.slice(-1)).join('');
}

test('$filter: comparison, logic, texts, null, lists, ids, dates, lookups, ways over navigation', async () => {
  const expected: Readonly<Record<string, string>> = {
    'numberofemployees eq 30': '3',
    'numberofemployees ne 30': '012456',
    'numberofemployees gt 30': '456',
    '50 le numberofemployees': '56',
    'numberofemployees ge 10 and numberofemployees lt 30 or creditonhold eq true': '1256',
    'not (numberofemployees ge 10)': '0',
    "contains(description,'% O''CLOCK_')": '012',
    "startswith(name,'account') and endswith(name,'4')": '4',
    "not contains(description,'other')": '012',
    'description eq null': '6',
    'description ne null': '012345',
    "description ne 'other'": '0126',
    'numberofemployees in (0,60)': '06',
    "name in ('Account 1','Account 2')": '12',
    [`accountid eq ${accounts[2]}`]: '2',
    [`_ownerid_value eq '${api.admin.systemuserid}' and numberofemployees le 10`]: '01',
    'lastonholdtime ge 2024-05-15': '56',
    'lastonholdtime lt 2024-05-11T09:00:00+01:00': '0',
    'createdon eq 2024-05-15T12:00:00Z': '0123456',
    'createdon le 2024-05-15T12:00:00Z': '0123456',
    'createdon gt 2024-05-15T12:00:00Z': '',
    'createdon ne 2024-05-15T12:00:00Z': '',
    'createdon ge 2024-05-15T12:00:01Z': '',
    'createdon lt 2024-05-15T12:00:00.345Z': '',
    "primarycontactid/firstname eq 'Odd'": '135',
    "primarycontactid/firstname eq 'Odd' and primarycontactid/lastname ne 'Person 3'": '15',
    "Microsoft.Dynamics.CRM.In(PropertyName='numberofemployees',PropertyValues=['10','20'])": '12',
    "Microsoft.Dynamics.CRM.Between(PropertyName='numberofemployees',PropertyValues=[20,40])": '234',
    "Microsoft.Dynamics.CRM.NotIn(PropertyName='name',PropertyValues=['Account 0'])": '123456',
    "Microsoft.Dynamics.CRM.Today(PropertyName='lastonholdtime')": '5',
    "Microsoft.Dynamics.CRM.LastXDays(PropertyName='lastonholdtime',PropertyValue=2)": '345',
    "Microsoft.Dynamics.CRM.On(PropertyName='lastonholdtime',PropertyValue=2024-05-12)": '2',
    "Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')": '0123456',
    "Microsoft.Dynamics.CRM.NotEqualUserId(PropertyName='ownerid')": '',
    "name eq 'x'' or 1 eq 1 --'": '',
    "name eq '''; drop table account; --'": '',
  };
  for (const [filter, wanted] of Object.entries(expected)) assert.equal(await names(filter), wanted, filter);
});

test('$filter: any and all over collections', async () => {
  const contacts = async (filter: string) => {
    const answer = await api.send(
      'GET',
      `contacts?$select=lastname&$orderby=lastname&$filter=${encodeURIComponent(filter)}`,
    );
    assert.equal(answer.status, 200, answer.text);
    return answer.json.value.map((row: { lastname: string }) => row.lastname.slice(-1)).join('');
  };
  assert.equal(await contacts('account_primary_contact/any(a:a/numberofemployees ge 50)'), '56');
  assert.equal(await contacts('account_primary_contact/all(a:a/numberofemployees ge 50)'), '56');
  assert.equal(await contacts('account_primary_contact/any()'), '0123456');
  assert.equal(await contacts("not account_primary_contact/any(a:contains(a/name,'3'))"), '012456');
});

test('refused filters: unknown names with a suggestion, wrong types, out of range', async () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["nmae eq 'x'", /Did you mean 'name'/],
    ['name eq 5', /text in single quotes/],
    ["numberofemployees eq 'many'", /whole number/],
    ['numberofemployees eq 99999999999', /32 bits/],
    ['lastonholdtime eq 2024-13-01', /date and time/],
    ['accountid eq 5', /guid/],
    ['name gt null', /Only eq and ne/],
    ["contains(numberofemployees,'1')", /asks a text/],
    ["primarycontactid/nosuch eq 'x'", /'nosuch' on type 'Microsoft.Dynamics.CRM.contact'/],
    ["account_primary_contact/any(a:a/name eq 'x')", /is not a collection of account/],
    ["Microsoft.Dynamics.CRM.Tody(PropertyName='createdon')", /Did you mean 'Today'/],
    ["Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=0)", /from 1 to 10000/],
  ];
  for (const [filter, message] of refused) {
    const answer = await api.send('GET', `accounts?$filter=${encodeURIComponent(filter)}`);
    assert.equal(answer.status, 400, filter);
    assert.match(answer.json.error.message, message, filter);
  }
});

test('$orderby, $top and $count', async () => {
  const answer = await api.send(
    'GET',
    'accounts?$select=name&$orderby=creditonhold desc,numberofemployees desc&$top=3&$count=true',
  );
  assert.deepEqual(
    answer.json.value.map((row: { name: string }) => row.name),
    ['Account 6', 'Account 5', 'Account 4'],
  );
  assert.equal(answer.json['@odata.count'], 7);
  assert.equal('@odata.nextLink' in answer.json, false);
  assert.equal((await api.send('GET', 'accounts/$count?$filter=creditonhold eq true')).text, '2');
  assert.equal((await api.send('GET', 'accounts?$top=0&$count=true')).json.value.length, 0);
});

test('pages follow each other by @odata.nextLink without loss or doubling, filter and order kept', async () => {
  const seen: string[] = [];
  let path: string | undefined =
    'accounts?$select=name&$orderby=description desc&$filter=numberofemployees ge 10&$count=true'.replaceAll(
      ' ',
      '%20',
    );
  let pages = 0;
  while (path !== undefined) {
    const answer = await api.send('GET', path, undefined, pages === 0 ? { prefer: 'odata.maxpagesize=2' } : {});
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.json.value.length <= 2);
    assert.equal(answer.json['@odata.count'], 6);
    seen.push(...answer.json.value.map((row: { name: string }) => row.name));
    path = answer.json['@odata.nextLink']?.replace('http://mailroom.test', '');
    pages += 1;
    assert.ok(pages < 10);
  }
  assert.equal(pages, 3);
  assert.deepEqual(seen.toSorted(), ['Account 1', 'Account 2', 'Account 3', 'Account 4', 'Account 5', 'Account 6']);
  const forged = await api.send('GET', 'accounts?$skiptoken=nonsense');
  assert.equal(forged.status, 400);
});

test('$top larger than the page spreads over pages', async () => {
  const first = await api.send('GET', 'accounts?$select=name&$top=3', undefined, { prefer: 'odata.maxpagesize=2' });
  const second = await api.send('GET', first.json['@odata.nextLink'].replace('http://mailroom.test', ''));
  assert.equal(first.json.value.length + second.json.value.length, 3);
  assert.equal('@odata.nextLink' in second.json, false);
});

test('$expand follows single-valued and collection-valued navigation, nested', async () => {
  const answer = await api.send(
    'GET',
    'accounts?$select=name&$top=2&$orderby=name&$expand=primarycontactid($select=lastname;$expand=account_primary_contact($select=name))',
  );
  assert.equal(answer.status, 200, answer.text);
  assert.equal(
    answer.json['@odata.context'].split('#')[1],
    'accounts(name,primarycontactid(lastname,account_primary_contact(name)))',
  );
  assert.deepEqual(
    answer.json.value.map(
      (row: { primarycontactid: { lastname: string; account_primary_contact: { name: string }[] } }) => [
        row.primarycontactid.lastname,
        row.primarycontactid.account_primary_contact.map((inner) => inner.name),
      ],
    ),
    [
      ['Person 0', ['Account 0']],
      ['Person 1', ['Account 1']],
    ],
  );
});

test('unknown sets and segments are 404 with the nearest name; wrong methods 405', async () => {
  const set = await api.send('GET', 'acounts');
  assert.equal(set.status, 404);
  assert.match(set.json.error.message, /Did you mean 'accounts'/);
  assert.equal(set.json.error.code, '0x80060888');
  assert.equal((await api.send('GET', `accounts(${accounts[0]})/nosuch`)).status, 400);
  assert.equal((await api.send('PUT', 'accounts', {})).status, 405);
  assert.equal((await api.send('POST', `accounts(${accounts[0]})`, {})).status, 405);
  assert.equal((await api.send('GET', 'accounts(5)')).status, 400);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;
let contact: string;
const accounts: string[] = [];

before(async () => {
  api = await openTestApi();
  contact = idOf(await api.send('POST', 'contacts', { lastname: 'Berg' }));
  for (let index = 0; index < 4; index += 1) {
    const body = {
      name: `A/${index}`,
      numberofemployees: index,
      'primarycontactid@odata.bind': `/contacts(${contact})`,
    };
    accounts.push(idOf(await api.send('POST', 'accounts', body)));
  }
});
after(() => api.close());

test('$expand of a collection: filter, order, top, count, links instead of records', async () => {
  const expand =
    'account_primary_contact($select=name;$filter=numberofemployees gt 0;$orderby=name desc;$top=2;$count=true)';
  const { json } = await api.send('GET', `contacts(${contact})?$select=lastname&$expand=${encodeURIComponent(expand)}`);
  assert.deepEqual(
    json.account_primary_contact.map((row: { name: string }) => row.name),
    ['A/3', 'A/2'],
  );
  assert.equal(json['account_primary_contact@odata.count'], 3);
  const refs = await api.send('GET', `contacts(${contact})?$expand=account_primary_contact/$ref($orderby=name)`);
  assert.deepEqual(refs.json.account_primary_contact[0], {
    '@odata.id': `http://mailroom.test/api/data/v9.2/accounts(${accounts[0]})`,
  });
  const one = await api.send('GET', `accounts(${accounts[0]})?$select=name&$expand=primarycontactid/$ref`);
  assert.deepEqual(one.json.primarycontactid, {
    '@odata.id': `http://mailroom.test/api/data/v9.2/contacts(${contact})`,
  });
  for (const wrong of [
    'primarycontactid($orderby=lastname)',
    'primarycontactid($top=1)',
    'primarycontactid($apply=aggregate($count as n))',
  ]) {
    assert.equal((await api.send('GET', `accounts?$expand=${encodeURIComponent(wrong)}`)).status, 400, wrong);
  }
});

test('a collection of more than 5,000 rows inside a record ends with a link to the rest', async () => {
  const owner = idOf(await api.send('POST', 'contacts', { lastname: 'Many' }));
  const rows = Array.from({ length: 5003 }, (_, index) => ({
    name: `M${String(index).padStart(4, '0')}`,
    primarycontactid: { table: 'contact', id: owner },
  }));
  await api.database.records.createMany('account', rows);
  const expand = encodeURIComponent('account_primary_contact($select=name;$orderby=name)');
  const { json } = await api.send('GET', `contacts(${owner})?$expand=${expand}`);
  assert.equal(json.account_primary_contact.length, 5000);
  const link = json['account_primary_contact@odata.nextLink'];
  const rest = await api.send('GET', String(link).replace('http://mailroom.test', ''));
  assert.deepEqual(
    rest.json.value.map((row: { name: string }) => row.name),
    ['M5000', 'M5001', 'M5002'],
  );
  assert.equal(rest.json['@odata.nextLink'], undefined);

  const count = `accounts/$count?$filter=_primarycontactid_value eq ${owner}`;
  const cut = await api.send('GET', count);
  assert.deepEqual([cut.text, cut.headers['preference-applied']], ['5000', undefined], 'as Dataverse counts');
  const exact = await api.send('GET', count, undefined, { prefer: 'mr.exact-count' });
  assert.deepEqual([exact.text, exact.headers['preference-applied']], ['5003', 'mr.exact-count']);
});

test('a single record takes $select and $expand only, and If-Match', async () => {
  const url = `accounts(${accounts[0]})`;
  for (const option of [
    '$filter=name eq null',
    '$orderby=name',
    '$top=1',
    '$count=true',
    '$search=a',
    '$apply=aggregate($count as n)',
    'fetchXml=%3Cfetch/%3E',
  ]) {
    assert.equal((await api.send('GET', `${url}?${option}`)).status, 400, option);
  }
  const { headers } = await api.send('GET', url);
  assert.equal((await api.send('GET', url, undefined, { 'if-match': String(headers.etag) })).status, 200);
  assert.equal((await api.send('GET', url, undefined, { 'if-match': 'W/"1"' })).status, 412);
  assert.equal((await api.send('GET', url, undefined, { 'if-match': '*' })).status, 200);
});

test('alternate keys: read, slash in the value, upsert creates with the key, ambiguity and contradiction are refused', async () => {
  assert.equal((await api.send('GET', "accounts(name='A/2')?$select=numberofemployees")).json.numberofemployees, 2);
  assert.equal((await api.send('GET', "accounts(name='A%2F2',numberofemployees=2)/name")).json.value, 'A/2');
  assert.equal((await api.send('GET', "accounts(name='none')")).status, 404);
  assert.equal((await api.send('GET', `accounts(_primarycontactid_value=${contact})`)).status, 400);
  const made = await api.send('PATCH', "accounts(name='Made',accountnumber='4711')", { numberofemployees: 9 });
  assert.equal(made.status, 204, made.text);
  const row = await api.send('GET', `accounts(${idOf(made)})?$select=name,accountnumber,numberofemployees`);
  assert.deepEqual([row.json.name, row.json.accountnumber, row.json.numberofemployees], ['Made', '4711', 9]);
  assert.equal(
    (await api.send('PATCH', "accounts(name='Made',accountnumber='4711')", { numberofemployees: 10 })).status,
    204,
  );
  assert.equal((await api.send('GET', "accounts/$count?$filter=name eq 'Made'")).text, '1');
  assert.equal(
    (await api.send('PATCH', "accounts(name='Nobody')", { description: 'x' }, { 'if-match': '*' })).status,
    404,
  );
  assert.equal((await api.send('PATCH', "accounts(name='Nobody')", { name: 'Somebody' })).status, 400);
  const linked = await api.send('PATCH', `accounts(name='Linked',_primarycontactid_value=${contact})`, {});
  assert.equal(linked.status, 204, linked.text);
  assert.equal((await api.send('GET', `accounts(${idOf(linked)})/_primarycontactid_value`)).json.value, contact);
});

test('JSON batches: groups are undone as a whole and told so, requests may depend on groups', async () => {
  const requests = [
    { id: '1', atomicityGroup: 'g', method: 'POST', url: 'contacts', body: { lastname: 'Grouped' } },
    { id: '2', atomicityGroup: 'g', method: 'POST', url: 'contacts', body: { nosuch: 1 } },
    { id: '3', dependsOn: ['g'], method: 'GET', url: 'contacts' },
    { id: '4', method: 'GET', url: 'contacts/$count' },
  ];
  const answer = await api.send('POST', '$batch', { requests }, { prefer: 'odata.continue-on-error' });
  const statuses = Object.fromEntries(
    answer.json.responses.map(({ id, status }: { id: string; status: number }) => [id, status]),
  );
  assert.deepEqual(statuses, { '1': 424, '2': 400, '3': 424, '4': 200 });
  assert.equal((await api.send('GET', "contacts/$count?$filter=lastname eq 'Grouped'")).text, '0');
});

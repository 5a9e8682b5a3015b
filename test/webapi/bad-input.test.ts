import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, idOf, openTestApi, type TestApi } from '../support/web-api.ts';
import { wellRefused } from '../torture/requests/mutations.ts';

let api: TestApi;
let account: string;
let rows: string;

const counts = async () =>
  JSON.stringify(
    await api.database.sql(
      'select (select count(*) from account)::text a, (select count(*) from contact)::text c, (select max(versionnumber) from account)::text v',
    ),
  );

before(async () => {
  api = await openTestApi();
  account = idOf(await api.send('POST', 'accounts', { name: 'One' }));
  rows = await counts();
});
after(() => api.close());

/** Below 500, in the envelope, with a code, without a word of the inside; and nothing was written. */
async function refused(answer: Answer, status: number, code: string, message: RegExp): Promise<void> {
  assert.equal(answer.status, status, answer.text.slice(0, 300));
  wellRefused(answer);
  assert.equal(answer.json.error.code, code);
  assert.match(answer.json.error.message, message);
  assert.equal(await counts(), rows, 'something was written');
}
const filtered = (filter: string) => api.send('GET', `accounts?$filter=${encodeURIComponent(filter)}`);

test('unknown column: in every option, in a body, in a key', async () => {
  for (const query of [
    '$select=nmae',
    '$filter=nmae eq null',
    '$orderby=nmae',
    '$expand=nmae',
    '$apply=groupby((nmae))',
  ]) {
    await refused(await api.send('GET', `accounts?${encodeURI(query)}`), 400, '0x80060888', /nmae/);
  }
  assert.equal((await api.send('POST', 'accounts', { nmae: 'x' })).status, 400);
  await refused(await api.send('GET', "accounts(nmae='x')"), 400, '0x80060888', /Did you mean 'name'/);
});

test('wrong type: in a filter, in a body', async () => {
  await refused(await filtered("numberofemployees eq 'x'"), 400, '0x80040203', /whole number/);
  for (const body of [{ numberofemployees: 'x' }, { creditonhold: 1 }, { lastonholdtime: 'soon' }, { name: [] }]) {
    await refused(await api.send('POST', 'accounts', body), 400, '0x80048d19', /takes/);
  }
});

test('malformed filter: the position is told', async () => {
  await refused(await filtered('name eq'), 400, '0x80060888', /position 8/);
  await refused(await filtered("name eq 'x"), 400, '0x80060888', /position 9/);
  await refused(await filtered('(name eq null'), 400, '0x80060888', /position 14/);
});

test('filter bombs: deep nesting, many conditions, long lists, deep expansion', async () => {
  const post = (url: string) => api.send('POST', '$batch', { requests: [{ id: '1', method: 'GET', url }] });
  const bombs = [
    `${'('.repeat(5000)}name eq null${')'.repeat(5000)}`,
    `${'not '.repeat(5000)}name eq null`,
    Array(1001).fill('name eq null').join(' or '),
    `name in (${Array(6000).fill("'a'").join(',')})`,
  ];
  for (const bomb of bombs) {
    const [answer] = (await post(`accounts?$filter=${encodeURIComponent(bomb)}`)).json.responses;
    assert.equal(answer.status, 400);
  }
  const expand = `${'$expand=parentaccountid('.repeat(12)}$select=name${')'.repeat(12)}`;
  await refused(await api.send('GET', `accounts?${expand}`), 400, '0x80060888', /deeper/);
});

test('injection in every position: taken as text or refused, never carried out', async () => {
  const evil = "x'; drop table account; --";
  const text = encodeURIComponent(evil.replaceAll("'", "''"));
  const raw = encodeURIComponent(evil);
  const paths = [
    `accounts?$filter=name eq '${text}'`,
    `accounts?$filter=contains(name,'${text}')`,
    `accounts?$filter=${raw}`,
    `accounts?$select=${raw}`,
    `accounts?$orderby=${raw}`,
    `accounts?$expand=${raw}`,
    `accounts?$search=${raw}`,
    `accounts?$apply=${raw}`,
    `accounts?$top=${raw}`,
    `accounts?$skiptoken=${raw}`,
    `accounts?fetchXml=${raw}`,
    `accounts(name='${text}')`,
    `accounts(${account})/${raw}`,
    `${raw}`,
    `accounts?$filter=name eq @p&@p='${text}'`,
  ].map((path) => path.replaceAll(' ', '%20'));
  for (const path of paths) assert.ok((await api.send('GET', path)).status < 500, path);
  assert.equal(await counts(), rows);
});

test('a body of 70 MB, a URL of 10 MB, a wrong content type', async () => {
  const big = await api.send('POST', 'accounts', `{"name":"${'x'.repeat(70 * 1024 * 1024)}"}`);
  await refused(big, 413, '0x8004e021', /./);
  const long = await api.send('GET', `accounts?$filter=${'x'.repeat(10 * 1024 * 1024)}`);
  assert.ok(long.status >= 400 && long.status < 500, String(long.status));
  const typed = await api.send('POST', 'accounts', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' });
  await refused(typed, 415, '0x80060888', /application\/json/);
  await refused(await api.send('POST', 'accounts', '{"name": '), 400, '0x80048d19', /position|line/i);
});

test('unknown id, unknown set, a lookup to a wrong table', async () => {
  const nobody = '00000000-0000-4000-8000-000000000001';
  await refused(await api.send('GET', `accounts(${nobody})`), 404, '0x80040217', /Does Not Exist/);
  await refused(await api.send('GET', 'acounts'), 404, '0x80060888', /Did you mean 'accounts'/);
  const wrong = await api.send('POST', 'accounts', { 'primarycontactid@odata.bind': `/accounts(${account})` });
  assert.equal(wrong.status, 400);
  wellRefused(wrong);
  assert.equal(await counts(), rows);
});

test('a batch with a broken part: the part is named, nothing of it is written', async () => {
  const multipart = { 'content-type': 'multipart/mixed; boundary=b' };
  const broken = ['--b', 'Content-Type: application/http', '', 'nonsense', '--b--', ''].join('\r\n');
  await refused(await api.send('POST', '$batch', broken, multipart), 400, '0x80060888', /Part 1/);
  await refused(
    await api.send(
      'POST',
      '$batch',
      '--b\r\nContent-Type: application/http\r\n\r\nGET accounts HTTP/1.1\r\n',
      multipart,
    ),
    400,
    '0x80060888',
    /boundary/,
  );
  await refused(await api.send('POST', '$batch', { requests: [{ id: '1' }] }), 400, '0x80048d19', /Request 1/);
  const group = [{ name: 'Half' }, { nosuch: 1 }].map((body, index) => ({
    id: String(index),
    atomicityGroup: 'g',
    method: 'POST',
    url: 'accounts',
    body,
  }));
  assert.equal((await api.send('POST', '$batch', { requests: group })).status, 200);
  assert.equal(await counts(), rows);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

const http = (lines: readonly string[]) =>
  ['Content-Type: application/http', 'Content-Transfer-Encoding: binary', ...lines].join('\r\n');
const multipart = { 'content-type': 'multipart/mixed; boundary=batch_1' };

test('a multipart batch with a change set: references by Content-ID, all written', async () => {
  const body = [
    '--batch_1',
    'Content-Type: multipart/mixed; boundary="cs_1"',
    '',
    '--cs_1',
    http([
      'Content-ID: 1',
      '',
      'POST /api/data/v9.2/contacts HTTP/1.1',
      'Content-Type: application/json',
      '',
      '{"lastname":"Bätch"}',
    ]),
    '--cs_1',
    http([
      'Content-ID: 2',
      '',
      'POST accounts HTTP/1.1',
      'Content-Type: application/json',
      '',
      '{"name":"Batch Inc","primarycontactid@odata.bind":"$1"}',
    ]),
    '--cs_1',
    http(['Content-ID: 3', '', 'PATCH $1 HTTP/1.1', 'Content-Type: application/json', '', '{"firstname":"Bea"}']),
    '--cs_1--',
    '--batch_1',
    http([
      '',
      "GET accounts?$select=name&$expand=primarycontactid($select=lastname,firstname)&$filter=name%20eq%20'Batch%20Inc' HTTP/1.1",
      'Accept: application/json',
      '',
      '',
    ]),
    '--batch_1--',
    '',
  ].join('\r\n');
  const answer = await api.send('POST', '$batch', body, multipart);
  assert.equal(answer.status, 200, answer.text);
  assert.match(String(answer.headers['content-type']), /^multipart\/mixed; boundary=batchresponse_/);
  assert.equal(answer.text.match(/HTTP\/1\.1 204 No Content/g)?.length, 3);
  assert.match(answer.text, /Content-ID: 2/);
  assert.match(answer.text, /OData-EntityId: http:\/\/mailroom\.test\/api\/data\/v9\.2\/accounts\(/);
  assert.match(answer.text, /"lastname":"Bätch"/);
  assert.match(answer.text, /"firstname":"Bea"/);
});

test('a failing change set writes nothing and answers its one error', async () => {
  const body = [
    '--batch_1',
    'Content-Type: multipart/mixed; boundary=cs',
    '',
    '--cs',
    http([
      'Content-ID: 1',
      '',
      'POST contacts HTTP/1.1',
      'Content-Type: application/json',
      '',
      '{"lastname":"Rolled back"}',
    ]),
    '--cs',
    http(['Content-ID: 2', '', 'POST contacts HTTP/1.1', 'Content-Type: application/json', '', '{"nonsense":1}']),
    '--cs--',
    '--batch_1--',
  ].join('\r\n');
  const answer = await api.send('POST', '$batch', body, multipart);
  assert.equal(answer.status, 400);
  assert.match(answer.text, /Content-ID: 2/);
  assert.match(answer.text, /'nonsense'/);
  assert.equal((await api.send('GET', "contacts/$count?$filter=lastname eq 'Rolled back'")).text, '0');
});

test('a batch stops at the first failure unless told to go on', async () => {
  const part = (line: string) => ['--batch_1', http(['', line, '', ''])].join('\r\n');
  const body = [part('GET nosuch HTTP/1.1'), part('GET contacts/$count HTTP/1.1'), '--batch_1--'].join('\r\n');
  const stopped = await api.send('POST', '$batch', body, multipart);
  assert.equal(stopped.text.match(/^HTTP\/1\.1/gm)?.length, 1);
  const on = await api.send('POST', '$batch', body, { ...multipart, prefer: 'odata.continue-on-error' });
  assert.equal(on.status, 200);
  assert.equal(on.headers['preference-applied'], 'odata.continue-on-error');
  assert.equal(on.text.match(/^HTTP\/1\.1/gm)?.length, 2);
});

test('a JSON batch with an atomic group and a dependency', async () => {
  const requests = [
    {
      id: 'a',
      atomicityGroup: 'g',
      method: 'post',
      url: '/contacts',
      headers: { 'content-type': 'application/json' },
      body: { lastname: 'Json' },
    },
    { id: 'b', atomicityGroup: 'g', method: 'patch', url: '$a', body: { firstname: 'Jo' } },
    { id: 'c', method: 'get', url: "contacts?$select=firstname&$filter=lastname eq 'Json'", dependsOn: ['a'] },
    { id: 'd', method: 'get', url: '/api/data/v9.2/WhoAmI' },
  ];
  const answer = await api.send('POST', '$batch', { requests });
  assert.equal(answer.status, 200, answer.text);
  const responses = answer.json.responses as { id: string; status: number; body: { value: { firstname: string }[] } }[];
  assert.deepEqual(
    responses.map(({ id, status }) => [id, status]),
    [
      ['a', 204],
      ['b', 204],
      ['c', 200],
      ['d', 200],
    ],
  );
  assert.equal(responses[2]?.body.value[0]?.firstname, 'Jo');
});

test('broken batches are 400 and write nothing', async () => {
  const bodies: readonly (readonly [string | object, Readonly<Record<string, string>>])[] = [
    ['', multipart],
    ['--batch_1\r\n\r\n', multipart],
    ['--batch_1\r\nContent-Type: text/plain\r\n\r\nhello\r\n--batch_1--', multipart],
    [`--batch_1\r\n${http(['', 'NONSENSE'])}\r\n--batch_1--`, multipart],
    [`--batch_1\r\n${http(['', 'GET https://evil.example/x HTTP/1.1', '', ''])}\r\n--batch_1--`, multipart],
    [{ requests: 1 }, {}],
    [
      {
        requests: [
          { id: 'a', method: 'get', url: 'contacts' },
          { id: 'a', method: 'get', url: 'contacts' },
        ],
      },
      {},
    ],
    [{ requests: [{ id: 'a', method: 'get', url: 'contacts', dependsOn: ['z'] }] }, {}],
    [{ requests: Array.from({ length: 1001 }, (_, id) => ({ id: String(id), method: 'get', url: 'x' })) }, {}],
  ];
  for (const [body, headers] of bodies) {
    const answer = await api.send('POST', '$batch', body, headers);
    assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 200) + answer.text);
  }
  const nested = await api.send('POST', '$batch', {
    requests: [{ id: 'a', method: 'post', url: '$batch', body: { requests: [] } }],
  });
  assert.equal(nested.json.responses[0].status, 400);
});

test('bodies with a boundary-like line inside JSON survive', async () => {
  const text = 'a --batch_1 b';
  const created = await api.send('POST', 'contacts', { lastname: text });
  const body = [
    '--batch_1',
    http(['', `GET contacts(${idOf(created)})?$select=lastname HTTP/1.1`, '', '']),
    '--batch_1--',
  ].join('\n');
  const answer = await api.send('POST', '$batch', body, multipart);
  assert.ok(answer.text.includes(text), answer.text);
});

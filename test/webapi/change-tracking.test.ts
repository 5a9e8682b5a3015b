import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi({}, {}, true);
});
after(() => api.close());

const local = (link: string) => link.replace('http://mailroom.test', '');

test('a tracked reading gives all rows page by page, then only what changed and what went', async () => {
  const ids: string[] = [];
  for (const lastname of ['A', 'B', 'C']) ids.push(idOf(await api.send('POST', 'contacts', { lastname })));
  const tracked = { prefer: 'odata.track-changes,odata.maxpagesize=2' };
  const first = await api.send('GET', 'contacts?$select=lastname', undefined, tracked);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.json.value.length, 2);
  const second = await api.send('GET', local(first.json['@odata.nextLink']), undefined, tracked);
  assert.equal(second.json.value.length, 1);
  const delta = second.json['@odata.deltaLink'];
  const nothing = await api.send('GET', local(delta));
  assert.deepEqual(nothing.json.value, []);

  await api.send('PATCH', `contacts(${ids[0]})`, { lastname: 'A2' });
  await api.send('DELETE', `contacts(${ids[1]})`);
  const changed = await api.send('GET', local(nothing.json['@odata.deltaLink']));
  const rows = changed.json.value as Record<string, unknown>[];
  assert.deepEqual(
    rows.filter((row) => row.lastname !== undefined).map((row) => row.lastname),
    ['A2'],
  );
  assert.deepEqual(
    rows.filter((row) => row.reason !== undefined).map((row) => [row.id, row.reason]),
    [[ids[1], 'deleted']],
  );
  const counted = local(nothing.json['@odata.deltaLink']).replace('contacts?', 'contacts/$count?');
  assert.equal((await api.send('GET', counted)).text, '2');
});

test('what change tracking cannot do is refused', async () => {
  const tracked = { prefer: 'odata.track-changes' };
  for (const path of [
    "contacts?$filter=lastname eq 'A'",
    'contacts?$top=1',
    'contacts?$deltatoken=nonsense',
    'mailboxstatistics',
  ]) {
    assert.equal((await api.send('GET', path, undefined, tracked)).status, 400, path);
  }
});

test('query options that would change the answer are refused, not ignored', async () => {
  for (const option of ['$skip=1', '$compute=a as b', '$levels=2', '$index=1']) {
    assert.equal((await api.send('GET', `contacts?${option}`)).status, 400, option);
  }
});

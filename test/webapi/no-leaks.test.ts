import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

let api: RuledApi;
let hidden: string;
let own: string;
const user = { authorization: 'Bearer user' };
const secretSubject = 'zz-secret-of-the-administrator';

before(async () => {
  api = await openRuledApi();
  hidden = idOf(await api.send('POST', 'emails', { subject: secretSubject }));
  own = idOf(await api.send('POST', 'emails', { subject: 'mine' }, user));
  // The user's own email names the hidden one as its parent, so that every join has a way to it.
  await api.database.records.update('email', own, { parentactivityid: { table: 'email', id: hidden } });
});
after(() => api.close());

const fetch = (xml: string) => `emails?fetchXml=${encodeURIComponent(xml)}`;

/** Requests that could tell of the hidden email, each over another way in. */
const ways: readonly (readonly [string, () => string])[] = [
  ['the list', () => 'emails?$select=subject'],
  ['the record', () => `emails(${hidden})?$select=subject`],
  ['a column', () => `emails(${hidden})/subject`],
  ['$expand to one', () => `emails(${own})?$select=subject&$expand=parentactivityid($select=subject)`],
  ['a navigation', () => `emails(${own})/parentactivityid?$select=subject`],
  ['all activities', () => 'activitypointers?$select=subject'],
  ['FetchXML', () => fetch('<fetch><entity name="email"><attribute name="subject"/></entity></fetch>')],
  [
    'a FetchXML link',
    () =>
      fetch(
        '<fetch><entity name="email"><attribute name="subject"/><link-entity name="email" from="activityid" to="parentactivityid" link-type="outer" alias="p"><attribute name="subject"/></link-entity></entity></fetch>',
      ),
  ],
  [
    'a FetchXML group',
    () =>
      fetch(
        '<fetch aggregate="true"><entity name="email"><attribute name="subject" alias="s" groupby="true"/></entity></fetch>',
      ),
  ],
  ['$apply', () => 'emails?$apply=groupby((subject))'],
  ['$search', () => `emails?$search=${secretSubject}&$select=subject`],
];

for (const [name, path] of ways) {
  test(`SE-07: ${name} tells a user nothing of an email they may not read`, async () => {
    const answer = await api.send('GET', path(), undefined, user);
    assert.ok(answer.status < 500, answer.text);
    assert.ok(!answer.text.includes(secretSubject), answer.text);
    const asAdministrator = await api.send('GET', path());
    assert.ok(
      asAdministrator.text.includes(secretSubject),
      `the way leads there for those who may: ${asAdministrator.text}`,
    );
  });
}

/** Questions whose answer alone would tell something: as a user they are answered as if the email were not there. */
const questions: readonly (readonly [string, string])[] = [
  ['$filter over a lookup', `emails?$filter=parentactivityid/subject eq '${secretSubject}'&$select=subject`],
  ['$filter', `emails?$filter=startswith(subject,'zz')&$select=subject`],
  [
    'any()',
    `emails?$filter=email_email_parentactivityid/any(o:o/subject eq 'mine') and startswith(subject,'zz')&$select=subject`,
  ],
];

for (const [name, path] of questions) {
  test(`SE-07: ${name} finds nothing for a user where only hidden rows match`, async () => {
    const answer = await api.send('GET', path, undefined, user);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json.value, []);
    assert.ok((await api.send('GET', path)).json.value.length > 0, 'the administrator finds something');
  });
}

test('SE-07: counts, totals and order count and sort what the user may read alone', async () => {
  assert.match((await api.send('GET', 'emails/$count', undefined, user)).text, /\b1$/);
  const total = await api.send('GET', "RetrieveTotalRecordCount(EntityNames=@n)?@n=['email']", undefined, user);
  assert.deepEqual(total.json.EntityRecordCountCollection?.Values, [1]);
  // Were the hidden parent's subject to decide, the two orders would differ in where the row stands.
  const other = idOf(await api.send('POST', 'emails', { subject: 'also mine' }, user));
  const order = async (direction: string): Promise<readonly string[]> => {
    const path = `emails?$select=subject&$orderby=parentactivityid/subject ${direction},subject asc`;
    const rows: readonly { activityid: string }[] = (await api.send('GET', path, undefined, user)).json.value;
    return rows.map(({ activityid }) => activityid);
  };
  assert.deepEqual(await order('asc'), [other, own]);
  assert.deepEqual(await order('desc'), [other, own]);
});

test('SE-07: nothing of it in a batch, and nothing can be written', async () => {
  const part = (path: string) =>
    `--b\r\nContent-Type: application/http\r\n\r\nGET /api/data/v9.2/${path} HTTP/1.1\r\n\r\n`;
  const batch = await api.send(
    'POST',
    '$batch',
    `${part('emails?$select=subject')}${part(`emails(${hidden})`)}--b--\r\n`,
    {
      ...user,
      'content-type': 'multipart/mixed; boundary=b',
    },
  );
  assert.ok(!batch.text.includes(secretSubject), batch.text);
  const changed = await api.send('PATCH', `emails(${hidden})`, { subject: 'x' }, user);
  assert.ok([403, 404, 412].includes(changed.status), `${changed.status} ${changed.text}`);
  assert.ok([403, 404].includes((await api.send('DELETE', `emails(${hidden})`, undefined, user)).status));
  assert.equal((await api.send('GET', `emails(${hidden})?$select=subject`)).json.subject, secretSubject);
});

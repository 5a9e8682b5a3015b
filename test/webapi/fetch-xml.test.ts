import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;
const contacts: string[] = [];
const accounts: string[] = [];

before(async () => {
  api = await openTestApi();
  for (let index = 0; index < 7; index += 1) {
    contacts.push(
      idOf(await api.send('POST', 'contacts', { lastname: `Person ${index}`, firstname: index % 2 ? 'Odd' : 'Even' })),
    );
    accounts.push(
      idOf(
        await api.send('POST', 'accounts', {
          name: `Account ${index}`,
          numberofemployees: index * 10,
          industrycode: index % 2 === 0 ? 1 : 2,
          lastonholdtime: `2024-0${index + 1}-10T08:00:00Z`,
          ...(index === 6 ? {} : { 'primarycontactid@odata.bind': `/contacts(${contacts[index]})` }),
        }),
      ),
    );
  }
});
after(() => api.close());

const ask = (xml: string, more = '', headers: Record<string, string> = {}) =>
  api.send('GET', `accounts?fetchXml=${encodeURIComponent(xml)}${more}`, undefined, headers);
const annotated = { prefer: 'odata.include-annotations="*"' };

test('columns of the table and of joined tables, with their annotations', async () => {
  const xml = `<fetch><entity name="account"><attribute name="name"/><attribute name="primarycontactid"/><attribute name="industrycode" alias="kind"/>
    <filter><condition attribute="numberofemployees" operator="ge" value="50"/></filter><order attribute="name"/>
    <link-entity name="contact" from="contactid" to="primarycontactid" link-type="outer" alias="c"><attribute name="lastname"/><attribute name="ownerid"/></link-entity>
    </entity></fetch>`;
  const answer = await ask(xml, '', annotated);
  assert.equal(answer.status, 200, answer.text);
  const [five, six] = answer.json.value;
  assert.equal(answer.json.value.length, 2);
  assert.match(five['@odata.etag'], /^W\/"\d+"$/);
  assert.equal(five.versionnumber, undefined);
  assert.equal(five.accountid, accounts[5]);
  assert.equal(five._primarycontactid_value, contacts[5]);
  assert.equal(five['_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname'], 'contact');
  assert.equal(
    five['_primarycontactid_value@OData.Community.Display.V1.FormattedValue'],
    undefined,
    'the contact has no fullname',
  );
  assert.equal(five.kind, 2);
  assert.equal(
    five['kind@OData.Community.Display.V1.FormattedValue'],
    'Agriculture and Non-petrol Natural Resource Extraction',
  );
  assert.equal(five['kind@OData.Community.Display.V1.AttributeName'], 'industrycode');
  assert.equal(five['c.lastname'], 'Person 5');
  assert.equal(five['c.ownerid'], api.admin.systemuserid);
  assert.equal(five['c.ownerid@OData.Community.Display.V1.FormattedValue'], 'Ada Admin');
  assert.equal(six['c.lastname'], null);
});

test('pages by the cookie without loss, and by number', async () => {
  const seen: string[] = [];
  let cookie = '';
  for (let page = 1; page <= 4; page += 1) {
    const answer = await ask(
      `<fetch count="2" page="${page}"${cookie}><entity name="account"><attribute name="name"/><order attribute="industrycode"/></entity></fetch>`,
    );
    seen.push(...answer.json.value.map((row: { name: string }) => row.name.slice(-1)));
    const given = answer.json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'];
    assert.equal(answer.json['@Microsoft.Dynamics.CRM.morerecords'] === true, page < 4);
    if (page === 4) break;
    const inner = decodeURIComponent(decodeURIComponent(/pagingcookie="([^"]+)"/.exec(given)?.[1] ?? ''));
    assert.match(given, new RegExp(`pagenumber="${page + 1}"`));
    cookie = ` paging-cookie="${inner.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}"`;
  }
  assert.equal(seen.length, 7);
  assert.equal(new Set(seen).size, 7);
  const second = await ask(
    '<fetch count="2" page="2"><entity name="account"><attribute name="name"/><order attribute="industrycode"/></entity></fetch>',
  );
  assert.deepEqual(
    second.json.value.map((row: { name: string }) => row.name.slice(-1)),
    seen.slice(2, 4),
  );
});

test('aggregates, groups, totals, distinct and top', async () => {
  const grouped = await ask(
    `<fetch aggregate="true"><entity name="account"><attribute name="accountid" aggregate="count" alias="n"/><attribute name="numberofemployees" aggregate="sum" alias="people"/>
     <attribute name="numberofemployees" aggregate="avg" alias="mean"/><attribute name="industrycode" groupby="true" alias="kind"/><order alias="kind"/></entity></fetch>`,
    '',
    annotated,
  );
  assert.equal(grouped.status, 200, grouped.text);
  assert.deepEqual(
    grouped.json.value.map(({ n, people, mean, kind }: Record<string, number>) => [kind, n, people, mean]),
    [
      [1, 4, 120, 30],
      [2, 3, 90, 30],
    ],
  );
  assert.equal(grouped.json.value[0]['kind@OData.Community.Display.V1.FormattedValue'], 'Accounting');
  assert.equal(grouped.json.value[0]['@odata.etag'], undefined);
  const quarters = await ask(
    '<fetch aggregate="true"><entity name="account"><attribute name="accountid" aggregate="count" alias="n"/><attribute name="lastonholdtime" groupby="true" dategrouping="quarter" alias="q"/></entity></fetch>',
  );
  assert.deepEqual(
    quarters.json.value.map(({ n, q }: Record<string, number>) => [q, n]),
    [
      [1, 3],
      [2, 3],
      [3, 1],
    ],
  );
  const counted = await ask('<fetch count="3" returntotalrecordcount="true"><entity name="account"/></fetch>');
  assert.equal(counted.json['@odata.count'], 7);
  assert.equal(counted.json['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'], false);
  assert.deepEqual(Object.keys(counted.json.value[0]), ['@odata.etag', 'accountid']);
  const distinct = await ask(
    '<fetch distinct="true"><entity name="account"><attribute name="industrycode"/></entity></fetch>',
  );
  assert.deepEqual(distinct.json.value, [{ industrycode: 1 }, { industrycode: 2 }]);
  const top = await ask(
    '<fetch top="2"><entity name="account"><attribute name="name"/><order attribute="name" descending="true"/></entity></fetch>',
  );
  assert.deepEqual(
    top.json.value.map((row: { name: string }) => row.name),
    ['Account 6', 'Account 5'],
  );
  assert.equal(top.json['@Microsoft.Dynamics.CRM.morerecords'], undefined);
});

test('FetchXML stands beside nothing that it says itself, and asks the table of the URL', async () => {
  const fetch = '<fetch><entity name="account"/></fetch>';
  assert.equal((await ask(fetch, '&$count=true')).json['@odata.count'], 7);
  for (const more of [
    '&$filter=name eq null',
    '&$top=1',
    '&$select=name',
    '&savedQuery=11111111-1111-1111-1111-111111111111',
  ]) {
    const answer = await ask(fetch, more);
    assert.equal(answer.status, 400, more);
  }
  const other = await ask('<fetch><entity name="contact"/></fetch>');
  assert.equal(other.status, 400);
  assert.match(other.json.error.message, /asks 'contact'/);
  const broken = await ask('<fetch><entity name="account"><attribute name="nmae"/></entity></fetch>');
  assert.deepEqual([broken.status, broken.json.error.code], [400, '0x80040203']);
  assert.match(broken.json.error.message, /at 1:\d+/);
});

test('FetchXML over the collection of a record, and out of a batch', async () => {
  const xml = encodeURIComponent('<fetch><entity name="account"><attribute name="name"/></entity></fetch>');
  const linked = await api.send('GET', `contacts(${contacts[3]})/account_primary_contact?fetchXml=${xml}`);
  assert.deepEqual(
    linked.json.value.map((row: { name: string }) => row.name),
    ['Account 3'],
  );
  const requests = [{ id: '1', method: 'GET', url: `accounts?fetchXml=${xml}` }];
  const batch = await api.send('POST', '$batch', { requests });
  assert.equal(batch.json.responses[0].body.value.length, 7);
});

test('savedQuery and userQuery answer with the FetchXML they hold', async () => {
  const fetchxml =
    '<fetch><entity name="account"><attribute name="name"/><filter><condition attribute="numberofemployees" operator="lt" value="20"/></filter></entity></fetch>';
  const saved = idOf(
    await api.send('POST', 'savedqueries', { name: 'Small', fetchxml, returnedtypecode: 'account', querytype: 0 }),
  );
  const own = idOf(
    await api.send('POST', 'userqueries', { name: 'Mine', fetchxml, returnedtypecode: 'account', querytype: 0 }),
  );
  for (const query of [`savedQuery=${saved}`, `userQuery={${own.toUpperCase()}}`]) {
    const answer = await api.send('GET', `accounts?${query}`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.value.length, 2);
  }
  assert.equal((await api.send('GET', `contacts?savedQuery=${saved}`)).status, 400);
  assert.equal((await api.send('GET', `accounts?savedQuery=${own}`)).status, 404);
  assert.equal((await api.send('GET', 'accounts?savedQuery=x')).status, 400);
});

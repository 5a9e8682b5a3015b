import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;

before(async () => {
  api = await openTestApi();
  for (let index = 0; index < 6; index += 1) {
    const contact = idOf(
      await api.send('POST', 'contacts', {
        lastname: `Person ${5 - index}`,

        firstname: index % 2 ? 'Odd' : 'Even',
      }),
    );
    await api.send('POST', 'accounts', {
      name: `Account ${index}`,
      emailaddress1: `office${index}@north-wind.example`,
      industrycode: index % 2 === 0 ? 1 : 2,
      ...(index === 4 ? {} : { numberofemployees: index * 10 }),
      lastonholdtime: `2024-05-1${index}T08:00:00Z`,
      ...(index === 0 ? {} : { 'primarycontactid@odata.bind': `/contacts(${contact})` }),
    });
  }
});
after(() => api.close());

const get = async (query: string, headers: Record<string, string> = {}) => {
  const answer = await api.send('GET', `accounts?${query}`, undefined, headers);
  assert.equal(answer.status, 200, `${query}: ${answer.text}`);
  return answer.json;
};
const apply = (text: string) => get(`$apply=${encodeURIComponent(text)}`);
const names = (json: { value: readonly { name: string }[] }) => json.value.map((row) => row.name.slice(-1)).join('');

test('$apply: aggregate, groupby, filter before them', async () => {
  const whole = await apply(
    'aggregate($count as n,numberofemployees with sum as people,numberofemployees with average as mean,numberofemployees with min as least,numberofemployees with max as most,industrycode with countdistinct as kinds,lastonholdtime with max as latest)',
  );
  assert.deepEqual(whole.value, [
    { n: 6, people: 110, mean: 22, least: 0, most: 50, kinds: 2, latest: '2024-05-15T08:00:00Z' },
  ]);
  assert.match(whole['@odata.context'], /#accounts\(n,people,mean,least,most,kinds,latest\)$/);
  const groups = await apply('groupby((industrycode),aggregate($count as n,numberofemployees with sum as people))');
  assert.deepEqual(groups.value, [
    { industrycode: 1, n: 3, people: 20 },
    { industrycode: 2, n: 3, people: 90 },
  ]);
  const filtered = await apply(
    "filter(numberofemployees gt 10 and startswith(name,'Account'))/groupby((industrycode),aggregate($count as n))",
  );
  assert.deepEqual(filtered.value, [
    { industrycode: 1, n: 1 },
    { industrycode: 2, n: 2 },
  ]);
  assert.deepEqual((await apply('groupby((industrycode))')).value, [{ industrycode: 1 }, { industrycode: 2 }]);
});

test('$apply over lookups: nested as the path is, with annotations, ordered, paged and counted', async () => {
  const text = encodeURIComponent('groupby((primarycontactid/firstname,_ownerid_value),aggregate($count as n))');
  const grouped = await get(`$apply=${text}&$orderby=n desc&$count=true`, { prefer: 'odata.include-annotations="*"' });
  const owner = api.admin.systemuserid;
  assert.deepEqual(
    grouped.value.map((row: Record<string, unknown>) => [row.primarycontactid, row._ownerid_value, row.n]),
    [
      [{ firstname: 'Odd' }, owner, 3],
      [{ firstname: 'Even' }, owner, 2],
      [{ firstname: null }, owner, 1],
    ],
  );
  assert.equal(grouped['@odata.count'], 3);
  assert.equal(grouped.value[0]['_ownerid_value@OData.Community.Display.V1.FormattedValue'], 'Ada Admin');
  const first = await get(`$apply=${text}&$orderby=n desc`, { prefer: 'odata.maxpagesize=2' });
  assert.equal(first.value.length, 2);
  const rest = await api.send('GET', first['@odata.nextLink'].replace('http://mailroom.test', ''));
  assert.deepEqual(
    rest.json.value.map((row: { n: number }) => row.n),
    [1],
  );
});

test('$apply: what it cannot be is refused with a place', async () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['$apply=', /is not one of filter/],
    ['$apply=topcount(2,n)', /is not one of filter/],
    ['$apply=filter(name eq null)', /draws nothing together/],
    ['$apply=groupby((nmae))', /Did you mean 'name'/],
    ['$apply=groupby((primarycontactid/nosuch))', /'nosuch' on type 'Microsoft.Dynamics.CRM.contact'/],
    ['$apply=groupby((account_parent_account/name))', /navigation property/],
    ['$apply=groupby(name)', /groupby\(\(property/],
    ['$apply=aggregate(name with sum as n)', /cannot be aggregated with sum/],
    ['$apply=aggregate(name with median as n)', /none of sum/],
    ['$apply=aggregate($count as n,$count as n)', /twice/],
    ['$apply=aggregate($count as __proto__)', /cannot name a result/],
    ['$apply=aggregate($count)', /position 7: expected 'as'/],
    ['$apply=aggregate($count as n)&$filter=name eq null', /Beside \$apply/],
    ['$apply=aggregate($count as n)&$orderby=name', /does not give/],
    ['$apply=aggregate($count as n', /ends inside a bracket/],
  ];
  for (const [query, message] of refused) {
    const answer = await api.send(
      'GET',
      `accounts?${query.replace(/=(.*?)(&|$)/g, (_all, value, end) => `=${encodeURIComponent(value)}${end}`)}`,
    );
    assert.equal(answer.status, 400, query);
    assert.match(answer.json.error.message, message, query);
  }
});

test('$orderby over lookups, empty ones first, page by page', async () => {
  assert.equal(names(await get('$select=name&$orderby=primarycontactid/lastname')), '054321');
  assert.equal(names(await get('$select=name&$orderby=primarycontactid/lastname desc')), '123450');
  assert.equal(names(await get('$select=name&$orderby=primarycontactid/firstname,name desc')), '042531');
  assert.equal(names(await get('$select=name&$orderby=primarycontactid/ownerid/fullname,name')), '012345');
  let seen = '';
  let link: string | undefined = '/api/data/v9.2/accounts?$select=name&$orderby=primarycontactid/firstname,name';
  while (link !== undefined) {
    const page: Awaited<ReturnType<typeof api.send>> = await api.send('GET', link, undefined, {
      prefer: 'odata.maxpagesize=2',
    });
    seen += names(page.json);
    link = page.json['@odata.nextLink']?.replace('http://mailroom.test', '');
  }
  assert.equal(seen, '024135');
  for (const path of ['nosuch/name', 'account_parent_account/name', 'primarycontactid/nosuch', 'entityimage']) {
    assert.equal((await api.send('GET', `accounts?$orderby=${path}`)).status, 400, path);
  }
});

test('$search finds words by their beginning and phrases, where the table has an index', async () => {
  const found: Readonly<Record<string, string>> = {
    'account 3': '3',
    ACC: '012345',
    '"account 3"': '3',
    '"3 account"': '',
    '3 OR 5': '35',
    'account NOT (3 OR 4)': '0125',
    'account AND 1': '1',
    'office2@north-wind.example': '2',
    "o'clock": '',
  };
  for (const [text, wanted] of Object.entries(found)) {
    const query = `$select=name&$orderby=name&$search=${encodeURIComponent(text)}`;
    assert.equal(names(await get(query)), wanted, text);
  }
  assert.equal(names(await get('$search=account&$filter=numberofemployees gt 20&$orderby=name')), '35');
  assert.equal((await api.send('GET', 'accounts/$count?$search=account')).text, '6');
  for (const query of [
    'accounts?$search=',
    'accounts?$search=(a',
    'accounts?$search=a%20OR',
    'accounts?$search="a',
    'mailboxes?$search=a',
  ]) {
    const answer = await api.send('GET', query);
    assert.equal(answer.status, 400, query);
  }
  for (const text of ["'", '\\', ':*', '&|!', '<->', "a':*", '\\\\', '!!', 'a:b', '%00']) {
    assert.equal((await api.send('GET', `accounts?$search=${encodeURIComponent(text)}`)).status, 200, text);
  }
});

test('$top=0 shows nothing and counts all', async () => {
  const none = await get('$top=0&$count=true');
  assert.deepEqual([none.value, none['@odata.count'], none['@odata.nextLink']], [[], 6, undefined]);
});

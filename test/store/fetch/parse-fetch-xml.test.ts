import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionContext } from '../../../src/store/fetch/condition-context.ts';
import type { Fetch } from '../../../src/store/fetch/fetch.ts';
import { writePagingCookie } from '../../../src/store/fetch/paging-cookie.ts';
import { parseFetchXml } from '../../../src/store/fetch/parse-fetch-xml.ts';
import type { Filter } from '../../../src/store/record-store.ts';

const user = '00000000-0000-4000-8000-000000000001';
const team = '00000000-0000-4000-8000-000000000002';
const unit = '00000000-0000-4000-8000-000000000003';
const context: ConditionContext = {
  now: new Date('2024-05-15T12:30:00Z'),
  timeZone: 'Europe/Berlin',
  userId: user,
  businessUnitId: unit,
  teamIds: [team],
  languageCode: 1031,
};
const read = (text: string): Fetch => parseFetchXml(text, context);
const entity = (inner: string, attributes = '') =>
  read(`<fetch ${attributes}><entity name="email">${inner}</entity></fetch>`);

function conditionOf(text: string): Filter | undefined {
  const filter = entity(`<filter>${text}</filter>`).entity.filter;
  const outer = filter !== undefined && 'and' in filter ? filter.and[0] : undefined;
  return outer !== undefined && 'and' in outer ? outer.and[0] : undefined;
}
const at = (text: string) => new Date(text);
const between = (column: string, from: string, to: string): Filter => ({
  and: [
    { column, operator: 'ge', value: at(from) },
    { column, operator: 'lt', value: at(to) },
  ],
});

test('attributes, aliases, links, orders, limits and flags', () => {
  const fetch = read(`<?xml version="1.0"?>
    <fetch version="1.0" mapping="logical" count="50" page="3" returntotalrecordcount="true" distinct="false" no-lock="true">
      <entity name="email">
        <!-- what to show -->
        <attribute name="subject" /><attribute name="createdon" alias="made" />
        <order attribute="subject" descending="true" /><order entityname="who" attribute="fullname" />
        <link-entity name="systemuser" from="systemuserid" to="owninguser" link-type="outer" alias="who">
          <attribute name="fullname" />
          <link-entity name="businessunit" from="businessunitid" to="businessunitid"><attribute name="name" /></link-entity>
        </link-entity>
        <link-entity name="activityparty" from="activityid" to="activityid" link-type="matchfirstrowusingcrossapply" />
      </entity>
    </fetch>`);
  assert.deepEqual(fetch, {
    aggregate: false,
    distinct: false,
    count: 50,
    page: 3,
    withCount: true,
    timeZone: 'Europe/Berlin',
    entity: {
      table: 'email',
      alias: 'email',
      attributes: [{ column: 'subject' }, { column: 'createdon', alias: 'made' }],
      orders: [
        { column: 'subject', descending: true },
        { column: 'fullname', of: 'who', descending: false },
      ],
      links: [
        {
          table: 'systemuser',
          alias: 'who',
          attributes: [{ column: 'fullname' }],
          orders: [],
          links: [
            {
              table: 'businessunit',
              alias: 'businessunit1',
              attributes: [{ column: 'name' }],
              orders: [],
              links: [],
              from: 'businessunitid',
              to: 'businessunitid',
              kind: 'inner',
            },
          ],
          from: 'systemuserid',
          to: 'owninguser',
          kind: 'outer',
        },
        {
          table: 'activityparty',
          alias: 'activityparty1',
          attributes: [],
          orders: [],
          links: [],
          from: 'activityid',
          to: 'activityid',
          kind: 'first',
        },
      ],
    },
  } satisfies Fetch);
});

test('the paging cookie of the page before goes on; another one is left aside', () => {
  const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const cookie = escaped(writePagingCookie(2, 'abc'));
  assert.equal(entity('', `page="3" paging-cookie="${cookie}"`).after, 'abc');
  assert.equal(entity('', `page="5" paging-cookie="${cookie}"`).after, undefined);
  assert.equal(
    entity('', 'page="2" paging-cookie="&lt;cookie page=&quot;1&quot;&gt;&lt;emailid/&gt;&lt;/cookie&gt;"').after,
    undefined,
  );
});

test('conditions: comparison, texts, lists, columns, choices by number, booleans as 0 and 1', () => {
  const column = 'subject';
  const empty: Filter = { column, operator: 'null' };
  const expected: readonly (readonly [string, Filter])[] = [
    ['<condition attribute="subject" operator="eq" value="a &amp; b" />', { column, operator: 'eq', value: 'a & b' }],
    [
      '<condition attribute="subject" operator="neq" value="x" />',
      { or: [{ column, operator: 'ne', value: 'x' }, empty] },
    ],
    ['<condition attribute="subject" operator="like" value="%x_" />', { column, operator: 'like', value: '%x_' }],
    [
      '<condition attribute="subject" operator="not-begin-with" value="x" />',
      { or: [{ not: { column, operator: 'startsWith', value: 'x' } }, empty] },
    ],
    ['<condition attribute="subject" operator="null" />', empty],
    [
      '<condition attribute="statuscode" operator="in"><value>3</value><value> 4 </value></condition>',
      { column: 'statuscode', operator: 'in', value: [3, 4] },
    ],
    ['<condition attribute="isbilled" operator="eq" value="1" />', { column: 'isbilled', operator: 'eq', value: true }],
    [
      `<condition attribute="ownerid" operator="eq" value="{${user.toUpperCase()}}" uitype="systemuser" uiname="x" />`,
      { column: 'ownerid', operator: 'eq', value: user },
    ],
    [
      '<condition attribute="versionnumber" operator="gt" value="9007199254740993" />',
      { column: 'versionnumber', operator: 'gt', value: 9007199254740993n },
    ],
    [
      '<condition attribute="subject" operator="ne" valueof="sender" />',
      { column, operator: 'ne', otherColumn: 'sender' },
    ],
    [
      '<condition attribute="actualdurationminutes" operator="not-between"><value>1</value><value>5</value></condition>',
      {
        or: [
          {
            not: {
              and: [
                { column: 'actualdurationminutes', operator: 'ge', value: 1 },
                { column: 'actualdurationminutes', operator: 'le', value: 5 },
              ],
            },
          },
          { column: 'actualdurationminutes', operator: 'null' },
        ],
      },
    ],
    ['<condition attribute="ownerid" operator="eq-userid" />', { column: 'ownerid', operator: 'in', value: [user] }],
    ['<condition attribute="ownerid" operator="eq-userteams" />', { column: 'ownerid', operator: 'in', value: [team] }],
    [
      '<condition attribute="ownerid" operator="eq-useroruserteams" />',
      { column: 'ownerid', operator: 'in', value: [user, team] },
    ],
    [
      '<condition attribute="owningbusinessunit" operator="eq-businessid" />',
      { column: 'owningbusinessunit', operator: 'in', value: [unit] },
    ],
    [
      `<condition attribute="parentactivityid" operator="eq-or-under" value="${user}" />`,
      {
        hierarchy: {
          column: 'parentactivityid',
          table: 'email',
          parent: 'parentactivityid',
          direction: 'under',
          id: user,
          withSelf: true,
        },
      },
    ],
  ];
  for (const [text, filter] of expected) assert.deepEqual(conditionOf(text), filter, text);
});

test("dates begin at the asker's midnight; hours are the same everywhere; plain dates have no zone", () => {
  const expected: readonly (readonly [string, string, Filter])[] = [
    ['today', '', between('createdon', '2024-05-14T22:00:00Z', '2024-05-15T22:00:00Z')],
    ['last-x-hours', '3', between('createdon', '2024-05-15T09:30:00Z', '2024-05-15T12:30:00Z')],
    ['last-seven-days', '', between('createdon', '2024-05-07T22:00:00Z', '2024-05-15T12:30:00Z')],
    ['this-week', '', between('createdon', '2024-05-11T22:00:00Z', '2024-05-18T22:00:00Z')],
    ['this-year', '', between('createdon', '2023-12-31T23:00:00Z', '2024-12-31T23:00:00Z')],
    ['last-fiscal-period', '', between('createdon', '2023-12-31T23:00:00Z', '2024-03-31T22:00:00Z')],
    ['in-fiscal-year', '2023', between('createdon', '2022-12-31T23:00:00Z', '2023-12-31T23:00:00Z')],
    ['on', '2024-03-31', between('createdon', '2024-03-30T23:00:00Z', '2024-03-31T22:00:00Z')],
    ['on-or-after', '2024-03-31', { column: 'createdon', operator: 'ge', value: at('2024-03-30T23:00:00Z') }],
    ['olderthan-x-months', '2', { column: 'createdon', operator: 'lt', value: at('2024-03-14T23:00:00Z') }],
    ['gt', '2024-01-01T00:00:00', { column: 'createdon', operator: 'ge', value: at('2023-12-31T23:00:01Z') }],
    ['ge', '2024-01-01T00:00:00Z', { column: 'createdon', operator: 'ge', value: at('2024-01-01T00:00:00Z') }],
  ];
  for (const [operator, value, filter] of expected) {
    const given = value === '' ? '' : ` value="${value}"`;
    assert.deepEqual(
      conditionOf(`<condition attribute="createdon" operator="${operator}"${given} />`),
      filter,
      operator,
    );
  }
  const period =
    '<condition attribute="createdon" operator="in-fiscal-period-and-year"><value>2</value><value>2024</value></condition>';
  assert.deepEqual(conditionOf(period), between('createdon', '2024-03-31T22:00:00Z', '2024-06-30T22:00:00Z'));
  const birthday = read(
    '<fetch><entity name="contact"><filter><condition attribute="birthdate" operator="today" /></filter></entity></fetch>',
  );
  assert.deepEqual(birthday.entity.filter, {
    and: [{ and: [between('birthdate', '2024-05-15T00:00:00Z', '2024-05-16T00:00:00Z')] }],
  });
});

test('link-entities that restrict: any, not any, all, not all, exists, in', () => {
  const link = (type: string, inner: string) =>
    `<link-entity name="activityparty" from="activityid" to="activityid" link-type="${type}">${inner}</link-entity>`;
  const inner = '<filter><condition attribute="participationtypemask" operator="eq" value="2" /></filter>';
  const bare = { table: 'activityparty', from: 'activityid', to: 'activityid' } as const;
  const filter: Filter = { and: [{ and: [{ column: 'participationtypemask', operator: 'eq', value: 2 }] }] };
  const asked: Filter = { exists: { ...bare, filter } };
  assert.deepEqual(conditionOf(link('any', inner)), asked);
  assert.deepEqual(conditionOf(link('not all', inner)), asked);
  assert.deepEqual(conditionOf(link('not any', inner)), { not: asked });
  assert.deepEqual(conditionOf(link('all', inner)), { and: [{ exists: bare }, { not: asked }] });
  for (const type of ['exists', 'in'])
    assert.deepEqual(entity(link(type, inner)).entity.filter, { and: [asked] }, type);
  const nested = link('exists', '<link-entity name="contact" from="contactid" to="partyid" />');
  assert.deepEqual(entity(nested).entity.filter, {
    and: [
      { exists: { ...bare, filter: { and: [{ exists: { table: 'contact', from: 'contactid', to: 'partyid' } }] } } },
    ],
  });
});

test('aggregates, groups and dates by part', () => {
  const fetch = entity(
    `<attribute name="activityid" aggregate="count" alias="n" /><attribute name="sender" aggregate="countcolumn" distinct="true" alias="senders" />
     <attribute name="createdon" groupby="true" dategrouping="month" alias="month" /><order alias="n" descending="true" />`,
    'aggregate="true"',
  );
  assert.deepEqual(fetch.entity.attributes, [
    { column: 'activityid', alias: 'n', aggregate: 'count', distinct: false },
    { column: 'sender', alias: 'senders', aggregate: 'countcolumn', distinct: true },
    { column: 'createdon', alias: 'month', groupBy: true, dateGrouping: 'month' },
  ]);
  assert.deepEqual(fetch.entity.orders, [{ alias: 'n', descending: true }]);
});

test('what cannot be is refused with 80040203 and a place', () => {
  const filter = (inner: string) => `<fetch><entity name="email"><filter>${inner}</filter></entity></fetch>`;
  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /empty|cannot be read/],
    ['<fetch>', /cannot be read at 1:/],
    ['<fetch><entity name="email"></fetch>', /cannot be read/],
    ['<!DOCTYPE fetch [<!ENTITY x "y">]><fetch/>', /DOCTYPE/],
    ['<fetch><entity name="email">&x;</entity></fetch>', /cannot be read/],
    ['<query/>', /begins with <fetch>/],
    ['<fetch/>', /holds one <entity>/],
    ['<fetch><entity name="nosuch"/></fetch>', /'nosuch', which does not exist/],
    ['<fetch colour="red"><entity name="email"/></fetch>', /no attribute 'colour'/],
    ['<fetch><entity name="email"><where/></entity></fetch>', /<where> at 1:\d+ does not belong/],
    [
      '<fetch><entity name="email"><attribute name="nosuch"/></entity></fetch>',
      /'email' entity doesn't contain attribute with Name = 'nosuch'/,
    ],
    ['<fetch><entity name="email"><attribute name="to"/></entity></fetch>', /link to activityparty/],
    [
      '<fetch><entity name="emailserverprofile"><attribute name="incomingpassword"/></entity></fetch>',
      /doesn't contain/,
    ],
    ['<fetch><entity name="email"><attribute name="subject" alias="a b"/></entity></fetch>', /may hold letters/],
    ['<fetch><entity name="email"><attribute name="subject" alias="__proto__"/></entity></fetch>', /may hold letters/],
    [
      '<fetch><entity name="email"><attribute name="subject" aggregate="count" alias="n"/></entity></fetch>',
      /needs <fetch aggregate/,
    ],
    ['<fetch aggregate="true"><entity name="email"/></fetch>', /at least one attribute/],
    [
      '<fetch aggregate="true"><entity name="email"><attribute name="subject" aggregate="sum" alias="n"/></entity></fetch>',
      /holds no numbers/,
    ],
    [
      '<fetch aggregate="true"><entity name="email"><attribute name="createdon" groupby="true" alias="n"/></entity></fetch>',
      /needs a dategrouping/,
    ],
    ['<fetch top="5" page="2"><entity name="email"/></fetch>', /'top' cannot be given together/],
    ['<fetch count="many"><entity name="email"/></fetch>', /'count' of <fetch>/],
    [filter('<condition attribute="subject" operator="resembles" value="x"/>'), /'resembles' of <condition>/],
    [filter('<condition attribute="statuscode" operator="eq" value="sent"/>'), /'sent', which does not fit/],
    [filter('<condition attribute="statuscode" operator="eq"/>'), /takes 1 value/],
    [filter('<condition attribute="statuscode" operator="like" value="1"/>'), /asks texts/],
    [filter('<condition attribute="subject" operator="today"/>'), /asks dates/],
    [filter('<condition attribute="createdon" operator="last-x-days" value="0"/>'), /from 1 to 10000/],
    [filter('<condition attribute="createdon" operator="eq" value="2024-02-30"/>'), /does not fit/],
    [filter('<condition attribute="subject" operator="eq-userid"/>'), /cannot be asked by/],
    [filter(`<condition attribute="sender" operator="under" value="${user}"/>`), /makes a tree|does not fit/],
    [filter('<condition attribute="name" entityname="who" operator="null"/>'), /no joined table's alias/],
    [
      filter('<link-entity name="contact" from="contactid" to="regardingobjectid" link-type="outer"/>'),
      /'outer' of <link-entity>/,
    ],
    [
      '<fetch><entity name="email"><link-entity name="contact" alias="c" from="contactid"/></entity></fetch>',
      /needs the attribute 'to'/,
    ],
    [
      '<fetch><entity name="email"><link-entity name="contact" alias="email" from="contactid" to="regardingobjectid"/></entity></fetch>',
      /given twice/,
    ],
  ];
  for (const [text, message] of refused) assert.throws(() => read(text), { code: '80040203', message }, text);
});

test('bombs are refused: length, depth, elements, conditions, links, values', () => {
  const nested = (count: number) => `${'<filter>'.repeat(count)}${'</filter>'.repeat(count)}`;
  const condition = '<condition attribute="subject" operator="null"/>';
  const link = '<link-entity name="contact" from="contactid" to="regardingobjectid"/>';
  assert.throws(() => entity(nested(70)), /nests deeper than 64/);
  assert.throws(() => entity(`<filter>${condition.repeat(501)}</filter>`), /more than 500 conditions/);
  assert.throws(() => entity(link.repeat(16)), /more than 15 link-entities/);
  assert.throws(() => entity(`<filter>${'<condition/>'.repeat(10_001)}</filter>`), /10000 elements|more than 10,?000/);
  assert.throws(() => entity(' '.repeat(300_000)), /at most 262144/);
  const values = '<value>1</value>'.repeat(5001);
  assert.throws(
    () => entity(`<filter><condition attribute="statuscode" operator="in">${values}</condition></filter>`),
    /5,000 values/,
  );
});

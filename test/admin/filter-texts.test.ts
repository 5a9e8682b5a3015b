import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ConditionGroup, ConditionRow } from '../../admin/parts/filter/condition-model.ts';
import { fetchOf, readFetch, writeFetch } from '../../admin/parts/filter/fetch-text.ts';
import { readFilter, writeFilter } from '../../admin/parts/filter/odata-text.ts';
import { type ColumnKind, operators } from '../../admin/parts/filter/operators.ts';
import { parseFetchXml } from '../../src/store/fetch/parse-fetch-xml.ts';
import { parseFilter } from '../../src/webapi/odata-filter.ts';

/** Columns of the table email with what their values are. */
const kinds: Readonly<Record<string, ColumnKind>> = {
  subject: 'text',
  attachmentcount: 'number',
  createdon: 'date',
  prioritycode: 'choice',
  isbilled: 'boolean',
  ownerid: 'lookup',
};
const kindOf = (column: string): ColumnKind => kinds[column] ?? 'text';

const id = '00000000-0000-4000-8000-000000000001';
const context = {
  now: new Date('2026-05-04T10:00:00Z'),
  timeZone: 'UTC',
  userId: id,
  businessUnitId: id,
  teamIds: [],
  languageCode: 1033,
};

const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom('a', '%', '%a%', '[', '[%]', "it's", '"x"', '<b>', '&amp;', ' a ', 'ä_ö', '%[a]%'),
);

function valuesFor(column: string, operator: string): fc.Arbitrary<string> {
  if (/-x-/.test(operator)) return fc.integer({ min: 1, max: 500 }).map(String);
  switch (kindOf(column)) {
    case 'number':
      return fc.integer({ min: -9, max: 1000 }).map(String);
    case 'date':
      return fc.constantFrom('2026-02-28', '1999-12-31');
    case 'choice':
      return fc.constantFrom('0', '1', '2');
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'lookup':
      return fc.uuid();
    default:
      return words;
  }
}

/** Rows as the builder makes them: an operator that goes with the column, and as many values as it takes. */
const row = (isFetch: boolean): fc.Arbitrary<ConditionRow> =>
  fc.constantFrom(...Object.keys(kinds)).chain((column) => {
    const fitting = Object.entries(operators).filter(
      ([, one]) => (one.kinds as readonly string[]).includes(kindOf(column)) && (isFetch || !('isFetchOnly' in one)),
    );
    return fc.constantFrom(...fitting).chain(([operator, { takes }]) => {
      const value = valuesFor(column, operator);
      const values =
        takes === 'none'
          ? fc.constant([])
          : takes === 'one'
            ? fc.tuple(value)
            : fc.array(value, { minLength: 1, maxLength: 3 });
      return values.map((given): ConditionRow => ({ kind: 'row', column, operator, values: given }));
    });
  });

const group = (isFetch: boolean, least = 1): fc.Arbitrary<ConditionGroup> =>
  fc.letrec<{ group: ConditionGroup }>((tie) => ({
    group: fc.record(
      {
        kind: fc.constant('group' as const),
        match: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(fc.oneof({ maxDepth: 3 }, row(isFetch), tie('group')), { minLength: least, maxLength: 3 }),
      },
      { noNullPrototype: true },
    ),
  })).group;

describe('FI-01: conditions as FetchXML', () => {
  test('what the builder writes, the service takes, and the builder reads it as it was', () => {
    fc.assert(
      fc.property(group(true), (conditions) => {
        // A pattern that only looks for a text is shown as one.
        const isAmbiguous = JSON.stringify(conditions).includes('like"');
        const text = writeFetch({ ...fetchOf('email'), group: conditions });
        parseFetchXml(text, context);
        const again = readFetch(text);
        assert.ok(again, text);
        if (!isAmbiguous) assert.deepEqual(again.group, conditions, text);
        assert.equal(writeFetch(again), text);
      }),
      { numRuns: 500 },
    );
  });

  /** FetchXML with what the builder knows, and more. */
  const anything = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc
      .tuple(
        fc.constantFrom('', ' type="and"', ' type="or"', ' type="or" hint="union"'),
        fc.array(
          fc.oneof(
            { maxDepth: 3 },
            fc.constantFrom(
              '<condition attribute="subject" operator="eq" value="a &amp; b"/>',
              '<condition attribute="subject" operator="like" value="%x%"/>',
              '<condition attribute="subject" operator="like" value="%x_%"/>',
              '<condition attribute="subject" operator="contains" value="x"/>',
              '<condition attribute="subject" operator="not-null"/>',
              '<condition attribute="subject" valueof="category" operator="eq"/>',
              '<condition attribute="createdon" operator="between"><value>2026-01-01</value><value>2026-02-01</value></condition>',
              '<condition attribute="createdon" operator="last-x-days" value="3"/>',
              '<condition attribute="prioritycode" operator="in">\n<value>0</value> <value>1</value></condition>',
              `<condition attribute="ownerid" operator="eq" value="${id}" uiname="A &lt; B" uitype="systemuser"/>`,
              '<condition entityname="o" attribute="fullname" operator="eq" value="x"/>',
              '<!-- a remark -->',
              '<link-entity name="systemuser" from="systemuserid" to="owninguser" link-type="any"/>',
            ),
            tie('filter'),
          ),
          { maxLength: 3 },
        ),
      )
      .map(([type, parts]) => `<filter${type}>${parts.join('')}</filter>`),
  })).filter;
  const besides = fc.constantFrom(
    '',
    '<attribute name="subject"/><order attribute="subject" descending="true"/>',
    '<link-entity name="systemuser" from="systemuserid" to="owninguser" alias="o"><attribute name="fullname"/></link-entity>',
    '<filter><condition attribute="subject" operator="null"/></filter>',
  );

  test('what it reads, it writes so that it means the same; all else is left to the text', () => {
    let shown = 0;
    fc.assert(
      fc.property(anything, besides, fc.constantFrom('', ' distinct="true"', ' top="5"'), (filter, more, head) => {
        const text = `<fetch${head}><entity name="email">${more}${filter}</entity></fetch>`;
        const query = readFetch(text);
        if (query === undefined) return;
        shown += 1;
        const meaning = (source: string): object => {
          const { entity, ...rest } = parseFetchXml(source, context);
          const { filter: conditions, ...own } = entity;
          const isNothing = !JSON.stringify(conditions ?? {}).includes('column');
          return { ...rest, entity: isNothing ? own : { ...own, filter: conditions } };
        };
        assert.deepEqual(meaning(writeFetch(query)), meaning(text), text);
      }),
      { numRuns: 2000, seed: 8 },
    );
    assert.ok(shown > 100, `${shown} of 2000 could be shown`);
  });

  test('what is no FetchXML, or says more, is not read', () => {
    const entity = (inside: string): string => `<fetch><entity name="email">${inside}</entity></fetch>`;
    for (const text of [
      '',
      'hello',
      '<fetch>',
      '<fetch/>',
      '<!DOCTYPE x><fetch><entity name="email"/></fetch>',
      entity('<link-entity name="contact" from="contactid" to="regardingobjectid"/>'),
      entity('<filter/><filter/>'),
      entity('<filter type="or"><filter/></filter>'),
      entity('<filter><condition attribute="subject" operator="eq"/></filter>'),
      entity('<filter><condition attribute="subject" operator="soundex" value="x"/></filter>'),
      entity('<filter><!-- why --><condition attribute="subject" operator="null"/></filter>'),
    ])
      assert.equal(readFetch(text), undefined, text);
    assert.deepEqual(readFetch(entity(''))?.group.parts, []);
  });
});

/** A `$filter` as the service understands it; where things stand in the text does not count. */
function meaningOf(filter: string): unknown {
  const strip = (value: unknown): unknown => {
    if (value instanceof Map) return [...value].map(strip);
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== 'position')
        .map(([key, inner]) => [key, strip(inner)]),
    );
  };
  return strip(parseFilter(filter));
}

/** Groups that the text cannot tell from their only part. */
function collapsed(one: ConditionGroup): ConditionGroup {
  const parts = one.parts.map((part) => {
    if (part.kind === 'row') return part;
    const inner = collapsed(part);
    return inner.parts.length === 1 && inner.parts[0] !== undefined ? inner.parts[0] : inner;
  });
  const [first] = parts;
  if (parts.length !== 1 || first === undefined) return { ...one, parts };
  return first.kind === 'group' ? first : { kind: 'group', match: 'and', parts };
}

describe('QU-08: conditions as $filter', () => {
  test('what the builder writes, the service reads, and the builder reads it as it was', () => {
    fc.assert(
      fc.property(group(false), (conditions) => {
        const text = writeFilter(conditions, kindOf);
        parseFilter(text);
        assert.deepEqual(readFilter(text), collapsed(conditions), text);
      }),
      { numRuns: 500 },
    );
  });

  test('what it reads, it writes so that it means the same; all else is left to the text', () => {
    const piece = fc.constantFrom(
      "subject eq 'a''b'",
      'attachmentcount gt 3',
      'attachmentcount gt -3',
      `_ownerid_value eq ${id}`,
      'isbilled eq true',
      'subject eq null',
      'subject ne null',
      'subject gt null',
      "contains(subject,'x')",
      "not startswith(subject,'x')",
      "not (subject eq 'x')",
      "contains(sender , 'x')",
      "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=3)",
      "Microsoft.Dynamics.CRM.In(PropertyName='prioritycode',PropertyValues=['1','2'])",
      "Microsoft.Dynamics.CRM.Above(PropertyName='ownerid',PropertyValue='x')",
      'createdon ge 2026-01-01T00:00:00Z',
      'createdon ge 2026-01-01',
      "regardingobjectid_contact/lastname eq 'x'",
      'prioritycode in (1,2)',
      "email_activity_parties/any(p:p/addressused eq 'x')",
      'subject eq sender',
    );
    const texts = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { maxDepth: 4 },
        piece,
        fc
          .tuple(tie('text'), fc.constantFrom(' and ', ' or ', '  and '), tie('text'))
          .map(([left, between, right]) => `${left}${between}${right}`),
        tie('text').map((inner) => `( ${inner})`),
      ),
    })).text;
    let shown = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const conditions = readFilter(text);
        if (conditions === undefined) return;
        shown += 1;
        // How a number of a function is written makes no difference to it.
        const written = writeFilter(conditions, kindOf).replaceAll("PropertyValue='3'", 'PropertyValue=3');
        assert.deepEqual(meaningOf(written), meaningOf(text), text);
      }),
      { numRuns: 2000, seed: 8 },
    );
    assert.ok(shown > 100, `${shown} of 2000 could be shown`);
  });
});

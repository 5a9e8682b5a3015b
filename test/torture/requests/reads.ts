import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Answer, TestApi } from '../../support/web-api.ts';
import { conditionOn } from './conditions.ts';
import { follow, members, type Row, type SetName, shapes, type Value, type World } from './world.ts';

/** A request with what its answer must be, for the world as it is when it is sent. */
export interface Trial {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Throws where the answer contradicts the world; gives the world as it must be afterwards, when it changes. */
  check(answer: Answer, api: TestApi): Promise<World | undefined> | World | undefined;
}

/** Makes a request for a world; `pick` chooses among records. */
export type Plan = (world: World) => Trial;

interface Order {
  readonly text: string;
  readonly descending: boolean;
  value(row: Row, world: World): Value;
}

const set = fc.constantFrom<SetName>('accounts', 'contacts');

function orderOn(name: SetName): fc.Arbitrary<Order> {
  const shape = shapes[name];
  const own = fc.constantFrom(...Object.keys(shape.columns), ...shape.toOne.map(({ property }) => property));
  const plain = fc.tuple(own, fc.boolean()).map(
    ([column, descending]): Order => ({
      text: column,
      descending,
      value: (row) => row[column] ?? null,
    }),
  );
  const over = fc.constantFrom(...shape.toOne).chain((way) =>
    fc.tuple(fc.constantFrom(...Object.keys(shapes[way.set].columns)), fc.boolean()).map(
      ([column, descending]): Order => ({
        text: `${way.name}/${column}`,
        descending,
        value: (row, world) => follow(world, row, way)?.[column] ?? null,
      }),
    ),
  );
  return fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: over });
}

function ordered(rows: readonly Row[], orders: readonly Order[], world: World, id: string): readonly Row[] {
  const last = orders.at(-1)?.descending ?? false;
  const keys: readonly Order[] = [...orders, { text: id, descending: last, value: (row) => row[id] ?? null }];
  return [...rows].sort((a, b) => {
    for (const key of keys) {
      const [left, right] = [key.value(a, world), key.value(b, world)].map((one) =>
        typeof one === 'string' ? one.toLowerCase() : one,
      );
      if (left === right) continue;
      if (left === null || left === undefined) return key.descending ? 1 : -1;
      if (right === null || right === undefined) return key.descending ? -1 : 1;
      return left < right === key.descending ? 1 : -1;
    }
    return 0;
  });
}

function selected(name: SetName): fc.Arbitrary<readonly string[]> {
  const { columns, toOne } = shapes[name];
  const all = [...Object.keys(columns), ...new Set(toOne.map(({ property }) => property))];
  return fc.subarray(all, { minLength: 1, maxLength: 4 });
}

/** Holds a record in an answer against the one it must be. */
export function sameRecord(
  shown: Readonly<Record<string, unknown>>,
  row: Row,
  names: readonly string[],
  id: string,
): void {
  for (const name of [...names, id]) assert.equal(shown[name] ?? null, row[name] ?? null, name);
}

const query = (options: readonly (string | undefined)[]): string =>
  options.filter((option) => option !== undefined).join('&');
const encoded = (name: string, text: string): string => `${name}=${encodeURIComponent(text)}`;

/** Collections with every option, followed to their last page. */
export const collectionRead: fc.Arbitrary<Plan> = set.chain((name) =>
  fc
    .record({
      filter: fc.option(conditionOn(name, 2), { freq: 6 }),
      orders: fc.uniqueArray(orderOn(name), { maxLength: 3, selector: (one) => one.text }),
      select: selected(name),
      top: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 2 }),
      size: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 2 }),
      count: fc.boolean(),
      expand: fc.option(fc.constantFrom(...shapes[name].toOne, ...shapes[name].toMany), { freq: 3 }),
    })
    .map(
      ({ filter, orders, select, top, size, count, expand }): Plan =>
        (world) => {
          const { id } = shapes[name];
          const matches = [...world[name].values()].filter(
            (row) => filter === null || filter.holds(row, world) === true,
          );
          const expected = ordered(matches, orders, world, id).slice(0, top ?? undefined);
          const options = [
            encoded('$select', select.join(',')),
            filter === null ? undefined : encoded('$filter', filter.text),
            orders.length === 0
              ? undefined
              : encoded('$orderby', orders.map((one) => `${one.text}${one.descending ? ' desc' : ''}`).join(',')),
            top === null ? undefined : `$top=${top}`,
            count ? '$count=true' : undefined,
            expand === null ? undefined : encoded('$expand', expand.name),
          ];
          return {
            method: 'GET',
            path: `${name}?${query(options)}`,
            ...(size === null ? {} : { headers: { prefer: `odata.maxpagesize=${size}` } }),
            check: async (first, api) => {
              const shown: Record<string, unknown>[] = [];
              for (let answer: Answer | undefined = first; answer !== undefined; ) {
                assert.equal(answer.status, 200, answer.text);
                if (count) assert.equal(answer.json['@odata.count'], matches.length);
                if (size !== null) assert.ok(answer.json.value.length <= size, 'a page is too long');
                shown.push(...answer.json.value);
                const link: string | undefined = answer.json['@odata.nextLink'];
                answer =
                  link === undefined ? undefined : await api.send('GET', link.replace('http://mailroom.test', ''));
              }
              assert.deepEqual(
                shown.map((one) => one[id]),
                expected.map((row) => row[id]),
                'other records, or another order',
              );
              for (const [index, one] of shown.entries()) {
                const row = expected[index];
                if (row === undefined) continue;
                sameRecord(one, row, select, id);
                if (expand !== null) sameExpansion(one[expand.name], row, expand, world, id);
              }
              return undefined;
            },
          };
        },
    ),
);

function sameExpansion(
  shown: unknown,
  row: Row,
  expand: (typeof shapes)[SetName]['toOne' | 'toMany'][number],
  world: World,
  ownId: string,
): void {
  const { id, columns } = shapes[expand.set];
  if ('way' in expand) {
    const expected = ordered(members(world, row, expand.set, expand.way, ownId), [], world, id);
    const list = shown as readonly Record<string, unknown>[];
    assert.deepEqual(
      list.map((one) => one[id]),
      expected.map((one) => one[id]),
      expand.name,
    );
    return;
  }
  const expected = follow(world, row, expand);
  if (expected === undefined) assert.equal(shown, null, expand.name);
  else sameRecord(shown as Record<string, unknown>, expected, Object.keys(columns), id);
}

/** `/$count` under a filter. */
export const countRead: fc.Arbitrary<Plan> = set.chain((name) =>
  conditionOn(name, 2).map(
    (filter): Plan =>
      (world) => ({
        method: 'GET',
        path: `${name}/$count?${encoded('$filter', filter.text)}`,
        check: (answer) => {
          const expected = [...world[name].values()].filter((row) => filter.holds(row, world) === true).length;
          assert.deepEqual([answer.status, answer.text], [200, String(expected)]);
          return undefined;
        },
      }),
  ),
);

/** One record, its columns, and what it leads to; half of the ids are of nobody. */
export const recordRead: fc.Arbitrary<Plan> = fc
  .tuple(set, fc.nat(), fc.constantFrom('record', 'column', 'value', 'one', 'many', 'ref', 'nobody'), fc.nat())
  .map(
    ([name, at, what, other]): Plan =>
      (world) => {
        const shape = shapes[name];
        const rows = [...world[name].values()];
        const row = rows[at % Math.max(rows.length, 1)];
        const columns = Object.keys(shape.columns);
        const column = columns[other % columns.length] ?? '';
        const way = shape.toOne[other % shape.toOne.length];
        const many = shape.toMany[other % shape.toMany.length];
        if (row === undefined || way === undefined || many === undefined || what === 'nobody') {
          const path = `${name}(${'0'.repeat(8)}-0000-4000-8000-${String(at).padStart(12, '0').slice(-12)})`;
          return { method: 'GET', path, check: (answer) => void assert.equal(answer.status, 404) };
        }
        const url = `${name}(${row[shape.id]})`;
        switch (what) {
          case 'record':
            return {
              method: 'GET',
              path: url,
              check: (answer) => {
                assert.equal(answer.status, 200);
                sameRecord(answer.json, row, columns, shape.id);
                assert.equal(answer.headers.etag, `W/"${row['@version']}"`);
                return undefined;
              },
            };
          case 'column':
          case 'value':
            return {
              method: 'GET',
              path: `${url}/${column}${what === 'value' ? '/$value' : ''}`,
              check: (answer) => {
                const value = row[column] ?? null;
                if (value === null) assert.equal(answer.status, 204);
                else if (what === 'column') assert.equal(answer.json.value, value);
                else assert.equal(answer.text, String(value));
                return undefined;
              },
            };
          case 'many':
            return {
              method: 'GET',
              path: `${url}/${many.name}`,
              check: (answer) => {
                const { id } = shapes[many.set];
                const expected = ordered(members(world, row, many.set, many.way, shape.id), [], world, id);
                assert.deepEqual(
                  answer.json.value.map((one: Row) => one[id]),
                  expected.map((one) => one[id]),
                );
                return undefined;
              },
            };
          default:
            return {
              method: 'GET',
              path: `${url}/${way.name}${what === 'ref' ? '/$ref' : ''}`,
              check: (answer) => {
                const target = follow(world, row, way);
                const id = target?.[shapes[way.set].id];
                if (target === undefined) assert.ok(answer.status === 204 || answer.status === 404, answer.text);
                else if (what === 'ref')
                  assert.match(answer.json['@odata.id'], new RegExp(`/${way.set}\\(${String(id)}\\)$`));
                else assert.equal(answer.json[shapes[way.set].id], id);
                return undefined;
              },
            };
        }
      },
  );

/** `$apply`: groups with counts and sums, under a filter. */
export const appliedRead: fc.Arbitrary<Plan> = fc
  .tuple(
    fc.option(conditionOn('accounts', 1), { freq: 2 }),
    fc.subarray(['industrycode', 'creditonhold', 'primarycontactid/jobtitle'], { minLength: 1 }),
  )
  .map(
    ([filter, groups]): Plan =>
      (world) => {
        const way = shapes.accounts.toOne[0];
        const valueAt = (row: Row, path: string): Value => {
          const [first = '', second] = path.split('/');
          if (second === undefined || way === undefined) return row[first] ?? null;
          return follow(world, row, way)?.[second] ?? null;
        };
        const text = `groupby((${groups.join(',')}),aggregate($count as n,numberofemployees with sum as people,numberofemployees with max as most))`;
        return {
          method: 'GET',
          path: `accounts?${encoded('$apply', filter === null ? text : `filter(${filter.text})/${text}`)}`,
          check: (answer) => {
            assert.equal(answer.status, 200, answer.text);
            const expected = new Map<string, Value[]>();
            for (const row of world.accounts.values()) {
              if (filter !== null && filter.holds(row, world) !== true) continue;
              const key = JSON.stringify(
                groups
                  .map((path) => valueAt(row, path))
                  .map((one) => (typeof one === 'string' ? one.toLowerCase() : one)),
              );
              const [n = 0, people = null, most = null] = expected.get(key) ?? [];
              const own = row.numberofemployees ?? null;
              const sum = own === null ? people : Number(people) + Number(own);
              expected.set(key, [Number(n) + 1, sum, own === null ? most : Math.max(Number(most ?? own), Number(own))]);
            }
            const shown = answer.json.value.map((one: Record<string, unknown>) => {
              const values = groups.map((path) => {
                const [first = '', second] = path.split('/');
                const value =
                  second === undefined ? one[first] : (one[first] as Record<string, unknown> | undefined)?.[second];
                return typeof value === 'string' ? value.toLowerCase() : (value ?? null);
              });
              return [JSON.stringify(values), [one.n, one.people, one.most]];
            });
            assert.deepEqual(new Map(shown), expected);
            return undefined;
          },
        };
      },
  );

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;');

/** FetchXML with a condition, a link of any kind, an order and a page. */
export const fetchRead: fc.Arbitrary<Plan> = fc
  .record({
    column: fc.constantFrom('name', 'description', 'accountnumber'),
    operator: fc.constantFrom('eq', 'ne', 'like', 'not-like', 'begins-with', 'null', 'not-null', 'in'),
    value: fc.constantFrom('One', 'o%', '%O%', 'a_b', '', "o'clock", 'É x', '<&>'),
    type: fc.constantFrom('none', 'inner', 'outer', 'any', 'not any', 'exists'),
    descending: fc.boolean(),
    count: fc.integer({ min: 1, max: 20 }),
    page: fc.integer({ min: 1, max: 3 }),
  })
  .map(
    ({ column, operator, value, type, descending, count, page }): Plan =>
      (world) => {
        const takes = operator === 'null' || operator === 'not-null' ? '' : ` value="${escaped(value)}"`;
        const condition = `<condition attribute="${column}" operator="${operator}"${takes}/>`;
        const link = `<link-entity name="contact" from="contactid" to="primarycontactid" link-type="${type}" alias="c"${type === 'inner' || type === 'outer' ? '><attribute name="lastname"/></link-entity>' : '/>'}`;
        const isFiltering = type === 'any' || type === 'not any';
        const xml = `<fetch count="${count}" page="${page}" returntotalrecordcount="true"><entity name="account"><attribute name="${column}"/><filter>${condition}${isFiltering ? link : ''}</filter>${type === 'none' || isFiltering ? '' : link}<order attribute="name" descending="${descending}"/></entity></fetch>`;
        const like = new RegExp(
          `^${value
            .toLowerCase()
            .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
            .replaceAll('%', '.*')
            .replaceAll('_', '.')}$`,
          's',
        );
        const holds = (given: Value): boolean => {
          const text = String(given).toLowerCase();
          switch (operator) {
            case 'null':
              return given === null;
            case 'not-null':
              return given !== null;
            case 'ne':
              return given === null || text !== value.toLowerCase();
            case 'like':
              return given !== null && like.test(text);
            case 'not-like':
              return given === null || !like.test(text);
            case 'begins-with':
              return given !== null && text.startsWith(value.toLowerCase());
            default:
              return given !== null && text === value.toLowerCase();
          }
        };
        const way = shapes.accounts.toOne[0];
        const order: Order = { text: 'name', descending, value: (row) => row.name ?? null };
        const matches = [...world.accounts.values()].filter((row) => {
          const contact = way === undefined ? undefined : follow(world, row, way);
          const isLinked = type === 'none' || type === 'outer' || (contact !== undefined) === (type !== 'not any');
          return isLinked && holds(row[column] ?? null);
        });
        const expected = ordered(matches, [order], world, 'accountid').slice((page - 1) * count, page * count);
        return {
          method: 'GET',
          path: `accounts?${encoded('fetchXml', xml)}`,
          check: (answer) => {
            assert.equal(answer.status, 200, answer.text);
            assert.equal(answer.json['@odata.count'], matches.length);
            assert.deepEqual(
              answer.json.value.map((one: Row) => one.accountid),
              expected.map((row) => row.accountid),
            );
            for (const [index, one] of answer.json.value.entries()) {
              const row = expected[index];
              if (row === undefined || way === undefined) continue;
              assert.equal(one[column] ?? null, row[column] ?? null);
              if (type === 'inner' || type === 'outer')
                assert.equal(one['c.lastname'] ?? null, follow(world, row, way)?.lastname ?? null);
            }
            return undefined;
          },
        };
      },
  );

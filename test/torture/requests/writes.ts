import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Answer, TestApi } from '../../support/web-api.ts';
import type { Plan, Trial } from './reads.ts';
import { type Row, readWorld, type SetName, samples, shapes, type Value, type World } from './world.ts';

const set = fc.constantFrom<SetName>('accounts', 'contacts');
const newId = fc.uuid({ version: 4 });

/** Values for all columns of a record, so that no default has a say. */
function valuesOf(name: SetName): fc.Arbitrary<Row> {
  const entries = Object.entries(shapes[name].columns).map(([column, kind]): [string, fc.Arbitrary<Value>] => {
    const value = fc.constantFrom(...samples[kind]);
    const mayBeEmpty = !(name === 'contacts' && column === 'lastname');
    const texts = kind === 'text' ? value.map((text) => String(text).slice(0, 20)) : value;
    return [column, mayBeEmpty ? fc.option(texts, { freq: 3 }) : texts];
  });
  return fc.record(Object.fromEntries(entries));
}

/** A change to the world; undefined where the request must fail and leave it as it is. */
interface Effect {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly after: World;
}

type Change = (world: World) => Effect;

const withRow = (world: World, name: SetName, id: string, row: Row): World => ({
  ...world,
  [name]: new Map([...world[name], [id, row]]),
});

function at(world: World, name: SetName, index: number): Row | undefined {
  const rows = [...world[name].values()];
  return rows[index % Math.max(rows.length, 1)];
}

/** What a new record holds before it is linked. */
function fresh(name: SetName, id: string, values: Row): Row {
  const lookups = [...new Set(shapes[name].toOne.map(({ property }) => property))];
  return {
    [shapes[name].id]: id,
    ...values,
    ...Object.fromEntries(
      lookups.flatMap((one) => [
        [one, null],
        [`@${one}`, null],
      ]),
    ),
  };
}

const creation: fc.Arbitrary<Change> = set.chain((name) =>
  fc
    .tuple(newId, valuesOf(name), fc.nat(), fc.boolean(), fc.option(fc.tuple(newId, valuesOf('contacts')), { freq: 4 }))
    .map(
      ([id, values, index, isLinked, nested]): Change =>
        (world) => {
          const way = shapes[name].toOne[index % shapes[name].toOne.length];
          const target = way === undefined ? undefined : at(world, way.set, index);
          const body: Record<string, unknown> = { [shapes[name].id]: id, ...values };
          let row = fresh(name, id, values);
          let after = world;
          if (nested !== null && name === 'accounts') {
            body.primarycontactid = { contactid: nested[0], ...nested[1] };
            after = withRow(after, 'contacts', nested[0], fresh('contacts', nested[0], nested[1]));
            row = { ...row, _primarycontactid_value: nested[0], '@_primarycontactid_value': 'contacts' };
          } else if (isLinked && way !== undefined && target !== undefined) {
            const targetId = String(target[shapes[way.set].id]);
            body[`${way.name}@odata.bind`] = `/${way.set}(${targetId})`;
            row = { ...row, [way.property]: targetId, [`@${way.property}`]: way.set };
          }
          const isTaken =
            world[name].has(id) || (nested !== null && name === 'accounts' && world.contacts.has(nested[0]));
          const status = isTaken ? 412 : 204;
          return { method: 'POST', path: name, body, status, after: isTaken ? world : withRow(after, name, id, row) };
        },
    ),
);

const update: fc.Arbitrary<Change> = set.chain((name) =>
  fc
    .record({
      index: fc.nat(),
      id: newId,
      values: valuesOf(name),
      keep: fc.nat(),
      condition: fc.constantFrom('none', 'none', 'any', 'fresh', 'stale', 'new'),
    })
    .map(
      ({ index, id, values, keep, condition }): Change =>
        (world) => {
          const row = keep % 5 === 0 ? undefined : at(world, name, index);
          const columns = Object.keys(values).filter(
            (_, position) => row === undefined || (keep >> position) % 2 === 0,
          );
          const body = Object.fromEntries(columns.map((column) => [column, values[column] ?? null]));
          const key = row === undefined ? id : String(row[shapes[name].id]);
          const tags: Readonly<Record<string, Readonly<Record<string, string>>>> = {
            any: { 'if-match': '*' },
            fresh: { 'if-match': `W/"${row?.['@version'] ?? 1}"` },
            stale: { 'if-match': 'W/"1"' },
            new: { 'if-none-match': '*' },
          };
          const headers = tags[condition] ?? {};
          const request = { method: 'PATCH', path: `${name}(${key})`, body, headers };
          if (row === undefined) {
            if (condition === 'none' || condition === 'new') {
              return { ...request, status: 204, after: withRow(world, name, key, fresh(name, key, values)) };
            }
            return { ...request, status: 404, after: world };
          }
          if (condition === 'stale' || condition === 'new') return { ...request, status: 412, after: world };
          return { ...request, status: 204, after: withRow(world, name, key, { ...row, ...body }) };
        },
    ),
);

const oneColumn: fc.Arbitrary<Change> = set.chain((name) =>
  fc.tuple(fc.nat(), fc.constantFrom(...Object.entries(shapes[name].columns)), fc.boolean(), fc.nat()).map(
    ([index, [column, kind], isEmptied, value]): Change =>
      (world) => {
        const row = at(world, name, index);
        const given = samples[kind][value % samples[kind].length] ?? null;
        const path = `${name}(${row?.[shapes[name].id] ?? '00000000-0000-4000-8000-000000000000'})/${column}`;
        const request = isEmptied ? { method: 'DELETE', path } : { method: 'PUT', path, body: { value: given } };
        const key = String(row?.[shapes[name].id]);
        if (row === undefined) return { ...request, status: 404, after: world };
        return {
          ...request,
          status: 204,
          after: withRow(world, name, key, { ...row, [column]: isEmptied ? null : given }),
        };
      },
  ),
);

const linking: fc.Arbitrary<Change> = set.chain((name) =>
  fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.constantFrom('set', 'clear', 'add', 'wrong')).map(
    ([index, other, wayIndex, what]): Change =>
      (world) => {
        const shape = shapes[name];
        const way = shape.toOne[wayIndex % shape.toOne.length];
        const row = at(world, name, index);
        const target = way === undefined ? undefined : at(world, way.set, other);
        if (way === undefined || row === undefined || target === undefined) {
          return { method: 'GET', path: `${name}/$count`, status: 200, after: world };
        }
        const id = String(row[shape.id]);
        const targetId = String(target[shapes[way.set].id]);
        const linked = withRow(world, name, id, { ...row, [way.property]: targetId, [`@${way.property}`]: way.set });
        switch (what) {
          case 'set':
            return {
              method: 'PUT',
              path: `${name}(${id})/${way.name}/$ref`,
              body: { '@odata.id': `${way.set}(${targetId})` },
              status: 204,
              after: linked,
            };
          case 'clear':
            return {
              method: 'DELETE',
              path: `${name}(${id})/${way.name}/$ref`,
              status: 204,
              after: withRow(world, name, id, { ...row, [way.property]: null, [`@${way.property}`]: null }),
            };
          case 'add':
            return {
              method: 'POST',
              path: `${way.set}(${targetId})/${way.inverse}/$ref`,
              body: { '@odata.id': `${name}(${id})` },
              status: 204,
              after: linked,
            };
          default: {
            const wrong = way.set === 'accounts' ? 'contacts' : 'accounts';
            return {
              method: 'PUT',
              path: `${name}(${id})/${way.name}/$ref`,
              body: { '@odata.id': `${wrong}(${id})` },
              status: 400,
              after: world,
            };
          }
        }
      },
  ),
);

const refusal: fc.Arbitrary<Change> = fc
  .tuple(
    fc.constantFrom('POST', 'PATCH'),
    newId,
    fc.constantFrom<readonly [SetName, Readonly<Record<string, unknown>>]>(
      ['accounts', { nosuch: 1 }],
      ['accounts', { numberofemployees: 'many' }],
      ['accounts', { numberofemployees: -1 }],
      ['accounts', { numberofemployees: 1.5 }],
      ['accounts', { revenue: 1e300 }],
      ['accounts', { creditonhold: 'yes' }],
      ['accounts', { industrycode: 4711 }],
      ['accounts', { accountnumber: 'x'.repeat(21) }],
      ['accounts', { lastonholdtime: '2024-02-30' }],
      ['accounts', { name: { a: 1 } }],
      ['accounts', { name: 'a\u0000b' }],
      ['accounts', { 'primarycontactid@odata.bind': '/accounts(00000000-0000-4000-8000-000000000001)' }],
      ['accounts', { 'primarycontactid@odata.bind': 'nonsense' }],
      ['accounts', { primarycontactid: { lastname: 'Nested', nosuch: true } }],
      ['contacts', { account_primary_contact: [{ name: 'Child' }, { nosuch: true }] }],
      ['contacts', { birthdate: 'yesterday' }],
      ['contacts', { createdon: 5 }],
    ),
  )
  .map(
    ([method, id, [name, body]]): Change =>
      (world) => ({
        method,
        path: method === 'POST' ? name : `${name}(${id})`,
        body: { ...(name === 'contacts' ? { lastname: 'x' } : {}), ...body },
        status: 400,
        after: world,
      }),
  );

const change: fc.Arbitrary<Change> = fc.oneof(creation, creation, update, update, oneColumn, linking, refusal);

/** One write; what must fail leaves everything as it was. */
export const write: fc.Arbitrary<Plan> = change.map(
  (make): Plan =>
    (world) => {
      const { after, status, ...request } = make(world);
      return { ...request, check: (answer, api) => settled(answer, status, api, after) };
    },
);

/** Deletes a record; lookups to it may be emptied. */
export const deletion: fc.Arbitrary<Plan> = fc.tuple(set, fc.nat()).map(
  ([name, index]): Plan =>
    (world) => {
      const row = world[name].size > 12 ? at(world, name, index) : undefined;
      const id = String(row?.[shapes[name].id] ?? '00000000-0000-4000-8000-000000000000');
      return {
        method: 'DELETE',
        path: `${name}(${id})`,
        check: async (answer, api) => {
          assert.equal(answer.status, row === undefined ? 404 : 204, answer.text);
          const found = await readWorld(api);
          const gone = (rows: ReadonlyMap<string, Row>) => new Map([...rows].filter(([key]) => key !== id));
          const after: World = row === undefined ? world : { ...world, [name]: gone(world[name]) };
          const forgiving = (one: Row, real: Row | undefined): Row =>
            Object.fromEntries(
              Object.entries(one).map(([key, value]) => [
                key,
                value === id || one[key.slice(1)] === id ? (real?.[key] ?? null) : value,
              ]),
            );
          const map = (rows: ReadonlyMap<string, Row>, real: ReadonlyMap<string, Row>) =>
            new Map([...rows].map(([key, one]) => [key, forgiving(one, real.get(key))]));
          sameWorld(found, {
            accounts: map(after.accounts, found.accounts),
            contacts: map(after.contacts, found.contacts),
          });
          return found;
        },
      };
    },
);

/** A change set of several writes, in JSON or multipart: all happen or none. */
export const batch: fc.Arbitrary<Plan> = fc.tuple(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean()).map(
  ([changes, isJson]): Plan =>
    (world) => {
      let after = world;
      const effects: Effect[] = [];
      for (const make of changes) {
        const effect = make(after);
        if (effect.method === 'GET') continue;
        // A version made inside the batch is not known here.
        if (effect.headers?.['if-match']?.startsWith('W/') && after !== world) continue;
        effects.push(effect);
        after = effect.after;
        if (effect.status >= 400) break;
      }
      const failure = effects.find(({ status }) => status >= 400);
      return {
        ...(isJson ? jsonBatch(effects) : multipartBatch(effects)),
        check: (answer, api) => checkBatch(answer, api, isJson, effects, failure, failure ? world : after),
      };
    },
);

async function checkBatch(
  answer: Answer,
  api: TestApi,
  isJson: boolean,
  effects: readonly Effect[],
  failure: Effect | undefined,
  after: World,
): Promise<World> {
  if (isJson) {
    const statuses = answer.json.responses.map(({ status }: { status: number }) => status).sort();
    const expected = failure
      ? [failure.status, ...effects.slice(1).map(() => 424)]
      : effects.map(({ status }) => status);
    assert.deepEqual(statuses, [...expected].sort());
  } else {
    const statuses = [...answer.text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
    assert.deepEqual(statuses, failure ? [failure.status] : effects.map(({ status }) => status));
  }
  return settled(answer, undefined, api, after);
}

function jsonBatch(effects: readonly Effect[]): Pick<Trial, 'method' | 'path' | 'body'> {
  const requests = effects.map(({ method, path, body, headers }, index) => ({
    ...{ id: String(index), atomicityGroup: 'g', method, url: path, headers },
    ...(body === undefined ? {} : { body }),
  }));
  return { method: 'POST', path: '$batch', body: { requests } };
}

function multipartBatch(effects: readonly Effect[]): Pick<Trial, 'method' | 'path' | 'body' | 'headers'> {
  const parts = effects.flatMap(({ method, path, body, headers = {} }) => [
    ...['--c', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', ''],
    `${method} /api/data/v9.2/${path} HTTP/1.1`,
    ...Object.entries({ 'content-type': 'application/json', ...headers }).map(([name, value]) => `${name}: ${value}`),
    '',
    body === undefined ? '' : JSON.stringify(body),
  ]);
  const lines = ['--b', 'Content-Type: multipart/mixed; boundary=c', '', ...parts, '--c--', '--b--', ''];
  return {
    method: 'POST',
    path: '$batch',
    body: lines.join('\r\n'),
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
  };
}

async function settled(answer: Answer, status: number | undefined, api: TestApi, after: World): Promise<World> {
  if (status !== undefined) assert.equal(answer.status, status, answer.text);
  const found = await readWorld(api);
  sameWorld(found, after);
  return found;
}

/** Holds the database against the world; versions are the database's own business. */
export function sameWorld(found: World, expected: World): void {
  const shown = (rows: ReadonlyMap<string, Row>) =>
    Object.fromEntries(
      [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, { '@version': _version, ...row }]) => [id, row]),
    );
  for (const name of ['accounts', 'contacts'] as const)
    assert.deepEqual(shown(found[name]), shown(expected[name]), name);
}

import type { Clock } from '../base/clock.ts';
import type { TableName } from '../tables/catalog.ts';
import { catalog } from '../tables/catalog.ts';
import { type BlobBody, type BlobPart, type BlobStore, keyedBytes } from './blob-store.ts';
import { readStretch } from './blob-stretch.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** Most bytes and bodies of one statement. */
const mostBytes = 8_000_000;
const mostBodies = 200;

/** Longer than any body. */
const whole = 2_000_000_000;

/** Bodies in table `mr_blob`; a body put again counts as new for `sweep`. */
export function createSqlBlobStore(executor: SqlExecutor, clock: Clock): BlobStore {
  return {
    async put(bodies) {
      const keys = keysOf(bodies);
      const { own, parts } = sorted(bodies, keys);
      const now = clock.now();
      const known = await touch(executor, [...own.keys(), ...parts.keys()].sort(), now);
      const sources = new Set([...parts].flatMap(([key, part]) => (known.has(key) ? [] : [part.source])));
      // What others stand in must have its bytes itself.
      const isMissing = (key: string): boolean => !known.has(key) || (known.get(key) === false && sources.has(key));
      for (const group of grouped([...own.keys()].filter(isMissing).sort(), own)) {
        await insert(executor, group, own, now);
      }
      await insertParts(executor, [...parts].filter(([key]) => !known.has(key)).sort(byKey), now);
      return keys;
    },
    async putAhead({ bytes, sha256 }) {
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      await executor.rows(
        `insert into mr_blob (key, size, body, createdon) select $2::text, $3::integer, $4::bytea, $1::timestamptz
         from set_config('synchronous_commit', 'off', true) ${keepingKnown}`,
        [clock.now(), sha256, body.length, body],
      );
    },
    get: async (key) => (await readStretch(executor, key, 0, whole))?.bytes,
    read: (key, offset, length) => readStretch(executor, key, offset, length),
    async sweep(olderThan) {
      const used = blobColumns().map(
        ([table, column]) => `not exists (select 1 from ${quoted(table)} where ${quoted(column)} = b.key)`,
      );
      const rows = await executor.arrays(
        `with gone as (delete from mr_blob b where b.createdon < $1 and ${used.join(' and ')}
           and not exists (select 1 from mr_blob p where p.source = b.key) returning 1) select count(*) from gone`,
        [olderThan],
      );
      return Number(rows[0]?.[0] ?? 0);
    },
  };
}

/** A part, and the key of what it stands in. */
interface SourcedPart extends BlobPart {
  readonly source: string;
}

function keysOf(bodies: readonly BlobBody[]): readonly string[] {
  return bodies.map((body) => (body instanceof Uint8Array ? keyedBytes(body) : body).sha256);
}

/** Bodies to be stored themselves, and those that stand in one of them; each once. */
function sorted(
  bodies: readonly BlobBody[],
  keys: readonly string[],
): { readonly own: ReadonlyMap<string, Uint8Array>; readonly parts: ReadonlyMap<string, SourcedPart> } {
  const own = new Map<string, Uint8Array>();
  const keyOf = new Map<Uint8Array, string>();
  bodies.forEach((body, index) => {
    const bytes = body instanceof Uint8Array ? body : 'bytes' in body ? body.bytes : undefined;
    if (bytes === undefined) return;
    own.set(keys[index] ?? '', bytes);
    keyOf.set(bytes, keys[index] ?? '');
  });
  const parts = new Map<string, SourcedPart>();
  for (const body of bodies) {
    if (!('within' in body) || own.has(body.sha256)) continue;
    const source = keyOf.get(body.within);
    if (source === undefined) throw new Error('A part was put without the body in which it stands.');
    parts.set(body.sha256, { ...body, source });
  }
  return { own, parts };
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** The keys that are there already, and whether they have their bytes themselves; those an hour old or more are made young again, so that a sweep leaves them. */
async function touch(executor: SqlExecutor, keys: readonly string[], now: Date): Promise<ReadonlyMap<string, boolean>> {
  if (keys.length === 0) return new Map();
  const rows = await executor.rows<{ key: string; old: boolean; own: boolean }>(
    "select key, createdon < $2::timestamptz - interval '1 hour' as old, source is null as own from mr_blob where key = any($1::text[]) order by key for key share",
    [keys, now],
  );
  const old = rows.filter((row) => row.old).map((row) => row.key);
  if (old.length > 0) await executor.rows('update mr_blob set createdon = $2 where key = any($1::text[])', [old, now]);
  return new Map(rows.map((row) => [row.key, row.own]));
}

function* grouped(keys: readonly string[], bodies: ReadonlyMap<string, Uint8Array>): Generator<readonly string[]> {
  let group: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    const size = bodies.get(key)?.length ?? 0;
    if (group.length > 0 && (bytes + size > mostBytes || group.length >= mostBodies)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(key);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

/** A body that is there stays, and counts as new. */
const keepingKnown = `on conflict (key) do update set createdon = excluded.createdon, body = coalesce(mr_blob.body, excluded.body),
  source = null, start = null, length = null, chars = null, lineend = null`;

/** Bodies travel as separate binary parameters; an array would be written out as text. */
async function insert(
  executor: SqlExecutor,
  keys: readonly string[],
  bodies: ReadonlyMap<string, Uint8Array>,
  now: Date,
): Promise<void> {
  const values: unknown[] = [now];
  const tuples = keys.map((key) => {
    const body = bodies.get(key) ?? new Uint8Array();
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    return `($${values.push(key)}, $${values.push(body.length)}, $${values.push(bytes)}, $1)`;
  });
  await executor.rows(
    `insert into mr_blob (key, size, body, createdon) values ${tuples.join(', ')} ${keepingKnown}`,
    values,
  );
}

async function insertParts(
  executor: SqlExecutor,
  parts: readonly (readonly [string, SourcedPart])[],
  now: Date,
): Promise<void> {
  if (parts.length === 0) return;
  const rows = parts.map(([key, { sizeBytes, source, start, length, lines }]) => {
    const layout = lines === undefined ? {} : { chars: lines.chars, lineend: lines.end };
    return { key, size: sizeBytes, source, start, length, ...layout };
  });
  await executor.rows(
    `insert into mr_blob (key, size, source, start, length, chars, lineend, createdon)
     select key, size, source, start, length, chars, lineend, $2::timestamptz from json_to_recordset($1::json)
       as r(key text, size integer, source text, start integer, length integer, chars integer, lineend smallint)
     on conflict (key) do update set createdon = excluded.createdon`,
    [JSON.stringify(rows), now],
  );
}

/** Columns that hold keys of bodies: internal texts of 64 characters named `...blob`. */
function blobColumns(): [TableName, string][] {
  return (Object.keys(catalog) as TableName[]).flatMap((table) =>
    [...layoutOf(table).columns.values()]
      .filter(
        ({ name, definition }) =>
          definition.internal && definition.type === 'String' && definition.maxLength === 64 && name.endsWith('blob'),
      )
      .map(({ name }): [TableName, string] => [table, name]),
  );
}

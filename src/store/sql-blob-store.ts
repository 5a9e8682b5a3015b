import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { TableName } from '../tables/catalog.ts';
import { catalog } from '../tables/catalog.ts';
import type { BlobStore } from './blob-store.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** Most bytes and bodies of one statement. */
const mostBytes = 8_000_000;
const mostBodies = 200;

/** Bodies in table `mr_blob`; a body put again counts as new for `sweep`. */
export function createSqlBlobStore(executor: SqlExecutor, clock: Clock): BlobStore {
  return {
    async put(bodies) {
      const keys = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
      const byKey = new Map(keys.map((key, index) => [key, bodies[index] as Uint8Array]));
      const now = clock.now();
      const known = await touch(executor, [...byKey.keys()].sort(), now);
      const missing = [...byKey.keys()].filter((key) => !known.has(key)).sort();
      for (const group of grouped(missing, byKey)) await insert(executor, group, byKey, now);
      return keys;
    },
    async get(key) {
      const rows = await executor.arrays('select body from mr_blob where key = $1', [key]);
      return rows[0]?.[0] as Buffer | undefined;
    },
    async sweep(olderThan) {
      const used = blobColumns().map(
        ([table, column]) => `not exists (select 1 from ${quoted(table)} where ${quoted(column)} = b.key)`,
      );
      const rows = await executor.arrays(
        `with gone as (delete from mr_blob b where b.createdon < $1 and ${used.join(' and ')} returning 1) select count(*) from gone`,
        [olderThan],
      );
      return Number(rows[0]?.[0] ?? 0);
    },
  };
}

/** The keys that are there already; those an hour old or more are made young again, so that a sweep leaves them. */
async function touch(executor: SqlExecutor, keys: readonly string[], now: Date): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await executor.rows<{ key: string; old: boolean }>(
    "select key, createdon < $2::timestamptz - interval '1 hour' as old from mr_blob where key = any($1::text[]) order by key for key share",
    [keys, now],
  );
  const old = rows.filter((row) => row.old).map((row) => row.key);
  if (old.length > 0) await executor.rows('update mr_blob set createdon = $2 where key = any($1::text[])', [old, now]);
  return new Set(rows.map((row) => row.key));
}

function* grouped(keys: readonly string[], byKey: ReadonlyMap<string, Uint8Array>): Generator<readonly string[]> {
  let group: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    const size = byKey.get(key)?.length ?? 0;
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

/** Bodies travel as separate binary parameters; an array would be written out as text. */
async function insert(
  executor: SqlExecutor,
  keys: readonly string[],
  byKey: ReadonlyMap<string, Uint8Array>,
  now: Date,
): Promise<void> {
  const values: unknown[] = [now];
  const tuples = keys.map((key) => {
    const body = byKey.get(key) ?? new Uint8Array();
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    return `($${values.push(key)}, $${values.push(body.length)}, $${values.push(bytes)}, $1)`;
  });
  await executor.rows(
    `insert into mr_blob (key, size, body, createdon) values ${tuples.join(', ')}
     on conflict (key) do update set createdon = excluded.createdon`,
    values,
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

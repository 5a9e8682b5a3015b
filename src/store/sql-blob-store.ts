import { BufferPool } from '../base/buffer-pool.ts';
import type { Clock } from '../base/clock.ts';
import { newUuid } from '../base/uuid.ts';
import type { TableName } from '../tables/catalog.ts';
import { catalog } from '../tables/catalog.ts';
import { copyPieces } from './blob-pieces.ts';
import { type BlobBody, type BlobPart, type BlobStore, keyedBytes } from './blob-store.ts';
import { readStretch } from './blob-stretch.ts';
import { packBody } from './pack-body.ts';
import { packedColumn } from './packed-lines.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** Longer than any body. */
const whole = 2_000_000_000;

/** Memory for packed bodies that is kept for the next ones, bytes. */
const keptBytes = 4 * 1024 * 1024;
const memory = new BufferPool(keptBytes);

const packed = (body: Uint8Array) => packBody(Buffer.from(body.buffer, body.byteOffset, body.length), memory);

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
      await insert(executor, [...own].filter(([key]) => isMissing(key)).sort(byKey), now);
      await insertParts(executor, [...parts].filter(([key]) => !known.has(key)).sort(byKey), now);
      return keys;
    },
    async putAhead({ bytes, sha256 }) {
      const now = clock.now();
      const id = newUuid(now.getTime());
      const { parts, lines, release } = packed(bytes);
      const column = packedColumn(lines);
      const layout = column === null ? 'null' : `'{${column}}'`;
      const row = `'${sha256}', ${bytes.length}, '${id}', ${layout}, '${now.toISOString()}'`;
      await copyPieces(executor, [{ pieces: id, parts }], (copy) => [
        "select set_config('synchronous_commit', 'off', true)",
        copy,
        `insert into mr_blob (key, size, pieces, packed, createdon) values (${row}) ${keepingKnown}`,
        // Of one that was there already what was copied is not needed.
        `delete from mr_blobpiece where blob = '${id}' and not exists (select 1 from mr_blob where key = '${sha256}' and pieces = '${id}')`,
      ]);
      // Not where it failed: the connection may still be at it.
      release();
    },
    get: async (key) => (await readStretch(executor, key, 0, whole))?.bytes,
    read: (key, offset, length) => readStretch(executor, key, offset, length),
    async sweep(olderThan) {
      const used = blobColumns().map(
        ([table, column]) => `not exists (select 1 from ${quoted(table)} where ${quoted(column)} = b.key)`,
      );
      const rows = await executor.arrays(
        `with gone as (delete from mr_blob b where b.createdon < $1 and ${used.join(' and ')}
           and not exists (select 1 from mr_blob p where p.source = b.key) returning b.pieces),
         emptied as (delete from mr_blobpiece where blob = any(array(select pieces from gone where pieces is not null)))
         select count(*) from gone`,
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

/** A body that is there stays, and counts as new. */
const keepingKnown = `on conflict (key) do update set createdon = excluded.createdon, pieces = coalesce(mr_blob.pieces, excluded.pieces),
  packed = case when mr_blob.pieces is null then excluded.packed else mr_blob.packed end,
  source = null, start = null, length = null, chars = null, lineend = null`;

/** Bodies with their keys, in the order of the keys. */
async function insert(
  executor: SqlExecutor,
  bodies: readonly (readonly [string, Uint8Array])[],
  now: Date,
): Promise<void> {
  if (bodies.length === 0) return;
  const rows = bodies.map(([key, bytes]) => {
    const { parts, lines, release } = packed(bytes);
    const row = { key, size: bytes.length, pieces: newUuid(now.getTime()), packed: packedColumn(lines) };
    return { row, parts, release };
  });
  const stored = await executor.rows<{ pieces: string }>(
    `insert into mr_blob (key, size, pieces, packed, createdon)
     select key, size, pieces, packed, $2::timestamptz from json_to_recordset($1::json)
       as r(key text, size integer, pieces uuid, packed integer[])
     ${keepingKnown} returning pieces`,
    [JSON.stringify(rows.map(({ row }) => row)), now],
  );
  const isNew = new Set(stored.map(({ pieces }) => pieces));
  const fresh = rows.flatMap(({ row: { pieces }, parts }) => (isNew.has(pieces) ? [{ pieces, parts }] : []));
  if (fresh.length > 0) await copyPieces(executor, fresh);
  for (const { release } of rows) release();
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

import { pieceBytes } from './blob-pieces.ts';
import type { Base64Layout, BlobStretch } from './blob-store.ts';
import { packedLines } from './packed-lines.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { storedStretch } from './unpack-body.ts';

interface BodyRow {
  readonly size: number;
  readonly source: string | null;
  readonly start: number | null;
  readonly chars: number | null;
  readonly lineend: number | null;
  /** Three numbers for all packed lines; null where there are none. */
  readonly packed: readonly number[] | null;
  /** The bytes asked for; null of a body that stands in another one or is packed. */
  readonly bytes: Buffer | null;
}

/** The bytes of `$3` bytes from offset `$2` on: only the pieces that hold them are read. */
const stretchSql = `(select substring(string_agg(bytes, ''::bytea order by number) from $2::integer % ${pieceBytes} + 1 for $3::integer)
  from mr_blobpiece where blob = pieces and number between $2::integer / ${pieceBytes} and ($2::integer + $3::integer - 1) / ${pieceBytes})`;

/** Body columns, and the bytes asked for where they are stored as they are. */
const bodySql = `select size, source, start, chars, lineend, packed, case when packed is null then ${stretchSql} end as bytes from mr_blob where key = $1`;

/** Reads some bytes of a body; of one that stands in another body only the stretch of that one is read which holds them. */
export async function readStretch(
  executor: SqlExecutor,
  key: string,
  offset: number,
  length: number,
): Promise<BlobStretch | undefined> {
  const [row] = await executor.rows<BodyRow>(bodySql, [key, offset, length]);
  if (row === undefined) return undefined;
  const { size, source, start, chars, lineend } = row;
  if (source === null) return { bytes: await ownBytes(executor, key, row, offset, length), sizeBytes: size };
  const lines = chars === null || lineend === null ? undefined : { chars, end: lineend };
  const from = Math.min(offset, size);
  const to = Math.min(offset + length, size);
  if (to <= from) return { bytes: Buffer.alloc(0), sizeBytes: size };
  const stretch = lines === undefined ? { first: from, last: to, skip: 0 } : encodedStretch(from, to, lines);
  const [first, count] = [(start ?? 0) + stretch.first, stretch.last - stretch.first];
  const [found] = await executor.rows<BodyRow>(bodySql, [source, first, count]);
  const read = found === undefined ? Buffer.alloc(0) : await ownBytes(executor, source, found, first, count);
  const bytes = lines === undefined ? read : Buffer.from(read.toString('latin1'), 'base64');
  return { bytes: bytes.subarray(stretch.skip, stretch.skip + to - from), sizeBytes: size };
}

/** Some bytes of a body that has its own, which `row` brought unless it is packed. */
async function ownBytes(
  executor: SqlExecutor,
  key: string,
  { size, packed, bytes }: BodyRow,
  offset: number,
  length: number,
): Promise<Buffer> {
  if (packed === null) return bytes ?? Buffer.alloc(0);
  const from = Math.min(offset, size);
  const stretch = storedStretch(packedLines(packed), from, Math.min(offset + length, size));
  const [stored] = await executor.rows<{ bytes: Buffer | null }>(
    `select ${stretchSql} as bytes from mr_blob where key = $1`,
    [key, stretch.first, stretch.length],
  );
  return stretch.unpack(stored?.bytes ?? Buffer.alloc(0));
}

/** Where in base64 the whole groups stand that hold the bytes `from` to `to` (at least one), and how many bytes before them come along. Pure. */
export function encodedStretch(
  from: number,
  to: number,
  { chars, end }: Base64Layout,
): { readonly first: number; readonly last: number; readonly skip: number } {
  const placeOf = (character: number): number => character + Math.floor(character / chars) * end;
  const firstGroup = Math.floor(from / 3);
  const groups = Math.ceil(to / 3);
  return {
    first: placeOf(firstGroup * 4),
    last: placeOf(groups * 4 - 1) + 1,
    skip: from - firstGroup * 3,
  };
}

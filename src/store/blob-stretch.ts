import { pieceBytes } from './blob-pieces.ts';
import type { Base64Layout, BlobStretch } from './blob-store.ts';
import type { SqlExecutor } from './sql-executor.ts';

interface BodyRow {
  readonly size: number;
  readonly source: string | null;
  readonly start: number | null;
  readonly chars: number | null;
  readonly lineend: number | null;
  /** The bytes asked for; null of a body that stands in another one. */
  readonly bytes: Buffer | null;
}

/** The bytes of `$3` bytes from offset `$2` on: only the pieces that hold them are read. */
const stretchSql = `(select substring(string_agg(bytes, ''::bytea order by number) from $2::integer % ${pieceBytes} + 1 for $3::integer)
  from mr_blobpiece where blob = pieces and number between $2::integer / ${pieceBytes} and ($2::integer + $3::integer - 1) / ${pieceBytes})`;

/** Reads some bytes of a body; of one that stands in another body only the stretch of that one is read which holds them. */
export async function readStretch(
  executor: SqlExecutor,
  key: string,
  offset: number,
  length: number,
): Promise<BlobStretch | undefined> {
  const [row] = await executor.rows<BodyRow>(
    `select size, source, start, chars, lineend, ${stretchSql} as bytes from mr_blob where key = $1`,
    [key, offset, length],
  );
  if (row === undefined) return undefined;
  const { size, source, start, chars, lineend } = row;
  if (source === null) return { bytes: row.bytes ?? Buffer.alloc(0), sizeBytes: size };
  const lines = chars === null || lineend === null ? undefined : { chars, end: lineend };
  const from = Math.min(offset, size);
  const to = Math.min(offset + length, size);
  if (to <= from) return { bytes: Buffer.alloc(0), sizeBytes: size };
  const stretch = lines === undefined ? { first: from, last: to, skip: 0 } : encodedStretch(from, to, lines);
  const [found] = await executor.rows<{ bytes: Buffer }>(`select ${stretchSql} as bytes from mr_blob where key = $1`, [
    source,
    (start ?? 0) + stretch.first,
    stretch.last - stretch.first,
  ]);
  const read = found?.bytes ?? Buffer.alloc(0);
  const bytes = lines === undefined ? read : Buffer.from(read.toString('latin1'), 'base64');
  return { bytes: bytes.subarray(stretch.skip, stretch.skip + to - from), sizeBytes: size };
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

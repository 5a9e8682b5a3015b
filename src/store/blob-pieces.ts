import type { SqlExecutor } from './sql-executor.ts';

/** Bytes of a piece, all but the last of a body: a row of it fills a page of PostgreSQL (8,192 bytes). */
export const pieceBytes = 8000;

/** Bytes to be written and the id of their pieces. */
export interface NewBody {
  /** UUID. */
  readonly pieces: string;
  /** One behind the other. */
  readonly parts: readonly Buffer[];
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = Buffer.from([0xff, 0xff]);

const statement = 'copy mr_blobpiece (blob, number, bytes) from stdin (format binary)';

/**
 * Writes bodies as rows of `mr_blobpiece` with COPY in binary form. As one value each, PostgreSQL would hold a large body several times
 * and store it in four times as many rows. `among` puts the statement among others, which go to the server together, without parameters,
 * as one transaction.
 */
export function copyPieces(
  executor: SqlExecutor,
  bodies: readonly NewBody[],
  among: (copy: string) => readonly string[] = (copy) => [copy],
): Promise<void> {
  return executor.copy(among(statement).join('; '), [signature, ...bodies.flatMap(rowsOf), trailer]);
}

/** Three fields a row, each behind its length: a UUID, an integer, bytes. */
function rowsOf({ pieces, parts }: NewBody): Buffer[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const id = Buffer.from(pieces.replaceAll('-', ''), 'hex');
  const rows: Buffer[] = [];
  const heads = Buffer.allocUnsafe(Math.ceil(length / pieceBytes) * headBytes);
  let written = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; ) {
      const inPiece = written % pieceBytes;
      if (inPiece === 0) {
        const number = written / pieceBytes;
        const head = heads.subarray(number * headBytes, (number + 1) * headBytes);
        head.writeInt16BE(3, 0);
        head.writeInt32BE(16, 2);
        id.copy(head, 6);
        head.writeInt32BE(4, 22);
        head.writeInt32BE(number, 26);
        head.writeInt32BE(Math.min(pieceBytes, length - written), 30);
        rows.push(head);
      }
      const bytes = part.subarray(at, at + pieceBytes - inPiece);
      rows.push(bytes);
      at += bytes.length;
      written += bytes.length;
    }
  }
  return rows;
}

/** Bytes of a row before its piece. */
const headBytes = 34;

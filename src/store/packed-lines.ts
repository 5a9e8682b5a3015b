/** Base64 in lines of one length, each with CRLF at its end, that is stored as the bytes it stands for. */
export interface PackedLines {
  /** Where its first line begins in the body, bytes. */
  readonly start: number;
  /** How many lines. */
  readonly count: number;
  /** Characters of a line, a multiple of four. */
  readonly chars: number;
}

/** CRLF. */
export const lineEndBytes = 2;

/** Bytes of a line of `chars` characters in the body. */
export const lineBytes = (chars: number): number => chars + lineEndBytes;

/** Bytes that are stored for it. */
export const storedLineBytes = (chars: number): number => (chars * 3) / 4;

/** Lines as column `packed` of `mr_blob` holds them, three numbers each; null where there are none. */
export function packedColumn(lines: readonly PackedLines[]): readonly number[] | null {
  return lines.length === 0 ? null : lines.flatMap(({ start, count, chars }) => [start, count, chars]);
}

/** The lines that the column holds. */
export function packedLines(column: readonly number[]): readonly PackedLines[] {
  const lines: PackedLines[] = [];
  for (let at = 0; at < column.length; at += 3) {
    const [start = 0, count = 0, chars = 0] = column.slice(at, at + 3);
    lines.push({ start, count, chars });
  }
  return lines;
}

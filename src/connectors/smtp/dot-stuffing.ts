const lf = 10;
const cr = 13;
const dot = 46;
const lineEnd = Buffer.from('\r\n');
const lastLine = Buffer.from('.\r\n');

/**
 * Turns a message into what goes over the wire after DATA, piece by piece: lines that begin with a dot get another, lone CR and LF
 * become CRLF, and the end is a line with a dot alone (RFC 5321 4.5.2, 2.3.8).
 */
export class DotStuffing {
  /** The last byte given so far; a message begins as if a line had just ended. */
  #last = lf;

  /** The next piece. */
  piece(bytes: Buffer): Buffer {
    const additions = this.#additions(bytes);
    return additions.length === 0 ? bytes : insert(bytes, additions);
  }

  /** What ends the message. */
  end(): Buffer {
    if (this.#last === lf) return lastLine;
    return Buffer.concat(this.#last === cr ? [lineEnd.subarray(1), lastLine] : [lineEnd, lastLine]);
  }

  /** Where a byte must be put in, and which: pairs of position and byte, in order. */
  #additions(bytes: Buffer): number[] {
    const additions: number[] = [];
    let last = this.#last;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (last === cr && byte !== lf) {
        additions.push(at, lf);
        last = lf;
      }
      if (byte === lf && last !== cr) additions.push(at, cr);
      else if (byte === dot && last === lf) additions.push(at, dot);
      last = byte;
    }
    this.#last = last;
    return additions;
  }
}

function insert(bytes: Buffer, additions: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(bytes.length + additions.length / 2);
  let from = 0;
  let to = 0;
  for (let index = 0; index < additions.length; index += 2) {
    const at = additions[index] as number;
    to += bytes.copy(out, to, from, at);
    out[to] = additions[index + 1] as number;
    to += 1;
    from = at;
  }
  bytes.copy(out, to, from);
  return out;
}

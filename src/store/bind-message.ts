import type pg from 'pg';

/** From this size on a parameter goes to the socket as it is, bytes. */
const largeBytes = 65_536;

/** What the client makes a Bind message of. */
export interface BindConfig {
  readonly portal?: string;
  readonly statement?: string;
  readonly values?: readonly unknown[];
  readonly valueMapper: (value: unknown, index: number) => unknown;
}

/** True for a parameter that is written from where it lies. */
export const isLarge = (value: unknown): value is Buffer => Buffer.isBuffer(value) && value.length >= largeBytes;

/** Writes the message Bind of the PostgreSQL protocol 3.0 (binary for bytes, text for the rest, results as text), and `after` it in the same piece. */
export function writeBind(connection: pg.Connection, config: BindConfig, after?: Buffer): void {
  const values = (config.values ?? []).map(config.valueMapper);
  const isBinary = values.map((value) => Buffer.isBuffer(value));
  const bodies = values.map((value) => {
    if (value === null || value === undefined) return undefined;
    return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
  });
  const pieces: Buffer[] = [Buffer.from(`${config.portal ?? ''}\0${config.statement ?? ''}\0`)];
  pieces.push(int16(values.length), ...isBinary.map((binary) => int16(binary ? 1 : 0)), int16(values.length));
  for (const body of bodies) pieces.push(int32(body?.length ?? -1), ...(body === undefined ? [] : [body]));
  pieces.push(int16(1), int16(0));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 4);
  let small: Buffer[] = [Buffer.from('B'), int32(length)];
  for (const piece of pieces) {
    if (!isLarge(piece)) {
      small.push(piece);
      continue;
    }
    connection.stream.write(Buffer.concat(small));
    connection.stream.write(piece);
    small = [];
  }
  if (after !== undefined) small.push(after);
  connection.stream.write(Buffer.concat(small));
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

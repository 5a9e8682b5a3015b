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

/**
 * Writes the message Bind of the PostgreSQL protocol 3.0 (binary for bytes, text for the rest, results as text), and `after` it in the
 * same piece. All but large parameters goes into one buffer.
 */
export function writeBind(connection: pg.Connection, config: BindConfig, after?: Buffer): void {
  const values = (config.values ?? []).map((value, index) => bodyOf(config.valueMapper(value, index)));
  const names = `${config.portal ?? ''}\0${config.statement ?? ''}\0`;
  const sizes = values.map(sizeOf);
  // Lengths and counts: 4, then 2 and 2 a format, 2 and 4 a parameter, 4 for the form of the results.
  const length = 12 + Buffer.byteLength(names) + values.length * 6 + sizes.reduce((sum, size) => sum + size, 0);
  const apart = values.reduce<number>((sum, value) => (isLarge(value) ? sum + value.length : sum), 0);
  const bytes = Buffer.allocUnsafe(1 + length - apart + (after?.length ?? 0));
  let at = bytes.writeInt32BE(length, bytes.write('B', 'latin1'));
  at += bytes.write(names, at);
  at = bytes.writeInt16BE(values.length, at);
  for (const value of values) at = bytes.writeInt16BE(Buffer.isBuffer(value) ? 1 : 0, at);
  at = bytes.writeInt16BE(values.length, at);
  let sent = 0;
  values.forEach((value, index) => {
    at = bytes.writeInt32BE(value === undefined ? -1 : (sizes[index] ?? 0), at);
    if (value === undefined) return;
    if (isLarge(value)) {
      connection.stream.write(bytes.subarray(sent, at));
      connection.stream.write(value);
      sent = at;
    } else at += Buffer.isBuffer(value) ? value.copy(bytes, at) : bytes.write(value, at);
  });
  at = bytes.writeInt16BE(0, bytes.writeInt16BE(1, at));
  after?.copy(bytes, at);
  connection.stream.write(bytes.subarray(sent));
}

function bodyOf(value: unknown): string | Buffer | undefined {
  if (value === null || value === undefined) return undefined;
  return Buffer.isBuffer(value) ? value : String(value);
}

function sizeOf(value: string | Buffer | undefined): number {
  if (value === undefined) return 0;
  return Buffer.isBuffer(value) ? value.length : Buffer.byteLength(value);
}

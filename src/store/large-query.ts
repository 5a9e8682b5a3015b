import pg from 'pg';

/** What runs statements: a pool, or one connection. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** From this size on a parameter goes to the socket as it is, bytes. */
const largeBytes = 65_536;

type Submit = (connection: pg.Connection) => unknown;
type WithCallback = (query: pg.Submittable, done: (error: Error | undefined, result: pg.QueryResult) => void) => void;

/** What the client makes a Bind message of. */
interface BindConfig {
  readonly portal?: string;
  readonly statement?: string;
  readonly values?: readonly unknown[];
  readonly valueMapper: (value: unknown, index: number) => unknown;
}

/** Runs a statement. The client copies its parameters into a message; large ones would thus take their memory twice, so they are written from where they lie. */
export function runQuery(target: Queryable, config: pg.QueryConfig): Promise<pg.QueryResult> {
  if (!(config.values ?? []).some(isLarge)) return target.query(config);
  const query = new pg.Query(config);
  const submit = query.submit.bind(query) as Submit;
  query.submit = ((connection) => {
    const bind = (values: BindConfig): void => writeBind(connection, values);
    return submit(Object.create(connection, { bind: { value: bind } }) as pg.Connection);
  }) as Submit as typeof query.submit;
  return new Promise((resolve, reject) => {
    const run = target.query.bind(target) as unknown as WithCallback;
    run(query, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

const isLarge = (value: unknown): value is Buffer => Buffer.isBuffer(value) && value.length >= largeBytes;

/** The message Bind of the PostgreSQL protocol 3.0: binary for bytes, text for the rest, results as text. */
function writeBind(connection: pg.Connection, config: BindConfig): void {
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

import pg from 'pg';

/** Bytes of one message CopyData, at least, unless it is the last: large enough that messages cost nothing, small enough that the server, which takes memory for the whole of one, need not have it anew from the system each time. */
const messageBytes = 65_536;

type Submit = (connection: pg.Connection) => unknown;

/** What the client's query does with COPY. */
interface QueryInside {
  submit: Submit;
  handleCopyInResponse(connection: pg.Connection): void;
}

/**
 * A statement COPY ... FROM STDIN and its data, sent in one go (PostgreSQL protocol 3.0, simple query and CopyData): where the statement
 * fails, the server leaves out the data that comes behind it. The pieces are written from where they lie.
 */
export function copyQuery(text: string, data: readonly Buffer[]): pg.Submittable {
  const query = new pg.Query({ text });
  const inside = query as unknown as QueryInside;
  const submit = inside.submit.bind(query);
  inside.handleCopyInResponse = () => undefined;
  inside.submit = (connection) => {
    const { stream } = connection;
    stream.cork();
    const refused = submit(connection);
    for (const message of messagesOf(data)) {
      stream.write(messageHead('d', message));
      for (const piece of message) stream.write(piece);
    }
    stream.write(messageHead('c', []));
    stream.uncork();
    return refused;
  };
  return query;
}

function* messagesOf(data: readonly Buffer[]): Generator<readonly Buffer[]> {
  let message: Buffer[] = [];
  let bytes = 0;
  for (const piece of data) {
    message.push(piece);
    bytes += piece.length;
    if (bytes < messageBytes) continue;
    yield message;
    message = [];
    bytes = 0;
  }
  if (message.length > 0) yield message;
}

/** The letter of a message and its length. */
function messageHead(letter: string, pieces: readonly Buffer[]): Buffer {
  const head = Buffer.allocUnsafe(5);
  head.write(letter, 'latin1');
  head.writeInt32BE(
    pieces.reduce((sum, piece) => sum + piece.length, 4),
    1,
  );
  return head;
}

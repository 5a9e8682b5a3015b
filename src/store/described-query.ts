import pg from 'pg';
import { type BindConfig, writeBind } from './bind-message.ts';

type Submit = (connection: pg.Connection) => unknown;

/** What the client's result keeps of a description: the columns, how to read each, and an empty row. */
interface Description {
  fields: readonly unknown[];
  _parsers: readonly unknown[];
  _prebuiltEmptyResultObject: object | null;
}

/** What the client's query does with a description. */
interface QueryInside {
  readonly _result: Description;
  _accumulateRows: boolean;
  submit: Submit;
  handleRowDescription(message: unknown): void;
}

/** Descriptions of the statements that a connection has prepared, by their names. */
const known = new WeakMap<pg.Connection, Map<string, Description>>();
/** Execute (the unnamed portal, all rows) and Sync, PostgreSQL protocol 3.0. */
const executeAndSync = Buffer.from('450000000900000000005300000004', 'hex');

/**
 * A named statement. The client has the server describe the result each time, though it never changes while the statement is
 * prepared: for a row of a hundred columns that costs both sides more than the row. Here it is described once a connection; from then
 * on all there is to say goes in one piece.
 */
export function describedQuery(config: pg.QueryConfig & { readonly name: string }): pg.Submittable {
  const query = new pg.Query(config);
  const inside = query as unknown as QueryInside;
  const submit = inside.submit.bind(query);
  inside.submit = (connection) => {
    const description = known.get(connection)?.get(config.name);
    if (description !== undefined) {
      Object.assign(inside._result, description);
      inside._accumulateRows = true;
      return submit(inOnePiece(connection));
    }
    const describe = inside.handleRowDescription.bind(query);
    inside.handleRowDescription = (message) => {
      describe(message);
      const { fields, _parsers, _prebuiltEmptyResultObject } = inside._result;
      const statements = known.get(connection) ?? new Map<string, Description>();
      known.set(connection, statements.set(config.name, { fields, _parsers, _prebuiltEmptyResultObject }));
    };
    return submit(connection);
  };
  return query;
}

/** The connection as the client's query uses it: Bind, Execute and Sync are written together, Describe is left out. */
function inOnePiece(connection: pg.Connection): pg.Connection {
  let isSent = false;
  const bind = (bound: BindConfig): void => {
    writeBind(connection, bound, executeAndSync);
    isSent = true;
  };
  // After a parameter that could not be written, the client still syncs.
  const sync = (): void => (isSent ? undefined : (connection as unknown as { sync(): void }).sync());
  const none = { value: () => undefined };
  return Object.create(connection, {
    bind: { value: bind },
    describe: none,
    execute: none,
    sync: { value: sync },
  }) as pg.Connection;
}

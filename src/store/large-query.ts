import pg from 'pg';
import { type BindConfig, isLarge, writeBind } from './bind-message.ts';
import { copyQuery } from './copy-query.ts';
import { describedQuery } from './described-query.ts';

/** What runs statements: a pool, or one connection. */
export type Queryable = Pick<pg.Pool, 'query'>;

type Submit = (connection: pg.Connection) => unknown;
type WithCallback = (query: pg.Submittable, done: (error: Error | undefined, result: pg.QueryResult) => void) => void;

/** A statement, or a COPY with its data. */
export type Statement = pg.QueryConfig & {
  readonly copied?: readonly Buffer[];
  /** Time for the answer, milliseconds; that of the pool when absent. */
  readonly query_timeout?: number;
};

/** Runs a statement. The client copies its parameters into a message; large ones would thus take their memory twice, so they are written from where they lie. */
export function runQuery(target: Queryable, config: Statement): Promise<pg.QueryResult> {
  const { name, query_timeout } = config;
  const submit = (query: pg.Submittable): Promise<pg.QueryResult> =>
    submitted(target, Object.assign(query, { query_timeout }));
  if (config.copied !== undefined) return submit(copyQuery(config.text, config.copied));
  if ((config.values ?? []).some(isLarge)) return submit(largeQuery(config));
  return name === undefined ? target.query(config) : submit(describedQuery({ ...config, name }));
}

function largeQuery(config: pg.QueryConfig): pg.Submittable {
  const query = new pg.Query(config);
  const submit = query.submit.bind(query) as Submit;
  query.submit = ((connection) => {
    const bind = (values: BindConfig): void => writeBind(connection, values);
    return submit(Object.create(connection, { bind: { value: bind } }) as pg.Connection);
  }) as Submit as typeof query.submit;
  return query;
}

function submitted(target: Queryable, query: pg.Submittable): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const run = target.query.bind(target) as unknown as WithCallback;
    run(query, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

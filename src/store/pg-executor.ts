import type pg from 'pg';
import { MailroomError } from '../base/errors.ts';
import type { SqlExecutor } from './sql-executor.ts';
import type { StatementNames } from './statement-names.ts';
import { asStoreError } from './store-errors.ts';

type Queryable = Pick<pg.Pool, 'query'>;

/** What runs statements, and the transactions of its kind. */
export interface ExecutorParts {
  readonly target: Queryable;
  readonly names: StatementNames;
  readonly within: SqlExecutor['within'] | undefined;
  /** Throws when the executor may no longer be used. */
  readonly guard?: () => void;
}

/** An executor over a pool (statements side by side) or one connection (one after the other). */
export function createExecutor(parts: ExecutorParts): SqlExecutor {
  const run = async (text: string, values: readonly unknown[], rowMode?: 'array'): Promise<unknown[]> => {
    parts.guard?.();
    try {
      const name = parts.names.nameOf(text);
      const config = { text, values: values as unknown[], ...(name ? { name } : {}), ...(rowMode ? { rowMode } : {}) };
      return (await parts.target.query(config as pg.QueryConfig)).rows;
    } catch (thrown) {
      throw asStoreError(thrown);
    }
  };
  const executor: SqlExecutor = {
    rows: (text, values = []) => run(text, values) as Promise<never>,
    arrays: (text, values = []) => run(text, values, 'array') as Promise<never>,
    within: parts.within ?? ((work) => work(executor)),
  };
  return executor;
}

/** The same connection with its statements queued, since a connection runs one at a time. */
export function oneAtATime(client: pg.PoolClient): Queryable {
  let last: Promise<unknown> = Promise.resolve();
  const query = (config: pg.QueryConfig): Promise<pg.QueryResult> => {
    const next = last.then(() => client.query(config));
    last = next.catch(() => undefined);
    return next;
  };
  return { query } as unknown as Queryable;
}

/** Thrown by the guard of an executor whose transaction has ended. */
export function transactionEnded(): MailroomError {
  return new MailroomError('A statement came after its transaction had ended; a promise was not awaited.', {
    code: '80040216',
    kind: 'internal',
  });
}

import type pg from 'pg';
import { MailroomError } from '../base/errors.ts';
import { type Queryable, runQuery, type Statement } from './large-query.ts';
import type { SqlExecutor } from './sql-executor.ts';
import type { StatementNames } from './statement-names.ts';
import { asStoreError } from './store-errors.ts';

/** Runs one statement. */
export type RunStatement = (statement: Statement) => Promise<pg.QueryResult>;

/** What runs statements, and the transactions of its kind. */
export interface ExecutorParts {
  readonly runStatement: RunStatement;
  readonly names: StatementNames;
  readonly within: SqlExecutor['within'] | undefined;
  /** Throws when the executor may no longer be used. */
  readonly guard?: () => void;
}

/** An executor over a pool (statements side by side) or one connection (one after the other). */
export function createExecutor(parts: ExecutorParts): SqlExecutor {
  const send = async (statement: Statement): Promise<unknown[]> => {
    parts.guard?.();
    try {
      return (await parts.runStatement(statement)).rows;
    } catch (thrown) {
      throw asStoreError(thrown);
    }
  };
  const run = (text: string, values: readonly unknown[], rowMode?: 'array'): Promise<unknown[]> => {
    const name = parts.names.nameOf(text);
    const config = { text, values: values as unknown[], ...(name ? { name } : {}), ...(rowMode ? { rowMode } : {}) };
    return send(config as Statement);
  };
  const executor: SqlExecutor = {
    rows: (text, values = []) => run(text, values) as Promise<never>,
    arrays: (text, values = []) => run(text, values, 'array') as Promise<never>,
    copy: async (text, data) => void (await send({ text, copied: data })),
    within: parts.within ?? ((work) => work(executor)),
  };
  return executor;
}

/**
 * The same connection with its statements queued, since a connection runs one at a time. After one that failed none is sent any more:
 * all fail as the first did, which names the cause. `guard` is asked again when a statement's turn comes, so that none that waited
 * is sent behind the rollback, where it would stand for itself.
 */
export function oneAtATime(client: Queryable, guard: () => void): RunStatement {
  let last: Promise<unknown> = Promise.resolve();
  return (config) => {
    const next = last.then(() => {
      guard();
      return runQuery(client, config);
    });
    last = next;
    last.catch(() => undefined);
    return next;
  };
}

/** Thrown by the guard of an executor whose transaction has ended. */
export function transactionEnded(): MailroomError {
  return new MailroomError('A statement came after its transaction had ended; a promise was not awaited.', {
    code: '80040216',
    kind: 'internal',
  });
}

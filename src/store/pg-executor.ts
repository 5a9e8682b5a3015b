import type pg from 'pg';
import { MailroomError } from '../base/errors.ts';
import { runQuery, type Statement } from './large-query.ts';
import type { SqlExecutor } from './sql-executor.ts';
import type { StatementNames } from './statement-names.ts';
import { asStoreError } from './store-errors.ts';
import { streamOf } from './stream-of.ts';

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

/** What runs the statements of one transaction. */
export interface TransactionRunner {
  readonly run: RunStatement;
  /** Resolves when all statements are answered; rejects as the first that failed did. */
  settled(): Promise<void>;
}

/**
 * Runs statements on one connection in pipeline mode, in the order in which they come and without one waiting for the answer to another:
 * those of one tick go to the server in one write. After one that failed the server refuses those behind it, and none is sent any more:
 * all fail as the first did, which names the cause. `guard` throws once the transaction has ended,
 * and is asked before each. `patienceMs` is the longest that one statement may take, milliseconds.
 */
export function inOrder(client: pg.PoolClient, guard: () => void, patienceMs: number): TransactionRunner {
  const stream = streamOf(client);
  let failure: { readonly cause: unknown } | undefined;
  let unanswered = 0;
  /** Of all statements so far. */
  let last: Promise<unknown> = Promise.resolve();
  const answer = async (statement: Statement, before: Promise<unknown>): Promise<pg.QueryResult> => {
    try {
      return await runQuery(client, statement);
    } catch (thrown) {
      // Of two that are answered at once the client may tell the later one first.
      await before;
      failure ??= { cause: thrown };
      throw failure.cause;
    } finally {
      unanswered -= 1;
    }
  };
  return {
    async run(statement) {
      guard();
      if (failure !== undefined) throw failure.cause;
      unanswered += 1;
      stream.cork();
      process.nextTick(() => stream.uncork());
      // The client counts from now on, also while the server is at those before.
      const answered = answer({ ...statement, query_timeout: unanswered * patienceMs }, last);
      last = Promise.allSettled([last, answered]);
      return answered;
    },
    async settled() {
      await last;
      if (failure !== undefined) throw asStoreError(failure.cause);
    },
  };
}

/** Thrown by the guard of an executor whose transaction has ended. */
export function transactionEnded(): MailroomError {
  return new MailroomError('A statement came after its transaction had ended; a promise was not awaited.', {
    code: '80040216',
    kind: 'internal',
  });
}

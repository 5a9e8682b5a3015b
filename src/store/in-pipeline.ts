import type pg from 'pg';
import { runQuery } from './large-query.ts';
import { createExecutor, type ExecutorParts } from './pg-executor.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { asStoreError, isConnectionLoss } from './store-errors.ts';
import { streamOf } from './stream-of.ts';

/**
 * Runs `work` on one connection of a pool in pipeline mode: what it asks for at once goes to the server in one write, and the server
 * is woken once. Each statement is a transaction of its own; transactions of `work` run elsewhere. Throws MailroomErrors only.
 */
export async function inPipeline<T>(
  pool: pg.Pool,
  parts: Pick<ExecutorParts, 'names' | 'within'>,
  work: (executor: SqlExecutor) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((thrown: unknown) => {
    throw asStoreError(thrown);
  });
  let lost: unknown;
  const running: Promise<unknown>[] = [];
  const executor = createExecutor({
    ...parts,
    runStatement: (statement) => {
      const answered = runQuery(client, statement);
      const noted = answered.catch((thrown: unknown) => {
        if (isConnectionLoss(thrown)) lost = thrown;
      });
      running.push(noted);
      return answered;
    },
  });
  const stream = streamOf(client);
  stream.cork();
  setImmediate(() => stream.uncork());
  try {
    return await work(executor);
  } finally {
    // One that failed may have others behind it that are not answered yet.
    await Promise.all(running);
    client.release(lost !== undefined);
  }
}

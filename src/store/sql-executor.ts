/** Runs SQL on one connection or, between transactions, on any of the pool. Throws MailroomErrors only. */
export interface SqlExecutor {
  /** Rows as objects by output name. */
  rows<R>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** Rows as arrays in output order. */
  arrays(text: string, values?: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  /** Runs `work` in a transaction: the open one, or one of its own. */
  within<T>(work: (executor: SqlExecutor) => Promise<T>): Promise<T>;
}

/** Runs SQL on one connection or, between transactions, on any of the pool. Throws MailroomErrors only. */
export interface SqlExecutor {
  /** Rows as objects by output name. */
  rows<R>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** Rows as arrays in output order. */
  arrays(text: string, values?: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  /** Carries out a statement COPY ... FROM STDIN, or several of which one is that, with its data, which is not to change before the promise has settled. */
  copy(text: string, data: readonly Buffer[]): Promise<void>;
  /** Runs `work` in a transaction: the open one, or one of its own. */
  within<T>(work: (executor: SqlExecutor) => Promise<T>): Promise<T>;
}

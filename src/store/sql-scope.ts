/** What runs a statement: the database, or a scope of it. */
export interface SqlScope {
  /** Plain SQL with `$n` parameters, for internal tables only. Throws MailroomError when the store fails. */
  sql<R>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
}

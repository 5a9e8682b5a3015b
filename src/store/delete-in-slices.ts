import type { Database } from './database.ts';

/** Rows deleted in one statement, at most: nobody waits long for their locks. */
const rowsAtOnce = 5000;

/** Runs a deletion that takes `$1`, and as `$2` the rows of one statement at most, until it finds fewer; answers how many went. It returns a row for each that went, and is to leave out what others have locked, so that several processes may run it at once. Throws store errors; what was deleted before stays so. */
export async function deleteInSlices(
  database: Pick<Database, 'sql'>,
  statement: string,
  before: Date | string,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const gone = await database.sql(statement, [before, rowsAtOnce]);
    deleted += gone.length;
    if (gone.length < rowsAtOnce) return deleted;
  }
}

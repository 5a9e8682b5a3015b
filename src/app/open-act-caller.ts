import type { Clock } from '../base/clock.ts';
import type { OpenActCaller } from '../pipelines/synchronization/act-caller.ts';
import { findClashes } from '../rules/find-clashes.ts';
import { createRuledReads } from '../rules/ruled-reads.ts';
import { createRuledStore } from '../rules/ruled-store.ts';
import type { RuleCaller } from '../rules/table-rules.ts';
import type { Database, StoreScope } from '../store/database.ts';

export interface ActCallerOptions {
  readonly database: Database;
  /** Who a user is and what they may do; undefined when gone or disabled. */
  readonly callerOf: (systemuserid: string) => Promise<RuleCaller | undefined>;
  readonly onMailboxesTouched: () => void;
  readonly clock: Clock;
}

/** Gives synchronisation the tables as a user sees them, and writes in the user's name under the rules (AC-06). */
export function createOpenActCaller(options: ActCallerOptions): OpenActCaller {
  const { database, clock } = options;
  return async (systemuserid) => {
    const caller = await options.callerOf(systemuserid);
    if (caller === undefined) return undefined;
    const reads = createRuledReads(database, caller);
    return {
      records: {
        ...reads,
        // Whose an address is, the engine knows for everybody (AD-01).
        retrieveMultiple: (query) =>
          query.table === 'emailsearch' ? database.records.retrieveMultiple(query) : reads.retrieveMultiple(query),
      },
      clashes: (wanted) => findClashes(reads, { ...wanted, exceptId: undefined }),
      fetch: (fetch) => reads.fetch(fetch),
      async write(work) {
        const touched = new Set<string>();
        const result = await database.transaction((scope) => {
          touched.clear();
          const onMailboxesTouched = (ids: readonly string[]): void => {
            for (const id of ids) touched.add(id);
          };
          const store = createRuledStore({ database: within(scope), caller, clock, onMailboxesTouched });
          // One look at the organisation's settings for all that is written.
          return store.together((joined) =>
            work(
              {
                ...joined,
                retrieveMultiple: (query) =>
                  query.table === 'emailsearch'
                    ? scope.records.retrieveMultiple(query)
                    : joined.retrieveMultiple(query),
              },
              scope,
            ),
          );
        });
        if (touched.size > 0) options.onMailboxesTouched();
        return result;
      },
    };
  };
}

/** A transaction that is open already, as a database: what is written joins it. */
function within(scope: StoreScope): Database {
  return { ...scope, transaction: (work) => work(scope), pipelined: (work) => work(scope), close: async () => {} };
}

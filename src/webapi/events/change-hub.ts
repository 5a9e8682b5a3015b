import type { Clock } from '../../base/clock.ts';
import { asMailroomError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { StoreScope } from '../../store/database.ts';
import { changedIdsSince, currentChangeCursor } from '../../store/watch-changes.ts';
import type { TableName } from '../../tables/catalog.ts';

/** Rows of one table that changed or went. */
export interface TableChange {
  readonly table: TableName;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Tells listeners of changes; each table is looked at once for all who listen, and not at all when nobody does. */
export interface ChangeHub {
  /** Resolves once changes from now on will be told; returns the way to end it. */
  listen(tables: readonly TableName[], tell: (change: TableChange) => void): Promise<() => void>;
  stop(): Promise<void>;
}

/** Time between two looks, milliseconds. */
const lookMs = 1000;
/** Most rows told at once. */
const mostRows = 500;

interface Watched {
  cursor: string;
  readonly listeners: Set<(change: TableChange) => void>;
}

/** Makes the hub; it looks at the database only while someone listens. */
export function createChangeHub(sql: StoreScope['sql'], clock: Clock, log: Log): ChangeHub {
  const watched = new Map<TableName, Watched>();
  const ending = new AbortController();
  let loop: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    for (const [table, entry] of watched) {
      const found = await changedIdsSince(sql, table, entry.cursor, mostRows);
      entry.cursor = found.cursor;
      if (found.entries.length === 0) continue;
      const ids = (gone: boolean) => [
        ...new Set(found.entries.filter((one) => one.isDeleted === gone).map((one) => one.id)),
      ];
      for (const tell of entry.listeners) tell({ table, changed: ids(false), removed: ids(true) });
    }
  };
  const run = async (): Promise<void> => {
    while (watched.size > 0 && !ending.signal.aborted) {
      await look().catch((error: unknown) => {
        log.warn({ err: asMailroomError(error) }, 'changes could not be read; the next look tries again');
      });
      await clock.sleep(lookMs, ending.signal);
    }
    loop = undefined;
  };
  return {
    listen: async (tables, tell) => {
      const cursor = await currentChangeCursor(sql);
      for (const table of tables) {
        const entry = watched.get(table) ?? { cursor, listeners: new Set() };
        entry.listeners.add(tell);
        watched.set(table, entry);
      }
      loop ??= run();
      return () => {
        for (const table of tables) {
          const entry = watched.get(table);
          entry?.listeners.delete(tell);
          if (entry?.listeners.size === 0) watched.delete(table);
        }
      };
    },
    stop: async () => {
      ending.abort();
      await loop;
    },
  };
}

/** Hears of changed rows as they happen (`/api/events`). */
export interface Live {
  /** Wants to hear of a table from now on, until what it returns is called. */
  watch(table: string): () => void;
  /** Opens the stream again: one that was refused does not come back by itself. */
  renew(): void;
  stop(): void;
}

interface Change {
  readonly table: string;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Most tables that one stream tells of. */
const mostTables = 20;
/** Pages name their tables one after the other; the stream is opened once for all, milliseconds. */
const gatherMs = 150;

/**
 * Opens one stream for all tables that were named; `onChange` is told the table, `onReady` that a stream begins: what changed between the
 * reading of a list and that moment, or while there was no connection, nobody tells, so that all is read anew.
 */
export function createLive(onChange: (table: string) => void, onReady: () => void): Live {
  /** How many parts of the page look at each table; one that nobody looks at stays while there is room. */
  const watchers = new Map<string, number>();
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    stream?.close();
    const next = new EventSource(`/api/events?tables=${[...watchers.keys()].join(',')}`);
    next.addEventListener('ready', onReady);
    next.addEventListener('change', (event) => {
      const { table } = JSON.parse((event as MessageEvent<string>).data) as Change;
      onChange(table);
    });
    stream = next;
  };
  return {
    watch(table) {
      const before = watchers.get(table);
      if (before === undefined) {
        for (const [other, count] of watchers) if (count === 0 && watchers.size >= mostTables) watchers.delete(other);
        if (watchers.size >= mostTables) return () => undefined;
        clearTimeout(timer);
        timer = setTimeout(open, gatherMs);
      }
      watchers.set(table, (before ?? 0) + 1);
      return () => watchers.set(table, Math.max(0, (watchers.get(table) ?? 0) - 1));
    },
    renew() {
      if (watchers.size > 0) open();
    },
    stop() {
      clearTimeout(timer);
      stream?.close();
      watchers.clear();
    },
  };
}

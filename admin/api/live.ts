/** Hears of changed rows as they happen (`/api/events`). */
export interface Live {
  /** Wants to hear of a table from now on. */
  watch(table: string): void;
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

/** Opens one stream for all tables that were named; `onChange` is told the table, `onReconnect` when changes may have been missed. */
export function createLive(onChange: (table: string) => void, onReconnect: () => void): Live {
  const tables = new Set<string>();
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    stream?.close();
    let wasReady = false;
    const next = new EventSource(`/api/events?tables=${[...tables].join(',')}`);
    next.addEventListener('ready', () => {
      if (wasReady) onReconnect();
      wasReady = true;
    });
    next.addEventListener('change', (event) => {
      const { table } = JSON.parse((event as MessageEvent<string>).data) as Change;
      onChange(table);
    });
    stream = next;
  };
  return {
    watch(table) {
      if (tables.has(table) || tables.size >= mostTables) return;
      tables.add(table);
      clearTimeout(timer);
      timer = setTimeout(open, gatherMs);
    },
    stop() {
      clearTimeout(timer);
      stream?.close();
      tables.clear();
    },
  };
}

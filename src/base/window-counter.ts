/** Counts by key over a sliding window of time; of use wherever something may happen only so often. */
export interface WindowCounter {
  add(key: string, amount: number, nowMs: number): void;
  /** What was added within the window. */
  total(key: string, nowMs: number): number;
  /** Milliseconds until the total is below `most` when nothing is added; 0 when it is now. */
  waitMs(key: string, most: number, nowMs: number): number;
}

/** Slices of a window: counts are exact to one of them. */
const slices = 30;
/** Keys that are looked through for forgotten ones at most once a window. */
interface Entry {
  readonly amounts: number[];
  /** Number of the newest slice, since the epoch. */
  newest: number;
}

/** A counter over `windowMs` milliseconds. Keys that were silent for a window are forgotten. */
export function createWindowCounter(windowMs: number): WindowCounter {
  const sliceMs = Math.max(1, Math.ceil(windowMs / slices));
  const entries = new Map<string, Entry>();
  let sweptAt = 0;
  const sliceOf = (nowMs: number): number => Math.floor(nowMs / sliceMs);

  const current = (key: string, nowMs: number): Entry | undefined => {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const slice = sliceOf(nowMs);
    for (let steps = Math.min(slice - entry.newest, slices); steps > 0; steps -= 1) {
      entry.amounts.pop();
      entry.amounts.unshift(0);
    }
    entry.newest = Math.max(entry.newest, slice);
    return entry;
  };
  const sweep = (slice: number): void => {
    if (slice - sweptAt < slices) return;
    sweptAt = slice;
    for (const [key, entry] of entries) if (slice - entry.newest >= slices) entries.delete(key);
  };

  return {
    add: (key, amount, nowMs) => {
      const entry = current(key, nowMs) ?? { amounts: new Array<number>(slices).fill(0), newest: sliceOf(nowMs) };
      entry.amounts[0] = (entry.amounts[0] ?? 0) + amount;
      entries.set(key, entry);
      sweep(entry.newest);
    },
    total: (key, nowMs) => current(key, nowMs)?.amounts.reduce((sum, amount) => sum + amount, 0) ?? 0,
    waitMs: (key, most, nowMs) => {
      const entry = current(key, nowMs);
      if (entry === undefined) return 0;
      let total = entry.amounts.reduce((sum, amount) => sum + amount, 0);
      let waited = 0;
      for (let oldest = slices - 1; total >= most && oldest >= 0; oldest -= 1) {
        total -= entry.amounts[oldest] ?? 0;
        waited = (entry.newest + slices - oldest) * sliceMs - nowMs;
      }
      return Math.max(0, waited);
    },
  };
}

import type { Recurrence } from '../../contracts/recurrence.ts';

interface Kept {
  readonly dates: string[];
  /** What comes after them. */
  readonly rest: Iterator<string>;
  isWhole: boolean;
}

/** Recurrences whose dates are kept, those asked for lately, and dates of each. */
const mostKept = 256;
const mostDates = 400;

const keptOf = new Map<string, Kept>();

/**
 * The dates of a recurrence in order as `expand` gives them from a date on (all of them without one). The first dates are kept: the steps
 * of a synchronisation ask for those of one series up to nine times, and a general expander of rules takes its time. Throws what `expand` throws.
 */
export function* firstDates(
  recurrence: Recurrence,
  expand: (recurrence: Recurrence, afterDate?: string) => Iterable<string>,
): Generator<string> {
  const key = JSON.stringify(recurrence);
  const kept = keptOf.get(key) ?? { dates: [], rest: expand(recurrence)[Symbol.iterator](), isWhole: false };
  keptOf.delete(key);
  keptOf.set(key, kept);
  for (const oldest of keptOf.keys()) if (keptOf.size > mostKept) keptOf.delete(oldest);
  for (let at = 0; at < mostDates; at += 1) {
    if (at === kept.dates.length && !extend(key, kept)) return;
    yield kept.dates[at] ?? '';
  }
  yield* expand(recurrence, kept.dates.at(-1));
}

/** Adds the next date; false when there is none. */
function extend(key: string, kept: Kept): boolean {
  if (kept.isWhole) return false;
  try {
    const next = kept.rest.next();
    if (next.done === true) kept.isWhole = true;
    else kept.dates.push(next.value);
  } catch (thrown) {
    // An expansion that failed is over, and would pass for one that has no more dates.
    keptOf.delete(key);
    throw thrown;
  }
  return !kept.isWhole;
}

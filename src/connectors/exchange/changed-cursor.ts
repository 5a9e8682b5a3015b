/** Changes told again for so long, ms: clocks of servers differ a little, and times have whole seconds. */
const overlapMs = 300_000;
/** Difference allowed between the server's clock and ours, ms. */
const skewMs = 3_600_000;
/** Time after which a cursor moves on though nothing changed, ms: what does not move need not be stored. */
const idleStepMs = 900_000;

/** How far the changes of a mailbox were looked through. */
export interface ChangedCursor {
  /** What changed then or later is told, by the server's clock. */
  readonly from: Date;
  /** The latest change seen, and when it was first seen, by our clock. */
  readonly latest?: Date | undefined;
  readonly seenOn?: Date | undefined;
}

/** Reads what `nextChangedCursor` wrote. */
export function readChangedCursor(text: string): ChangedCursor {
  const [from = '', latest, seenOn] = text.split(' ');
  if (latest === undefined || seenOn === undefined) return { from: new Date(from) };
  return { from: new Date(from), latest: new Date(latest), seenOn: new Date(seenOn) };
}

/**
 * The cursor after a look that found changes up to `latest`. The last minutes are told again, until that long passed since the latest change
 * was first seen: no change of before can come any more then, and thousands of our own marks are not read over and over. Pure.
 */
export function nextChangedCursor(before: ChangedCursor | undefined, latest: Date | undefined, now: Date): string {
  const start = before?.from.getTime() ?? 0;
  const least = Math.max(start, now.getTime() - skewMs - overlapMs);
  if (latest === undefined) {
    const isIdle = before !== undefined && before.latest === undefined && least - start < idleStepMs;
    return new Date(isIdle ? start : least).toISOString();
  }
  const isSame = before?.latest?.getTime() === latest.getTime() && before.seenOn !== undefined;
  const seenOn = isSame && before.seenOn !== undefined ? before.seenOn : now;
  if (now.getTime() - seenOn.getTime() >= overlapMs)
    return new Date(Math.max(least, latest.getTime() + 1000)).toISOString();
  const from = new Date(Math.max(least, latest.getTime() - overlapMs));
  return [from, latest, seenOn].map((date) => date.toISOString()).join(' ');
}

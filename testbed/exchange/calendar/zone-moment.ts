import { offsetAt } from './zone-offset.ts';

const dayMs = 86_400_000;

/** The moment, ms, at which clocks of an IANA zone show a local time (ms, as if it were UTC): the first of two, and as far after a gap as a skipped time is into it (RFC 5545, 3.3.5). */
export function momentAt(zone: string, local: number): number {
  const before = local - offsetAt(zone, local - dayMs);
  if (before + offsetAt(zone, before) === local) return before;
  const after = local - offsetAt(zone, local + dayMs);
  return after + offsetAt(zone, after) === local ? after : before;
}

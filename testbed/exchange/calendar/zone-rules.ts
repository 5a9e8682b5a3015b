import { offsetAt } from './zone-offset.ts';

/** One of the two changes of clocks of a year. */
export interface ClockChange {
  readonly month: number;
  /** 0 for Sunday. */
  readonly dayOfWeek: number;
  /** Which such day of the month; -1 for the last. */
  readonly occurrence: number;
  /** Local time before the change, minutes after midnight. */
  readonly minutes: number;
  /** How far local time is ahead of UTC afterwards, minutes. */
  readonly offset: number;
}

/** The rules of a zone in a year: standard time, and the changes where there are two. */
export interface ZoneRules {
  /** How far standard time is ahead of UTC, minutes. */
  readonly standard: number;
  readonly daylight: number | undefined;
  readonly toDaylight: ClockChange | undefined;
  readonly toStandard: ClockChange | undefined;
}

/** The rules of an IANA zone in a year, found from its offsets. */
export function zoneRules(zone: string, year: number): ZoneRules {
  const changes = changesOfYear(zone, year);
  const offsets = [offsetAt(zone, Date.UTC(year, 0, 1)), ...changes.map((at) => offsetAt(zone, at))];
  const standard = Math.min(...offsets) / 60_000;
  const [first, second] = changes;
  if (changes.length !== 2 || first === undefined || second === undefined) {
    const now = offsetAt(zone, Date.UTC(year, 6, 1)) / 60_000;
    return { standard: now, daylight: undefined, toDaylight: undefined, toStandard: undefined };
  }
  const described = [first, second].map((at) => describe(zone, at));
  const toDaylight = described.find(({ offset }) => offset !== standard);
  const toStandard = described.find(({ offset }) => offset === standard);
  return { standard, daylight: toDaylight?.offset, toDaylight, toStandard };
}

/** Moments of a year at which the offset changes, to the minute. */
function changesOfYear(zone: string, year: number): number[] {
  const found: number[] = [];
  const day = 86_400_000;
  const end = Date.UTC(year + 1, 0, 1);
  for (let at = Date.UTC(year, 0, 1); at < end; at += 7 * day) {
    let low = at;
    let high = Math.min(at + 7 * day, end);
    const before = offsetAt(zone, low);
    if (offsetAt(zone, high) === before) continue;
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000;
      if (offsetAt(zone, middle) === before) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

function describe(zone: string, at: number): ClockChange {
  const local = new Date(at + offsetAt(zone, at - 60_000));
  const last = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  const isLast = local.getUTCDate() + 7 > last;
  return {
    month: local.getUTCMonth() + 1,
    dayOfWeek: local.getUTCDay(),
    occurrence: isLast ? -1 : Math.ceil(local.getUTCDate() / 7),
    minutes: local.getUTCHours() * 60 + local.getUTCMinutes(),
    offset: offsetAt(zone, at) / 60_000,
  };
}

const dayMs = 86_400_000;

/** A wall-clock time in a zone, held as if it were UTC, so that days and months can be counted on it. */
export type WallTime = Date;

/** Making a formatter takes longer than a hundred uses of it. */
const made = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = made.get(zone) ?? makeFormatter(zone);
  made.set(zone, known);
  return known;
}

const makeFormatter = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });

/** What clocks in the zone (IANA name) show at an instant. */
export function wallTimeOf(instant: Date, zone: string): WallTime {
  if (zone === 'UTC') return instant;
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const wall = new Date(0);
  wall.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  wall.setUTCHours(part('hour'), part('minute'), part('second'), instant.getUTCMilliseconds());
  return wall;
}

/** The instant at which clocks in the zone show the wall time; the earlier one where they show it twice, the jump's end where they skip it. */
export function instantOf(wall: WallTime, zone: string): Date {
  if (zone === 'UTC') return wall;
  const offsetAt = (instant: number) => wallTimeOf(new Date(instant), zone).getTime() - instant;
  const before = wall.getTime() - offsetAt(wall.getTime() - dayMs);
  const after = wall.getTime() - offsetAt(wall.getTime() + dayMs);
  const fits = (instant: number) => offsetAt(instant) === wall.getTime() - instant;
  if (fits(before)) return new Date(before);
  return new Date(fits(after) ? after : Math.max(before, after));
}

/** Midnight of the wall time's day. */
export function startOfDay(wall: WallTime): WallTime {
  return new Date(Math.floor(wall.getTime() / dayMs) * dayMs);
}

/** The wall time some days later. */
export function addDays(wall: WallTime, days: number): WallTime {
  return new Date(wall.getTime() + days * dayMs);
}

/** Midnight of the Sunday on or before the wall time. */
export function startOfWeek(wall: WallTime): WallTime {
  return addDays(startOfDay(wall), -wall.getUTCDay());
}

/** The first of the month some months later. */
export function startOfMonth(wall: WallTime, months = 0): WallTime {
  return new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + months, 1));
}

/** The first of the quarter some quarters later. */
export function startOfQuarter(wall: WallTime, quarters = 0): WallTime {
  const first = wall.getUTCMonth() - (wall.getUTCMonth() % 3);
  return new Date(Date.UTC(wall.getUTCFullYear(), first + 3 * quarters, 1));
}

/** The first of January some years later. */
export function startOfYear(wall: WallTime, years = 0): WallTime {
  return new Date(Date.UTC(wall.getUTCFullYear() + years, 0, 1));
}

/** Midnight of the same day some months later; the month's last day where it has no such day. */
export function addMonths(wall: WallTime, months: number): WallTime {
  const last = new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + months, Math.min(wall.getUTCDate(), last)));
}

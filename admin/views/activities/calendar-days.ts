/** A day as `2026-03-29`. */
export type Day = string;

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The day that follows, or lies `count` days before or after. */
export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(day) + count * dayMs).toISOString().slice(0, 10);
}

/** The day of a moment in a zone; undefined means this device's. */
export function dayOf(moment: Date, zone: string | undefined): Day {
  return wallOf(moment, zone).slice(0, 10);
}

/** Minutes since midnight by the clock on the wall. */
export function minutesOf(moment: Date, zone: string | undefined): number {
  const wall = wallOf(moment, zone);
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
}

/** The moment at which a day begins in a zone; where the clock jumps over midnight, the first moment after. */
export function startOf(day: Day, zone: string | undefined): Date {
  const asUtc = Date.parse(day);
  let moment = asUtc;
  // The offset is asked for at the moment it leads to: a second round is right beside a change of the clock.
  for (let round = 0; round < 2; round += 1)
    moment = asUtc - (Date.parse(`${wallOf(new Date(moment), zone)}Z`) - moment);
  if (dayOf(new Date(moment), zone) < day) moment += 60 * minuteMs;
  return new Date(moment);
}

/** The seven days of the week that a day lies in. */
export function weekOf(day: Day, firstWeekday: number): readonly Day[] {
  const first = addDays(day, -((new Date(day).getUTCDay() - firstWeekday + 7) % 7));
  return Array.from({ length: 7 }, (_none, index) => addDays(first, index));
}

/** The days of the whole weeks that a month lies in. */
export function monthOf(day: Day, firstWeekday: number): readonly Day[] {
  const [first] = weekOf(`${day.slice(0, 7)}-01`, firstWeekday);
  const last = addDays(nextMonth(day, 1), -1);
  const days: Day[] = [];
  for (let next = first ?? day; next <= last || days.length % 7 !== 0; next = addDays(next, 1)) days.push(next);
  return days;
}

/** The first day of the month that lies `count` months further. */
export function nextMonth(day: Day, count: number): Day {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  return new Date(Date.UTC(year, month - 1 + count, 1)).toISOString().slice(0, 10);
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

/** Date and time by the clock on the wall, `2026-03-29T00:30:00`. */
function wallOf(moment: Date, zone: string | undefined): string {
  let format = formats.get(zone);
  if (format === undefined) {
    // Swedish writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      ...(zone === undefined ? {} : { timeZone: zone }),
    });
    formats.set(zone, format);
  }
  return format.format(moment).replace(' ', 'T');
}

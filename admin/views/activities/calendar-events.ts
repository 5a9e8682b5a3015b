import { addDays, type Day, dayOf, minutesOf } from './calendar-days.ts';

/** An appointment or a task as the calendar shows it. */
export interface CalendarEvent {
  readonly id: string;
  readonly kind: 'appointment' | 'task';
  readonly title: string;
  readonly start: Date;
  readonly end: Date;
  /** Its dates are days, the same in every zone, written as midnights of UTC. */
  readonly isAllDay: boolean;
  readonly isCanceled: boolean;
  readonly location: string;
}

/** The days on which an event shows, first and last. */
export function daysOf(event: CalendarEvent, zone: string | undefined): readonly [Day, Day] {
  const of = event.isAllDay ? 'UTC' : zone;
  const first = dayOf(event.start, of);
  // What ends at midnight does not show on the day that begins then.
  const last = dayOf(new Date(Math.max(event.start.getTime(), event.end.getTime() - 1)), of);
  return [first, last];
}

/** The events of each of some days: whole days first, then by time. */
export function byDay(
  events: readonly CalendarEvent[],
  days: readonly Day[],
  zone: string | undefined,
): ReadonlyMap<Day, readonly CalendarEvent[]> {
  const found = new Map<Day, CalendarEvent[]>(days.map((day) => [day, []]));
  const sorted = [...events].sort(
    (one, other) =>
      Number(other.isAllDay) - Number(one.isAllDay) ||
      one.start.getTime() - other.start.getTime() ||
      (one.title < other.title ? -1 : 1),
  );
  for (const event of sorted) {
    const [first, last] = daysOf(event, zone);
    for (let day = first; day <= last && day <= (days.at(-1) ?? ''); day = addDays(day, 1)) found.get(day)?.push(event);
  }
  return found;
}

/** Where an event stands in the column of a day. */
export interface Slot {
  readonly event: CalendarEvent;
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
  /** Which of `lanes` columns side by side. */
  readonly lane: number;
  readonly lanes: number;
}

const dayMinutes = 1440;
/** What is shorter could not be read. */
const leastMinutes = 30;

/** The events of a day that have a time, those at the same time side by side. */
export function slotsOf(day: Day, events: readonly CalendarEvent[], zone: string | undefined): readonly Slot[] {
  const timed = events
    .filter(({ isAllDay }) => !isAllDay)
    .map((event) => {
      const [first, last] = daysOf(event, zone);
      const from = first < day ? 0 : minutesOf(event.start, zone);
      const to = last > day ? dayMinutes : minutesOf(event.end, zone) || dayMinutes;
      return { event, from, to: Math.min(dayMinutes, Math.max(to, from + leastMinutes)) };
    })
    .sort((one, other) => one.from - other.from || other.to - one.to);
  const slots: Slot[] = [];
  let group: { event: CalendarEvent; from: number; to: number; lane: number }[] = [];
  let end = 0;
  const close = (): void => {
    const lanes = 1 + Math.max(-1, ...group.map(({ lane }) => lane));
    slots.push(...group.map((one) => ({ ...one, lanes })));
    group = [];
  };
  for (const one of timed) {
    if (one.from >= end) close();
    const taken = new Set(group.filter(({ to }) => to > one.from).map(({ lane }) => lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    group.push({ ...one, lane });
    end = Math.max(group.length === 1 ? 0 : end, one.to);
  }
  close();
  return slots;
}

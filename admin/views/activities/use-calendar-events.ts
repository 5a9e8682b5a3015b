import { useMemo } from 'react';
import type { ApiRow } from '../../api/api-row.ts';
import { allOf } from '../../api/odata.ts';
import { useRows } from '../../api/use-rows.ts';
import { calendarText } from '../../text/calendar.ts';
import { addDays, type Day, dayOf, startOf } from './calendar-days.ts';
import type { CalendarEvent } from './calendar-events.ts';

/** Most rows of a kind that a view shows. */
const mostShown = 1000;

/** What a calendar of some days shows. */
export interface CalendarEvents {
  readonly events: readonly CalendarEvent[];
  /** There is more than is shown. */
  readonly hasMore: boolean;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

const canceledState = 2;

/** The appointments and due tasks of some days. */
export function useCalendarEvents(
  days: readonly Day[],
  zone: string | undefined,
  owner: string | undefined,
): CalendarEvents {
  const [first = '', last = ''] = [days[0], days.at(-1)];
  // Whole days are midnights of UTC, which may lie on the day before or after here.
  const from = startOf(addDays(first, -1), zone).toISOString();
  const to = startOf(addDays(last, 2), zone).toISOString();
  const mine = owner === undefined ? undefined : `_ownerid_value eq ${owner}`;
  const columns = ['activityid', 'subject', 'scheduledstart', 'scheduledend', 'statecode'] as const;
  const appointments = useRows({
    table: 'appointment',
    select: [...columns, 'isalldayevent', 'location'],
    filter: allOf(`scheduledstart lt ${to}`, `scheduledend ge ${from}`, mine),
    orderBy: 'scheduledstart',
    top: mostShown,
  });
  const tasks = useRows({
    table: 'task',
    select: columns,
    filter: allOf(`scheduledend lt ${to}`, `scheduledend ge ${from}`, mine),
    orderBy: 'scheduledend',
    top: mostShown,
  });
  const events = useMemo(
    () => [
      ...(appointments.data?.value ?? []).map(eventOfAppointment),
      ...(tasks.data?.value ?? []).map((row) => eventOfTask(row, zone)),
    ],
    [appointments.data, tasks.data, zone],
  );
  return {
    events,
    hasMore: [appointments, tasks].some(({ data }) => (data?.value.length ?? 0) >= mostShown),
    error: appointments.error ?? tasks.error,
    isPending: appointments.isPending || tasks.isPending,
    refetch: () => Promise.all([appointments.refetch(), tasks.refetch()]),
  };
}

function eventOfAppointment(row: ApiRow<'appointment'>): CalendarEvent {
  return {
    id: row.activityid ?? '',
    kind: 'appointment',
    title: row.subject || calendarText.noSubject,
    start: new Date(row.scheduledstart ?? 0),
    end: new Date(row.scheduledend ?? row.scheduledstart ?? 0),
    isAllDay: row.isalldayevent === true,
    isCanceled: row.statecode === canceledState,
    location: row.location ?? '',
  };
}

/** A task shows on the day here on which it is due. */
function eventOfTask(row: ApiRow<'task'>, zone: string | undefined): CalendarEvent {
  const due = new Date(dayOf(new Date(row.scheduledend ?? 0), zone));
  return {
    id: row.activityid ?? '',
    kind: 'task',
    title: row.subject || calendarText.noSubject,
    start: due,
    end: due,
    isAllDay: true,
    isCanceled: row.statecode === canceledState,
    location: '',
  };
}

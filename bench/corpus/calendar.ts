import type { FieldBag, FieldValue } from '../../src/contracts/act-fields.ts';

/** One appointment or series of the corpus. */
export interface CalendarEvent {
  readonly uid: string;
  readonly isSeries: boolean;
  /** As Exchange has it. */
  readonly fields: FieldBag;
  /** As a calendar server has it (RFC 5545). */
  readonly ics: string;
}

/** CAL1000: so many one-event calendars, every fifth recurring, two attendees each; the same bytes every time. */
export function calendarEvents(count: number): readonly CalendarEvent[] {
  return Array.from({ length: count }, (_, number) => eventOf(number));
}

function eventOf(number: number): CalendarEvent {
  const uid = `cal1000-${number}`;
  const isSeries = number % 5 === 0;
  const start = new Date(Date.UTC(2030, 0, 1) + number * 3_600_000);
  const end = new Date(start.getTime() + 1_800_000);
  const subject = `Appointment ${number}`;
  const location = `Room ${number % 40}`;
  const body = `Agenda of appointment ${number}.\nBring the papers of last week, and those of the week before.`;
  const people = [`guest${number % 90}@northwind.example`, `guest${(number + 31) % 90}@northwind.example`];
  const attendees: FieldValue = people.map((address) => ({ address, name: null }));
  const date = start.toISOString().slice(0, 10);
  const when: FieldBag = isSeries
    ? {
        recurrence: {
          pattern: { kind: 'daily', interval: 7 },
          startDate: date,
          end: { kind: 'count', count: 10 },
          zone: 'UTC',
          startMinutes: start.getUTCHours() * 60,
          durationMinutes: 30,
          isAllDay: false,
        },
      }
    : { time: { start: start.toISOString(), end: end.toISOString(), isAllDay: false, zone: 'UTC' } };
  const stamp = (moment: Date): string => `${moment.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Corpus//EN', 'BEGIN:VEVENT', `UID:${uid}`],
    ...['DTSTAMP:20300101T000000Z', `DTSTART:${stamp(start)}`, `DTEND:${stamp(end)}`, `SUMMARY:${subject}`],
    ...[`LOCATION:${location}`, `DESCRIPTION:${body.replace('\n', '\\n')}`],
    ...(isSeries ? ['RRULE:FREQ=DAILY;INTERVAL=7;COUNT=10'] : []),
    ...people.map((address) => `ATTENDEE:mailto:${address}`),
    ...['ORGANIZER:mailto:ann@harbour.example', 'END:VEVENT', 'END:VCALENDAR', ''],
  ];
  return {
    uid,
    isSeries,
    fields: { subject, location, body, showAs: 'busy', requiredAttendees: attendees, ...when },
    ics: lines.join('\r\n'),
  };
}

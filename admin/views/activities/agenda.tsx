import { makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components';
import { calendarText as text } from '../../text/calendar.ts';
import type { Day } from './calendar-days.ts';
import type { CalendarEvent } from './calendar-events.ts';
import { dayName } from './day-name.ts';
import { EventLink } from './event-link.tsx';

const useStyles = makeStyles({
  days: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    padding: '12px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
  },
  list: { display: 'flex', flexDirection: 'column', gap: '4px', listStyleType: 'none', margin: '4px 0 0', padding: 0 },
});

/** The events day by day below each other, for narrow screens. */
export function Agenda({
  days,
  events,
}: {
  readonly days: readonly Day[];
  readonly events: ReadonlyMap<Day, readonly CalendarEvent[]>;
}) {
  const styles = useStyles();
  const filled = days.filter((day) => (events.get(day)?.length ?? 0) > 0);
  return (
    <div className={styles.days}>
      {filled.length === 0 && <Text>{text.nothing}</Text>}
      {filled.map((day) => (
        <section key={day} aria-label={dayName(day, { dateStyle: 'full' })}>
          <Subtitle2 as="h2">{dayName(day, { weekday: 'short', day: 'numeric', month: 'long' })}</Subtitle2>
          <ul className={styles.list}>
            {events.get(day)?.map((event) => (
              <li key={event.id}>
                <EventLink event={event} isTall />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

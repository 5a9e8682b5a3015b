import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { calendarText as text } from '../../text/calendar.ts';
import type { Day } from './calendar-days.ts';
import type { CalendarEvent } from './calendar-events.ts';
import { dayName } from './day-name.ts';
import { EventLink } from './event-link.tsx';

/** Events shown of a day; the week shows the others. */
const mostShown = 3;

const useStyles = makeStyles({
  grid: {
    width: '100%',
    tableLayout: 'fixed',
    borderCollapse: 'collapse',
    backgroundColor: tokens.colorNeutralBackground1,
  },
  head: {
    padding: '6px 8px',
    textAlign: 'left',
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  cell: {
    height: '96px',
    padding: '4px',
    verticalAlign: 'top',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  outside: { backgroundColor: tokens.colorNeutralBackground2 },
  list: { display: 'flex', flexDirection: 'column', gap: '2px', listStyleType: 'none', margin: 0, padding: 0 },
  day: {
    display: 'inline-block',
    minWidth: '24px',
    padding: '2px 4px',
    marginBottom: '2px',
    textAlign: 'center',
    fontSize: tokens.fontSizeBase200,
    borderRadius: tokens.borderRadiusCircular,
  },
  today: {
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForegroundOnBrand,
    backgroundColor: tokens.colorBrandBackground,
  },
  more: { minWidth: 0, justifyContent: 'flex-start' },
});

/** A month in weeks; what a day cannot hold opens its week. */
export function MonthGrid({
  days,
  month,
  today,
  events,
  label,
  onWeek,
}: {
  readonly days: readonly Day[];
  /** The month that is meant, `2026-03`. */
  readonly month: string;
  readonly today: Day;
  readonly events: ReadonlyMap<Day, readonly CalendarEvent[]>;
  readonly label: string;
  readonly onWeek: (day: Day) => void;
}) {
  const styles = useStyles();
  const weeks = Array.from({ length: days.length / 7 }, (_none, week) => days.slice(week * 7, week * 7 + 7));
  return (
    <table className={styles.grid} aria-label={label}>
      <thead>
        <tr>
          {weeks[0]?.map((day) => (
            <th key={day} scope="col" className={styles.head}>
              {dayName(day, { weekday: 'short' })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <td key={day} className={mergeClasses(styles.cell, !day.startsWith(month) && styles.outside)}>
                <time
                  dateTime={day}
                  className={mergeClasses(styles.day, day === today && styles.today)}
                  aria-current={day === today ? 'date' : undefined}
                >
                  {Number(day.slice(8))}
                </time>
                <DayEvents events={events.get(day) ?? []} onMore={() => onWeek(day)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DayEvents({ events, onMore }: { readonly events: readonly CalendarEvent[]; readonly onMore: () => void }) {
  const styles = useStyles();
  if (events.length === 0) return null;
  const shown = events.length > mostShown ? mostShown - 1 : mostShown;
  return (
    <ul className={styles.list}>
      {events.slice(0, shown).map((event) => (
        <li key={event.id}>
          <EventLink event={event} />
        </li>
      ))}
      {events.length > shown && (
        <li>
          <Button size="small" appearance="transparent" className={styles.more} onClick={onMore}>
            {text.more(events.length - shown)}
          </Button>
        </li>
      )}
    </ul>
  );
}

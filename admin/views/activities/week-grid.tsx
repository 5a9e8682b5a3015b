import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import { useDates } from '../../parts/when.tsx';
import { calendarText as text } from '../../text/calendar.ts';
import { type Day, minutesOf } from './calendar-days.ts';
import { type CalendarEvent, slotsOf } from './calendar-events.ts';
import { dayName, hourName } from './day-name.ts';
import { EventLink } from './event-link.tsx';

/** Pixels of an hour. */
const hour = 44;
/** The hour that a week opens at. */
const opensAt = 7;

const useStyles = makeStyles({
  scroll: {
    maxHeight: '68vh',
    overflow: 'auto',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
  },
  row: { display: 'grid', gridTemplateColumns: '56px repeat(7, minmax(0, 1fr))' },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  dayHead: { padding: '6px 8px', fontWeight: tokens.fontWeightSemibold, minWidth: 0 },
  today: { color: tokens.colorBrandForeground1 },
  wholeName: { padding: '2px 4px', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  whole: { display: 'flex', flexDirection: 'column', gap: '2px', padding: '2px', minWidth: 0 },
  hours: { position: 'relative', height: `${24 * hour}px` },
  hourName: {
    position: 'absolute',
    right: '8px',
    transform: 'translateY(-50%)',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  column: {
    position: 'relative',
    height: `${24 * hour}px`,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundImage: `linear-gradient(${tokens.colorNeutralStroke3} 1px, transparent 1px)`,
    backgroundSize: `100% ${hour}px`,
    listStyleType: 'none',
    margin: 0,
    padding: 0,
  },
  event: { position: 'absolute', boxSizing: 'border-box', padding: '1px' },
  fill: { height: '100%', boxSizing: 'border-box' },
  now: { position: 'absolute', left: 0, right: 0, borderTop: `2px solid ${tokens.colorPaletteRedBorderActive}` },
});

/** A week with its hours; events at the same time stand side by side. */
export function WeekGrid({
  days,
  today,
  events,
  label,
}: {
  readonly days: readonly Day[];
  readonly today: Day;
  readonly events: ReadonlyMap<Day, readonly CalendarEvent[]>;
  readonly label: string;
}) {
  const styles = useStyles();
  const scroll = useRef<HTMLElement>(null);
  useEffect(() => {
    if (scroll.current) scroll.current.scrollTop = opensAt * hour - 8;
  }, []);
  return (
    <section ref={scroll} className={styles.scroll} aria-label={label}>
      <div className={mergeClasses(styles.row, styles.head)}>
        <span />
        {days.map((day) => (
          <div key={day} className={mergeClasses(styles.dayHead, day === today && styles.today)}>
            {dayName(day, { weekday: 'short', day: 'numeric' })}
          </div>
        ))}
        <span className={styles.wholeName}>{text.allDay}</span>
        {days.map((day) => (
          <div key={day} className={styles.whole}>
            {(events.get(day) ?? [])
              .filter(({ isAllDay }) => isAllDay)
              .map((event) => (
                <EventLink key={event.id} event={event} />
              ))}
          </div>
        ))}
      </div>
      <div className={styles.row}>
        <div className={styles.hours} aria-hidden="true">
          {Array.from({ length: 23 }, (_none, index) => index + 1).map((at) => (
            <span key={at} className={styles.hourName} style={{ top: `${at * hour}px` }}>
              {hourName(at)}
            </span>
          ))}
        </div>
        {days.map((day) => (
          <DayColumn key={day} day={day} isToday={day === today} events={events.get(day) ?? []} />
        ))}
      </div>
    </section>
  );
}

function DayColumn({
  day,
  isToday,
  events,
}: {
  readonly day: Day;
  readonly isToday: boolean;
  readonly events: readonly CalendarEvent[];
}) {
  const styles = useStyles();
  const { zone } = useDates();
  return (
    <ul className={styles.column} aria-label={dayName(day, { dateStyle: 'full' })}>
      {slotsOf(day, events, zone).map(({ event, from, to, lane, lanes }) => (
        <li
          key={event.id}
          className={styles.event}
          style={{
            top: `${(from / 60) * hour}px`,
            height: `${((to - from) / 60) * hour}px`,
            left: `${(lane / lanes) * 100}%`,
            width: `${100 / lanes}%`,
          }}
        >
          <EventLink event={event} isTall className={styles.fill} />
        </li>
      ))}
      {isToday && (
        <li
          aria-hidden="true"
          className={styles.now}
          style={{ top: `${(minutesOf(new Date(), zone) / 60) * hour}px` }}
        />
      )}
    </ul>
  );
}

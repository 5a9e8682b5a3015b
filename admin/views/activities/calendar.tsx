import {
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Select,
  Subtitle1,
  ToggleButton,
  Toolbar,
} from '@fluentui/react-components';
import { ChevronLeftRegular } from '@fluentui/react-icons/svg/chevron-left';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { useMemo } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useIsNarrow } from '../../parts/use-is-narrow.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { useDates } from '../../parts/when.tsx';
import { calendarText as text } from '../../text/calendar.ts';
import { Agenda } from './agenda.tsx';
import { addDays, type Day, dayOf, monthOf, nextMonth, weekOf } from './calendar-days.ts';
import { byDay } from './calendar-events.ts';
import { dayName, firstWeekday } from './day-name.ts';
import { MonthGrid } from './month-grid.tsx';
import { useCalendarEvents } from './use-calendar-events.ts';
import { WeekGrid } from './week-grid.tsx';

type View = keyof typeof text.views;

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  title: { flexGrow: 1, minWidth: '180px' },
});

/** Appointments and due tasks by month or week, in the zone of the user's settings. */
export function Calendar() {
  const { session } = useApi();
  const { zone } = useDates();
  const isNarrow = useIsNarrow();
  const today = dayOf(new Date(), zone);
  const [chosenView, setView] = useUrlState('view', 'month');
  const [day, setDay] = useUrlState('day', today);
  const [whose, setWhose] = useUrlState('whose', 'all');
  const view: View = chosenView === 'week' ? 'week' : 'month';
  const days = useMemo(() => (view === 'week' ? weekOf : monthOf)(day, firstWeekday()), [view, day]);
  const found = useCalendarEvents(days, zone, whose === 'mine' ? session.systemuserid : undefined);
  const events = useMemo(() => byDay(found.events, days, zone), [found.events, days, zone]);
  const title = titleOf(view, day, days);
  return (
    <>
      <CalendarBar
        view={view}
        title={title}
        whose={whose}
        onView={setView}
        onWhose={setWhose}
        onToday={() => setDay(today)}
        onStep={(step) => setDay(view === 'week' ? addDays(day, 7 * step) : nextMonth(day, step))}
      />
      {found.error && <ErrorBar error={found.error} onRetry={found.refetch} />}
      {found.hasMore && (
        <MessageBar intent="warning">
          <MessageBarBody>{text.tooMany}</MessageBarBody>
        </MessageBar>
      )}
      {found.isPending && !found.error && <Loading />}
      {isNarrow ? (
        <Agenda days={days} events={events} />
      ) : view === 'week' ? (
        <WeekGrid days={days} today={today} events={events} label={title} />
      ) : (
        <MonthGrid
          days={days}
          month={day.slice(0, 7)}
          today={today}
          events={events}
          label={title}
          onWeek={(next) => {
            setDay(next);
            setView('week');
          }}
        />
      )}
    </>
  );
}

function titleOf(view: View, day: Day, days: readonly Day[]): string {
  if (view === 'month') return dayName(day, { month: 'long', year: 'numeric' });
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeZone: 'UTC' });
  return format.formatRange(new Date(days[0] ?? day), new Date(days.at(-1) ?? day));
}

function CalendarBar({
  view,
  title,
  whose,
  onView,
  onWhose,
  onToday,
  onStep,
}: {
  readonly view: View;
  readonly title: string;
  readonly whose: string;
  readonly onView: (view: View) => void;
  readonly onWhose: (whose: string) => void;
  readonly onToday: () => void;
  readonly onStep: (step: number) => void;
}) {
  const styles = useStyles();
  return (
    <div className={styles.bar}>
      <Button onClick={onToday}>{text.today}</Button>
      <Button icon={<ChevronLeftRegular />} aria-label={text.previous[view]} onClick={() => onStep(-1)} />
      <Button icon={<ChevronRightRegular />} aria-label={text.next[view]} onClick={() => onStep(1)} />
      <Subtitle1 as="h2" className={styles.title} aria-live="polite">
        {title}
      </Subtitle1>
      <Select aria-label={text.whose} value={whose} onChange={(_event, { value }) => onWhose(value)}>
        {Object.entries(text.owners).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <Toolbar aria-label={text.view}>
        {(Object.keys(text.views) as View[]).map((one) => (
          <ToggleButton key={one} checked={view === one} onClick={() => onView(one)}>
            {text.views[one]}
          </ToggleButton>
        ))}
      </Toolbar>
    </div>
  );
}

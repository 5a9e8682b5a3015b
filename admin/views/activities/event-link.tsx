import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import type { CSSProperties, MouseEvent } from 'react';
import { useDates } from '../../parts/when.tsx';
import { calendarText as text } from '../../text/calendar.ts';
import type { CalendarEvent } from './calendar-events.ts';

const useStyles = makeStyles({
  chip: {
    display: 'block',
    overflow: 'hidden',
    padding: '1px 6px',
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    textDecorationLine: 'none',
    color: tokens.colorBrandForeground2,
    backgroundColor: tokens.colorBrandBackground2,
    borderLeft: `3px solid ${tokens.colorBrandStroke1}`,
    borderRadius: tokens.borderRadiusSmall,
    ':hover': { backgroundColor: tokens.colorBrandBackground2Hover },
  },
  oneLine: { whiteSpace: 'nowrap', textOverflow: 'ellipsis' },
  task: {
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground3,
    borderLeftColor: tokens.colorNeutralStrokeAccessible,
    ':hover': { backgroundColor: tokens.colorNeutralBackground3Hover },
  },
  canceled: { textDecorationLine: 'line-through' },
});

/** An event as a link to its record, with what those who hear the page need. */
export function EventLink({
  event,
  isTall,
  style,
  className,
}: {
  readonly event: CalendarEvent;
  /** The text may take several lines. */
  readonly isTall?: boolean;
  readonly style?: CSSProperties;
  readonly className?: string;
}) {
  const styles = useStyles();
  const dates = useDates();
  const router = useRouter();
  const to = `/activities/${event.kind}/${event.id}`;
  const time = event.isAllDay ? '' : `${dates.time(event.start)} `;
  const open = (click: MouseEvent): void => {
    if (click.ctrlKey || click.metaKey || click.shiftKey || click.button !== 0) return;
    click.preventDefault();
    router.history.push(to);
  };
  const words = event.isCanceled
    ? text.canceled(event.title)
    : event.kind === 'task'
      ? text.task(event.title)
      : event.title;
  return (
    <a
      href={to}
      onClick={open}
      title={[`${time}${words}`, event.location].filter((one) => one !== '').join(', ')}
      className={mergeClasses(
        styles.chip,
        !isTall && styles.oneLine,
        event.kind === 'task' && styles.task,
        event.isCanceled && styles.canceled,
        className,
      )}
      style={style}
    >
      {time}
      {words}
      {isTall && event.location !== '' && <div>{event.location}</div>}
    </a>
  );
}

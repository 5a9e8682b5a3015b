import { createContext, type ReactNode, use, useMemo } from 'react';
import { timeZones } from '../../src/tables/time-zones.ts';
import { useApi } from '../api/api-context.tsx';
import { useRow } from '../api/use-rows.ts';

/** Writes dates in the language of the browser and the time zone of the user's settings. */
export interface DateText {
  readonly zone: string | undefined;
  /** Day and time to the minute. */
  full(date: Date): string;
  day(date: Date): string;
  time(date: Date): string;
  /** How long ago or ahead, in the largest fitting unit. */
  relative(date: Date, now: Date): string;
}

const DateContext = createContext<DateText>(createDateText(undefined));

/** Reads the user's zone (`usersettings.timezonecode`); the browser's until then. */
export function WhenProvider({ children }: { readonly children: ReactNode }) {
  const { session } = useApi();
  const settings = useRow('usersettings', session.systemuserid, ['timezonecode']);
  const code = settings.data?.timezonecode;
  const zone = typeof code === 'number' ? timeZones[code] : undefined;
  const text = useMemo(() => createDateText(zone), [zone]);
  return <DateContext value={text}>{children}</DateContext>;
}

/** The way dates are written here. */
export function useDates(): DateText {
  return use(DateContext);
}

/** A date of a row: how long ago, with the full date for those who point at it. */
export function When({ value, empty = '' }: { readonly value: string | null | undefined; readonly empty?: string }) {
  const dates = useDates();
  if (!value) return empty;
  const date = new Date(value);
  return (
    <time dateTime={value} title={dates.full(date)} style={{ whiteSpace: 'nowrap' }}>
      {dates.relative(date, new Date())}
    </time>
  );
}

/** A date of a row in full. */
export function FullDate({
  value,
  empty = '',
}: {
  readonly value: string | null | undefined;
  readonly empty?: string;
}) {
  const dates = useDates();
  return value ? <time dateTime={value}>{dates.full(new Date(value))}</time> : empty;
}

/** Date texts for a zone; undefined means the browser's. */
export function createDateText(zone: string | undefined): DateText {
  const inZone = zone === undefined ? {} : { timeZone: zone };
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', ...inZone });
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', ...inZone });
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', ...inZone });
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
  return {
    zone,
    full: (date) => full.format(date),
    day: (date) => day.format(date),
    time: (date) => time.format(date),
    relative: (date, now) => {
      const seconds = Math.round((date.getTime() - now.getTime()) / 1000);
      for (const [unit, size] of units) {
        if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
      }
      return relative.format(seconds, 'second');
    },
  };
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

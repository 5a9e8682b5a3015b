import type { SeriesFields } from '../../contracts/series-fields.ts';
import { wallClockAt } from '../time-zone/wall-clock.ts';
import { ianaZone } from '../time-zone/zone-names.ts';
import { type RecurrenceColumns, recurrenceFromColumns } from './recurrence-columns.ts';

/** The columns of a recurring appointment that say when it is. */
export interface SeriesColumns extends RecurrenceColumns {
  readonly starttime?: Date | null;
  readonly endtime?: Date | null;
  /** Minutes; counts where `endtime` is missing. */
  readonly duration?: number | null;
  readonly isalldayevent?: boolean | null;
  /** Windows or IANA name. */
  readonly mr_timezone?: string | null;
}

/** Length where nothing says it, minutes. */
const usualLength = 30;

/** Pattern, times by the clock and zone of a recurring appointment, or in one sentence what is missing; `zone` (IANA) counts where it has none. */
export function seriesFromColumns(
  row: SeriesColumns,
  defaultZone: string,
): { readonly series: SeriesFields } | { readonly problem: string } {
  const zone = ianaZone(row.mr_timezone ?? '') ?? defaultZone;
  const found = recurrenceFromColumns(row, zone);
  if ('problem' in found) return found;
  if (!row.starttime) return { problem: 'The recurring appointment has no starttime. Set it.' };
  const minutes = row.endtime
    ? Math.round((row.endtime.getTime() - row.starttime.getTime()) / 60_000)
    : (row.duration ?? usualLength);
  if (minutes < 0) return { problem: 'The recurring appointment ends before it starts. Set endtime after starttime.' };
  const isAllDay = row.isalldayevent === true;
  const startMinutes = isAllDay ? 0 : wallClockAt(row.starttime, zone).minutes;
  const durationMinutes = isAllDay ? Math.max(1, Math.round(minutes / 1440)) * 1440 : minutes;
  return { series: { ...found.recurrence, zone, startMinutes, durationMinutes, isAllDay } };
}

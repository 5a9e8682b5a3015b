import type { SeriesException, SeriesFields } from '../../contracts/series-fields.ts';
import { seriesFromColumns } from '../../formats/recurrence/series-from-columns.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { refuse } from '../refuse.ts';

type Master = RecordOf<'recurringappointmentmaster'>;

/** When a recurring appointment is; refuses 80040203 with the reason when its columns do not say. */
export function masterSeries(row: Master): SeriesFields {
  const found = seriesFromColumns(row, 'UTC');
  return 'problem' in found ? refuse('80040203', found.problem) : found.series;
}

/** Its changed and deleted occurrences, sorted by date. */
export function masterExceptions(row: Master): readonly SeriesException[] {
  return row.mr_exceptions ? (JSON.parse(row.mr_exceptions) as SeriesException[]) : [];
}

/** The list with one occurrence put in, or taken out when undefined. */
export function withException(
  exceptions: readonly SeriesException[],
  date: string,
  exception: SeriesException | undefined,
): readonly SeriesException[] {
  const others = exceptions.filter((one) => one.date !== date);
  return [...others, ...(exception === undefined ? [] : [exception])].sort((a, b) => (a.date < b.date ? -1 : 1));
}

import type { RecordOf } from '../../tables/catalog.ts';

/** Columns that a recurring appointment and its row of `recurrencerule` share. */
export const ruleColumns = [
  ...(['recurrencepatterntype', 'interval', 'daysofweekmask', 'dayofmonth', 'monthofyear', 'instance'] as const),
  ...([
    'isnthmonthly',
    'isnthyearly',
    'isweekdaypattern',
    'isregenerate',
    'firstdayofweek',
    'patternstartdate',
  ] as const),
  ...(['patternenddate', 'patternendtype', 'occurrences', 'starttime', 'endtime', 'duration'] as const),
];

/** What the rule of a recurring appointment says. */
export function ruleValues(row: RecordOf<'recurringappointmentmaster'>): RecordOf<'recurrencerule'> {
  return Object.fromEntries(ruleColumns.map((column) => [column, row[column] ?? null]));
}

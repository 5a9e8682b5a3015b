import { seriesDates } from '../../formats/recurrence/expand-series.ts';
import { recordOccurrence } from '../../formats/recurrence/record-occurrence.ts';
import { columnsFromRecurrence } from '../../formats/recurrence/recurrence-columns.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { RuleContext, TableRules } from '../table-rules.ts';
import { InstanceType } from './instance-values.ts';
import { masterExceptions, masterSeries } from './master-series.ts';
import { plannedZone } from './planned-zone.ts';
import { ruleColumns, ruleValues } from './rule-values.ts';
import { deleteOpenInstances, ExpansionState, passOnPeople, settleInstances } from './settle-instances.ts';
import { settleNewSeries } from './settle-new-series.ts';

type Master = RecordOf<'recurringappointmentmaster'>;

/** Columns whose change makes another series of it: its exceptions are void (AA-24). */
const shaping = [
  ...(['recurrencepatterntype', 'interval', 'daysofweekmask', 'dayofmonth', 'monthofyear', 'instance'] as const),
  ...([
    'isnthmonthly',
    'isnthyearly',
    'isweekdaypattern',
    'isregenerate',
    'patternstartdate',
    'patternenddate',
  ] as const),
  ...(['patternendtype', 'occurrences', 'starttime', 'endtime', 'duration', 'isalldayevent', 'mr_timezone'] as const),
];

/** What a write to a recurring appointment entails: a pattern that makes sense, its rule row, its instances (AA-21, AA-24, AA-25). */
export const masterRules: TableRules<'recurringappointmentmaster'> = {
  async beforeCreate(context, values) {
    const zoned: Master = { ...values, mr_timezone: await plannedZone(context, values) };
    return {
      mr_exceptions: '[]',
      seriesstatus: true,
      prioritycode: 1,
      ...zoned,
      ...derived(zoned),
      instancetypecode: InstanceType.master,
      expansionstatecode: ExpansionState.unexpanded,
    };
  },
  afterCreate: (context, id) => settleNewSeries(context, [id]),
  afterCreateMany: settleNewSeries,
  async beforeUpdate(context, _id, before, values) {
    const changed = shaping.filter((column) => values[column] !== undefined && !isSame(values[column], before[column]));
    if (changed.length === 0)
      return values.mr_exceptions == null ? values : { ...values, ...deletedList(values.mr_exceptions) };
    const zone = values.mr_timezone === undefined ? {} : { mr_timezone: await plannedZone(context, values) };
    const after: Master = { ...before, ...values, ...zone };
    const mr_exceptions = values.mr_exceptions ?? '[]';
    return { ...values, ...derived(after), mr_exceptions, ...deletedList(mr_exceptions) };
  },
  async afterUpdate(context, id, before, values) {
    const row = await context.records.retrieve('recurringappointmentmaster', id);
    if (row?.ruleid && ruleColumns.some((column) => values[column] !== undefined))
      await context.records.update('recurrencerule', row.ruleid.id, ruleValues(row));
    await settle(context, id);
    const hasPeople = [values.requiredattendees, values.optionalattendees, values.organizer].some(
      (list) => list !== undefined,
    );
    if (hasPeople && before.activityid !== undefined) await passOnPeople(context.records, id, context.clock.now());
  },
  async beforeDelete(context, id, before) {
    await deleteOpenInstances(context.records, id, context.clock.now());
    if (before.ruleid) await context.records.delete('recurrencerule', before.ruleid.id);
  },
};

/** Dates of the deleted occurrences, as `deletedexceptionslist` keeps them. */
function deletedList(exceptions: string): Master {
  const deleted = masterExceptions({ mr_exceptions: exceptions }).filter(({ isDeleted }) => isDeleted);
  return { deletedexceptionslist: deleted.length === 0 ? null : deleted.map(({ date }) => date).join(',') };
}

/** The first instances come with the write, the others with the job (AA-25). */
function settle(context: RuleContext, id: string): Promise<void> {
  const { records, settings, clock } = context;
  return settleInstances({ records, settings, now: clock.now(), limit: settings.expansion.atOnce }, id);
}

/** The columns that follow from the others, in one form whatever form they came in. Refuses what makes no sense. */
function derived(row: Master): Master {
  const series = masterSeries(row);
  const { pattern, startDate, end, zone } = series;
  const [first = startDate] = seriesDates(series);
  const span = recordOccurrence(series, first);
  const last = end.kind === 'never' ? undefined : [...seriesDates(series)].at(-1);
  return {
    ...columnsFromRecurrence({ pattern, startDate, end }),
    mr_timezone: zone,
    starttime: span.start,
    endtime: span.end,
    duration: series.durationMinutes,
    scheduledstart: span.start,
    scheduledend: last === undefined ? null : recordOccurrence(series, last).end,
    effectivestartdate: new Date(`${first}T00:00:00Z`),
    effectiveenddate: last === undefined ? null : new Date(`${last}T00:00:00Z`),
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

import { occurrenceDate } from '../../formats/recurrence/record-occurrence.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { refuse } from '../refuse.ts';
import type { RuledStore } from '../ruled-store.ts';
import type { RuleContext } from '../table-rules.ts';
import { lockFor } from '../visible-row.ts';
import { InstanceType } from './instance-values.ts';
import { masterExceptions, masterSeries } from './master-series.ts';
import { makeFurtherInstances } from './settle-instances.ts';

type Master = RecordOf<'recurringappointmentmaster'>;
type Appointment = RecordOf<'appointment'>;

async function masterRow(store: RuledStore, id: string): Promise<Master> {
  const row = await store.retrieve('recurringappointmentmaster', id);
  return row ?? refuse('80040217', `There is no recurring appointment ${id}. Check the id and your rights.`);
}

/** CreateException: changes or deletes the instance that the pattern has at `originalStart`; returns the instance's id. */
export async function createException(
  store: RuledStore,
  seriesid: string,
  originalStart: Date,
  values: Appointment | 'deleted',
): Promise<string> {
  const series = masterSeries(await masterRow(store, seriesid));
  const date = occurrenceDate(series, originalStart);
  const { rows } = await store.retrieveMultiple({
    table: 'appointment',
    columns: ['activityid', 'originalstartdate'],
    filter: {
      and: [
        { column: 'seriesid', operator: 'eq', value: seriesid },
        { column: 'instancetypecode', operator: 'in', value: [InstanceType.instance, InstanceType.exception] },
      ],
    },
  });
  const instance = rows.find((row) => row.originalstartdate && occurrenceDate(series, row.originalstartdate) === date);
  if (!instance?.activityid)
    refuse(
      '80040203',
      `The series has no instance on ${date}. Name the start of one, or call CreateInstance to make more of them.`,
    );
  if (values === 'deleted') await store.delete('appointment', instance.activityid);
  else await store.update('appointment', instance.activityid, values);
  return instance.activityid;
}

/** CreateInstance: makes so many instances after the last one there is; false when the series has no more. */
export async function createInstances(rules: RuleContext, masterId: string, count: number): Promise<boolean> {
  await lockFor(rules, 'write', 'recurringappointmentmaster', masterId);
  return makeFurtherInstances(rules.records, masterId, count);
}

const statusOfState: Readonly<Record<number, number>> = { 0: 1, 1: 3, 2: 4, 3: 5 };

/** DeleteOpenInstances: the series ends on the date of `endsOn`; open instances after it go, open ones before it that are over get a state. */
export async function endSeries(store: RuledStore, masterId: string, endsOn: Date, pastState: number): Promise<void> {
  const statuscode = statusOfState[pastState];
  if (statuscode === undefined)
    refuse('80040203', `StateOfPastInstances ${pastState} is no state of appointments. Give 0, 1, 2 or 3.`);
  const master = await masterRow(store, masterId);
  const series = masterSeries(master);
  const lastDate = occurrenceDate({ ...series, isAllDay: endsOn.getTime() % 86_400_000 === 0 }, endsOn);
  const kept = masterExceptions(master).filter(({ date }) => date <= lastDate);
  await store.update('recurringappointmentmaster', masterId, {
    patternendtype: 3,
    // biome-ignore lint/complexity/useMathMinMax: these are texts
    patternenddate: new Date(`${lastDate < series.startDate ? series.startDate : lastDate}T00:00:00Z`),
    occurrences: null,
    mr_exceptions: JSON.stringify(kept),
  });
  await store.act(async ({ records, clock }) => {
    const page = await records.retrieveMultiple({
      table: 'appointment',
      columns: ['activityid'],
      filter: {
        and: [
          { column: 'seriesid', operator: 'eq', value: masterId },
          { column: 'statecode', operator: 'in', value: [0, 3] },
          { column: 'scheduledend', operator: 'lt', value: clock.now() },
        ],
      },
    });
    for (const { activityid } of page.rows)
      await records.update('appointment', activityid ?? '', { statecode: pastState, statuscode });
  });
}

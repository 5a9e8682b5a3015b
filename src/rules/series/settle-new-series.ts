import { randomUUID } from 'node:crypto';
import type { RecordStore } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { RuleContext } from '../table-rules.ts';
import { instanceValues } from './instance-values.ts';
import { masterExceptions, masterSeries } from './master-series.ts';
import { ruleValues } from './rule-values.ts';
import { expansionWindow, progressOf, wantedDates } from './settle-instances.ts';

type Instance = RecordOf<'appointment'>;

/** What new recurring appointments entail: their rule rows and their first instances, the others with the job (AA-25). A handful of statements for all of them. */
export async function settleNewSeries(context: RuleContext, ids: readonly string[]): Promise<void> {
  const { records, settings, clock } = context;
  const page = await records.retrieveMultiple({
    table: 'recurringappointmentmaster',
    filter: { column: 'activityid', operator: 'in', value: ids },
  });
  const people = await peopleOf(records, ids);
  const window = expansionWindow({ settings, now: clock.now() });
  const rules: RecordOf<'recurrencerule'>[] = [];
  const instances: Instance[] = [];
  const changes = page.rows.map((master) => {
    const masterId = master.activityid ?? '';
    const ruleid = randomUUID();
    rules.push({
      ...ruleValues(master),
      ruleid,
      objectid: { table: 'activitypointer', id: masterId },
      objecttypecode: 'recurringappointmentmaster',
      ...(master.ownerid ? { ownerid: master.ownerid } : {}),
    });
    const series = masterSeries(master);
    const exceptions = new Map(masterExceptions(master).map((one) => [one.date, one]));
    const wanted = wantedDates(series, exceptions, window);
    const dates = [...wanted.dates];
    const { atOnce } = settings.expansion;
    for (const date of dates.slice(0, atOnce)) {
      instances.push({
        ...instanceValues(master, series, date, exceptions.get(date)),
        ...people.get(masterId),
        seriesid: masterId,
        ownerid: master.ownerid ?? null,
      });
    }
    const values = {
      ruleid: { table: 'recurrencerule', id: ruleid },
      groupid: { table: 'recurringappointmentmaster', id: masterId },
      ...progressOf(series, wanted, dates.slice(atOnce)),
    };
    return { id: masterId, values };
  });
  await records.createMany('recurrencerule', rules);
  await records.createMany('appointment', instances);
  await records.updateMany('recurringappointmentmaster', changes);
}

/** Attendees and organizer of each series, which its instances share. */
async function peopleOf(records: RecordStore, ids: readonly string[]): Promise<ReadonlyMap<string, Instance>> {
  const page = await records.retrieveMultiple({
    table: 'recurringappointmentmaster',
    columns: ['activityid', 'requiredattendees', 'optionalattendees', 'organizer'],
    filter: { column: 'activityid', operator: 'in', value: ids },
  });
  return new Map(
    page.rows.map(({ activityid, requiredattendees, optionalattendees, organizer }) => [
      activityid ?? '',
      {
        requiredattendees: requiredattendees ?? [],
        optionalattendees: optionalattendees ?? [],
        organizer: organizer ?? [],
      },
    ]),
  );
}

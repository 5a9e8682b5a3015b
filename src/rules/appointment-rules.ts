import { deletedOccurrence, type SeriesException } from '../contracts/series-fields.ts';
import { occurrenceDate } from '../formats/recurrence/record-occurrence.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { refuse } from './refuse.ts';
import { exceptionOf, InstanceType } from './series/instance-values.ts';
import { masterExceptions, masterSeries, withException } from './series/master-series.ts';
import { plannedZone } from './series/planned-zone.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Appointment = RecordOf<'appointment'>;
type Master = RecordOf<'recurringappointmentmaster'>;

/** What makes an instance an exception when it is changed. */
const own = [
  'subject',
  'description',
  'location',
  'prioritycode',
  'statuscode',
  'scheduledstart',
  'scheduledend',
] as const;

/** What a write to an appointment entails: an end after the start, its zone, and of an instance the exception in its series (AA-03, AA-12, AA-21). */
export const appointmentRules: TableRules<'appointment'> = {
  async beforeCreate(context, values) {
    checkDraft(context, values);
    return {
      instancetypecode: InstanceType.single,
      ...values,
      ...span(values),
      mr_timezone: await plannedZone(context, values),
    };
  },
  async beforeUpdate(context, _id, before, values) {
    checkDraft(context, values);
    const zone = values.mr_timezone == null ? {} : { mr_timezone: await plannedZone(context, values) };
    return { ...values, ...zone, ...span({ ...before, ...values }) };
  },
  async afterUpdate(context, id, before, values) {
    if (!isOfSeries(before) || !own.some((column) => values[column] !== undefined)) return;
    const row = { ...before, ...values };
    const found = await masterOf(context, before);
    if (found === undefined) return;
    const exception = exceptionOf(found.master, masterSeries(found.master), found.date, row);
    await context.records.update('appointment', id, {
      instancetypecode: exception === undefined ? InstanceType.instance : InstanceType.exception,
      modifiedfieldsmask: exception === undefined ? null : changedParts(exception),
    });
    await keepException(context, found, exception);
  },
  async afterDelete(context, _id, before) {
    if (!isOfSeries(before)) return;
    const found = await masterOf(context, before);
    if (found !== undefined) await keepException(context, found, deletedOccurrence(found.date));
  },
};

const isOfSeries = ({ instancetypecode, seriesid, originalstartdate }: Appointment): boolean =>
  (instancetypecode === InstanceType.instance || instancetypecode === InstanceType.exception) &&
  !!seriesid &&
  !!originalstartdate;

function checkDraft(context: RuleContext, values: Appointment): void {
  if (values.isdraft === true && !context.settings.switches.AllowSaveAsDraftAppointment)
    refuse(
      '80040203',
      'Drafts of appointments are not allowed. Save it as it is, or switch AllowSaveAsDraftAppointment of the organisation on.',
    );
}

/** Length of what lies between start and end. */
function span({ scheduledstart, scheduledend }: Appointment): Appointment {
  if (!scheduledstart || !scheduledend) return {};
  const minutes = Math.round((scheduledend.getTime() - scheduledstart.getTime()) / 60_000);
  if (minutes < 0)
    refuse('80040203', 'appointment.scheduledend lies before scheduledstart. Give an end after the start.');
  return { scheduleddurationminutes: minutes };
}

interface FoundMaster {
  readonly id: string;
  readonly master: Master;
  /** Which occurrence the instance is. */
  readonly date: string;
}

async function masterOf(context: RuleContext, instance: Appointment): Promise<FoundMaster | undefined> {
  const id = instance.seriesid ?? '';
  const master = await context.records.retrieve('recurringappointmentmaster', id);
  if (master === undefined || !instance.originalstartdate) return undefined;
  return { id, master, date: occurrenceDate(masterSeries(master), instance.originalstartdate) };
}

/** The list lies in the row of the series, so that a change of an instance is a change of its series for everyone who follows it. */
async function keepException(
  context: RuleContext,
  { id, master, date }: FoundMaster,
  exception: SeriesException | undefined,
): Promise<void> {
  const all = withException(masterExceptions(master), date, exception);
  const deleted = all.filter(({ isDeleted }) => isDeleted).map((one) => one.date);
  await context.records.update('recurringappointmentmaster', id, {
    mr_exceptions: JSON.stringify(all),
    deletedexceptionslist: deleted.length === 0 ? null : deleted.join(','),
  });
}

/** Names of what is the instance's own, as `modifiedfieldsmask` keeps them. */
function changedParts(exception: SeriesException): string {
  return Object.entries(exception)
    .filter(([name, value]) => name !== 'date' && name !== 'isDeleted' && value !== null)
    .map(([name]) => name)
    .join(',');
}

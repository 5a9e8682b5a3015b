import { asMailroomError } from '../base/errors.ts';
import { findClashes } from '../rules/find-clashes.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { masterSeries } from '../rules/series/master-series.ts';
import { createException, createInstances, endSeries } from '../rules/series/series-messages.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { ActionContext, ActionHandlers, RecordParameter } from '../webapi/actions.ts';
import type { JsonObject } from '../webapi/entity-json.ts';

type Context = ActionContext<RuledStore>;
type Appointment = RecordOf<'appointment'>;
type Master = RecordOf<'recurringappointmentmaster'>;

const nobody = '00000000-0000-0000-0000-000000000000';
const scheduled = { statecode: 3, statuscode: 5 };

/** Booking, exceptions and instances as messages. */
export const calendarActions: ActionHandlers<RuledStore> = {
  Book: async (context, _bound, parameters) => book(context, await context.readRecord(parameters.Target)),
  Reschedule: async (context, _bound, parameters) => {
    const target = await context.readRecord(parameters.Target);
    if (target.id === undefined) refuse('80040203', 'Target names no record. Give the id of the appointment to move.');
    return book(context, target);
  },
  CreateException: async (context, _bound, parameters) => {
    const { seriesid, ...given } = parameters.Target as JsonObject;
    const target = await context.readRecord(given);
    if (target.table !== 'appointment') refuse('80040203', `Target must be an appointment, found ${target.table}.`);
    const id = typeof seriesid === 'string' ? seriesid : await seriesOf(context, target.id);
    const values = parameters.IsDeleted === true ? 'deleted' : ((await target.values()) as Appointment);
    const { activityid: _id, ...changes } = values === 'deleted' ? {} : values;
    const start = new Date(String(parameters.OriginalStartDate));
    const made = await context.records.together((store) =>
      createException(store, id, start, values === 'deleted' ? 'deleted' : changes),
    );
    return { id: made };
  },
  CreateInstance: async (context, _bound, parameters) => {
    const id = await masterId(context, parameters.Target);
    const count = Number(parameters.Count);
    if (!(count >= 1 && count <= 999)) refuse('80040203', 'Count must be 1 to 999. Give another number.');
    return { SeriesCanBeExpanded: await context.records.act((rules) => createInstances(rules, id, count)) };
  },
  DeleteOpenInstances: async (context, _bound, parameters) => {
    const id = await masterId(context, parameters.Target);
    const endsOn = new Date(String(parameters.SeriesEndDate));
    await context.records.together((store) => endSeries(store, id, endsOn, Number(parameters.StateOfPastInstances)));
    return undefined;
  },
  ValidateRecurrenceRule: async (context, _bound, parameters) => {
    const values = (await (await context.readRecord(parameters.Target)).values()) as Master;
    try {
      masterSeries({ starttime: values.patternstartdate ?? null, ...values });
      return { ValidationSuccess: true, mr_Problem: null };
    } catch (thrown) {
      return { ValidationSuccess: false, mr_Problem: asMailroomError(thrown).message };
    }
  },
};

/** Makes or changes the appointment as scheduled, unless somebody is busy then (AA-33): nothing is written in that case. */
async function book(context: Context, target: RecordParameter): Promise<JsonObject> {
  const values = { ...scheduled, ...(await target.values()) };
  if (target.table === 'recurringappointmentmaster') {
    const id = await write(context, 'recurringappointmentmaster', target.id, values as Master);
    return result(id, []);
  }
  if (target.table !== 'appointment')
    refuse('80040203', `Target must be an appointment or a recurring appointment, found ${target.table}.`);
  const columns = [
    'activityid',
    'scheduledstart',
    'scheduledend',
    'requiredattendees',
    'optionalattendees',
    'organizer',
  ];
  const before =
    target.id === undefined
      ? undefined
      : await context.records.retrieve('appointment', target.id, columns as (keyof Appointment & string)[]);
  const after: Appointment = { ...before, ...values };
  const { scheduledstart: start, scheduledend: end } = after;
  if (!start || !end) refuse('80040203', 'The appointment has no scheduledstart or scheduledend. Give both.');
  const people = [...(after.requiredattendees ?? []), ...(after.optionalattendees ?? []), ...(after.organizer ?? [])];
  const clashes = await findClashes(context.records, { start, end, people, exceptId: target.id });
  if (clashes.length > 0) return result(target.id ?? nobody, clashes);
  return result(await write(context, 'appointment', target.id, values as Appointment), []);
}

async function write<N extends 'appointment' | 'recurringappointmentmaster'>(
  context: Context,
  table: N,
  id: string | undefined,
  values: RecordOf<N>,
): Promise<string> {
  if (id === undefined) return context.records.create(table, values);
  await context.records.update(table, id, values);
  return id;
}

function result(id: string, clashes: readonly string[]): JsonObject {
  const isValid = clashes.length === 0;
  return { ValidationResult: { ActivityId: id, ValidationSuccess: isValid, mr_Conflicts: [...clashes] } };
}

async function seriesOf(context: Context, id: string | undefined): Promise<string> {
  const row = id === undefined ? undefined : await context.records.retrieve('appointment', id, ['seriesid']);
  return (
    row?.seriesid ?? refuse('80040203', 'Target names no series. Give seriesid, or the id of one of its instances.')
  );
}

async function masterId(context: Context, parameter: unknown): Promise<string> {
  const { table, id } = await context.readRecord(parameter);
  if (table !== 'recurringappointmentmaster' || id === undefined)
    refuse('80040203', 'Target must be a recurring appointment. Give its activityid and @odata.type.');
  return id;
}

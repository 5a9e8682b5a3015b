import type { FieldBag, TimeFields } from '../contracts/act-fields.ts';
import { plainColumns, timeColumns } from '../pipelines/synchronization/map-appointment.ts';
import { checkPrivilege } from '../rules/access-rules.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { refusalOfMailbox } from '../store/flow-refusal.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { isExchangeType } from '../tables/exchange-types.ts';
import type { ActionContext, ActionHandler } from '../webapi/actions.ts';
import type { JsonObject } from '../webapi/entity-json.ts';
import { parseInstant } from '../webapi/literal-value.ts';
import type { IncomingActionsOptions } from './incoming-actions.ts';
import { withActPort } from './with-act-port.ts';

/** Time a caller waits for the server's answer, milliseconds. */
const patienceMs = 45_000;

/** Longest time that can be asked for, days: calendar views of Exchange end at two years. */
const mostDays = 730;

const dayMs = 86_400_000;

/**
 * `RetrieveExchangeAppointments`: what the caller's calendar in Exchange holds between two instants, series spread out, by start; nothing
 * of it is stored. Throws where the caller has no mailbox, or no way leads from it to Exchange.
 */
export function retrieveExchangeAppointments(options: IncomingActionsOptions): ActionHandler<RuledStore> {
  return async (context, _bound, given) => {
    const { start, end } = askedTime(given);
    await context.records.act(async (rules) => checkPrivilege(rules.caller, 'read', 'appointment'));
    const mailbox = await openableMailbox(options, context);
    const access = { ...options, log: context.log };
    const signal = AbortSignal.timeout(patienceMs);
    const found = await withActPort(access, mailbox, signal, (turn, _parts, port) =>
      port.view(start, end, turn.signal),
    );
    return { value: found.map(appointmentJson) };
  };
}

function askedTime(given: Readonly<JsonObject>): { readonly start: Date; readonly end: Date } {
  const [start, end] = [parseInstant(String(given.StartDate)), parseInstant(String(given.EndDate))];
  if (start === undefined || end === undefined)
    return refuse('80040203', 'StartDate and EndDate are instants as 2027-03-01T00:00:00Z. Give such ones.');
  const days = (end.getTime() - start.getTime()) / dayMs;
  if (!(days > 0)) refuse('80040203', 'EndDate must be later than StartDate. Give another one.');
  if (days > mostDays) refuse('80040203', `StartDate and EndDate are more than ${mostDays} days apart. Ask for less.`);
  return { start, end };
}

/** The caller's own mailbox, where its server may be asked (AP-02 and the like). */
async function openableMailbox(
  { database }: IncomingActionsOptions,
  { caller }: ActionContext<RuledStore>,
): Promise<RecordOf<'mailbox'>> {
  const { records } = database;
  const user = await records.retrieve('systemuser', caller.systemuserid, ['defaultmailbox']);
  const mailbox = user?.defaultmailbox ? await records.retrieve('mailbox', user.defaultmailbox.id) : undefined;
  if (mailbox === undefined)
    return refuse('8005E222', 'You have no mailbox, and so no calendar in Exchange. Ask an administrator for one.');
  const profileId = mailbox.emailserverprofile?.id;
  const profile = profileId === undefined ? undefined : await records.retrieve('emailserverprofile', profileId);
  const refusal = refusalOfMailbox(mailbox, profile, await readOrganizationSettings(records));
  if (refusal !== undefined) refuse(refusal.code, refusal.message);
  if (!isExchangeType(profile?.servertype))
    refuse(
      '8005E247',
      `Profile "${profile?.name ?? ''}" of your mailbox carries mail only. Choose an Exchange profile.`,
    );
  return mailbox;
}

/** An item as the appointment that it would become; without id, for it is none. */
function appointmentJson(fields: FieldBag): JsonObject {
  const columns = { ...plainColumns(fields), ...timeColumns(fields.time as unknown as TimeFields) };
  const json = (value: unknown): unknown =>
    value instanceof Date ? value.toISOString().replace(/\.\d{3}Z$/, 'Z') : value;
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.appointment',
    ...Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, json(value)])),
  };
}

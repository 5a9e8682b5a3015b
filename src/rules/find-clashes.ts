import type { RecordReads } from '../store/record-store.ts';
import { PartyMask } from '../tables/choices.ts';
import type { PartyInput } from '../tables/table-definition.ts';

/** A stretch of time that people are to be free in. */
export interface WantedTime {
  readonly start: Date;
  readonly end: Date;
  readonly people: readonly PartyInput[];
  /** The appointment itself, where it exists. */
  readonly exceptId: string | undefined;
}

/** Appointments looked at for one stretch of time, at most. */
const mostAppointments = 1000;

/** Subjects of scheduled appointments in that time in which one of the users takes part (AA-33). */
export async function findClashes(
  records: Pick<RecordReads, 'retrieveMultiple'>,
  { start, end, people, exceptId }: WantedTime,
): Promise<readonly string[]> {
  const users = people.flatMap(({ partyid }) => (partyid?.table === 'systemuser' ? [partyid.id] : []));
  if (users.length === 0) return [];
  const page = await records.retrieveMultiple({
    table: 'appointment',
    columns: ['activityid', 'subject'],
    filter: {
      and: [
        { column: 'statecode', operator: 'eq', value: 3 },
        { column: 'scheduledstart', operator: 'lt', value: end },
        { column: 'scheduledend', operator: 'gt', value: start },
      ],
    },
    limit: mostAppointments,
  });
  const subjects = new Map(page.rows.map((row) => [row.activityid ?? '', row.subject ?? '']));
  if (exceptId !== undefined) subjects.delete(exceptId);
  if (subjects.size === 0) return [];
  const parties = await records.retrieveMultiple({
    table: 'activityparty',
    columns: ['activityid'],
    filter: {
      and: [
        { column: 'activityid', operator: 'in', value: [...subjects.keys()] },
        { column: 'partyid', operator: 'in', value: users },
        {
          column: 'participationtypemask',
          operator: 'in',
          value: [PartyMask.required, PartyMask.optional, PartyMask.organizer],
        },
      ],
    },
  });
  const busy = new Set(parties.rows.map(({ activityid }) => subjects.get(activityid?.id ?? '') ?? ''));
  return [...busy].sort();
}

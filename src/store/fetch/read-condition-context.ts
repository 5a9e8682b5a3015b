import { MailroomError } from '../../base/errors.ts';
import { timeZones } from '../../tables/time-zones.ts';
import type { RecordStore } from '../record-store.ts';
import type { ConditionContext } from './condition-context.ts';

/** US English, for users who chose no language. */
const defaultLanguage = 1033;

/** What conditions need to know of a user: unit, teams, zone and language (UTC and English where none is set). What the reader may not see counts as not set. */
export async function readConditionContext(
  records: Pick<RecordStore, 'retrieve' | 'retrieveMultiple'>,
  userId: string,
  now: Date,
): Promise<ConditionContext> {
  const user = await whereAllowed(records.retrieve('systemuser', userId, ['businessunitid']));
  const settings = await whereAllowed(records.retrieve('usersettings', userId, ['timezonecode', 'uilanguageid']));
  const memberships = await whereAllowed(
    records.retrieveMultiple({
      table: 'teammembership',
      columns: ['teamid'],
      filter: { column: 'systemuserid', operator: 'eq', value: userId },
    }),
  );
  return {
    now,
    timeZone: timeZones[settings?.timezonecode ?? -1] ?? 'UTC',
    userId,
    businessUnitId: user?.businessunitid?.id,
    teamIds: (memberships?.rows ?? []).flatMap(({ teamid }) => (teamid ? [teamid] : [])),
    languageCode: settings?.uilanguageid || defaultLanguage,
  };
}

/** Nothing where a role does not let the user read the table. */
async function whereAllowed<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MailroomError && error.code === '80040220') return undefined;
    throw error;
  }
}

import { timeZones } from '../../tables/time-zones.ts';
import type { RecordStore } from '../record-store.ts';
import type { ConditionContext } from './condition-context.ts';

/** US English, for users who chose no language. */
const defaultLanguage = 1033;

/** What conditions need to know of a user: unit, teams, zone and language from their settings (UTC where none is set). */
export async function readConditionContext(
  records: Pick<RecordStore, 'retrieve' | 'retrieveMultiple'>,
  userId: string,
  now: Date,
): Promise<ConditionContext> {
  const user = await records.retrieve('systemuser', userId, ['businessunitid']);
  const settings = await records.retrieve('usersettings', userId, ['timezonecode', 'uilanguageid']);
  return {
    now,
    timeZone: timeZones[settings?.timezonecode ?? -1] ?? 'UTC',
    userId,
    businessUnitId: user?.businessunitid?.id,
    teamIds: [],
    languageCode: settings?.uilanguageid || defaultLanguage,
  };
}

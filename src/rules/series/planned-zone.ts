import { ianaZone } from '../../formats/time-zone/zone-names.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { timeZones } from '../../tables/time-zones.ts';
import { refuse } from '../refuse.ts';
import type { RuleContext } from '../table-rules.ts';

/** What an appointment says about the zone it was planned in. */
export interface ZoneColumns {
  readonly mr_timezone?: string | null;
  readonly utcconversiontimezonecode?: number | null;
  readonly ownerid?: EntityReference | null;
}

/** The zone that an appointment is planned in, IANA: as given, by Dataverse's code, else by its owner's settings (AA-12). Refuses an unknown name. */
export async function plannedZone(context: RuleContext, values: ZoneColumns): Promise<string> {
  if (values.mr_timezone) {
    const named = ianaZone(values.mr_timezone);
    if (named !== undefined) return named;
    refuse(
      '80040203',
      `mr_timezone "${values.mr_timezone}" is no time zone. Give a name of IANA (Europe/Berlin) or Windows (W. Europe Standard Time).`,
    );
  }
  const byCode = timeZones[values.utcconversiontimezonecode ?? -1];
  if (byCode !== undefined) return byCode;
  const ownerId = values.ownerid?.table === 'systemuser' ? values.ownerid.id : context.caller.systemuserid;
  const settings = await context.records.retrieve('usersettings', ownerId, ['timezonecode']);
  return timeZones[settings?.timezonecode ?? -1] ?? 'UTC';
}

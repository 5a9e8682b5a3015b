import { windowsZones } from '../calendar/windows-zones.ts';
import { momentAt } from '../calendar/zone-moment.ts';
import { offsetAt } from '../calendar/zone-offset.ts';
import type { IcsComponent, IcsProperty } from './ics-component.ts';
import { icsProperty } from './ics-component.ts';

/** A date of an iCalendar object. */
export interface IcsDate {
  /** ms. */
  readonly at: number;
  readonly isDateOnly: boolean;
  /** IANA zone it was written in. */
  readonly zone: string;
}

/** Reads a date (RFC 5545 3.3.5); a date alone, or without zone, is in `ownZone`. */
export function readIcsDate(property: IcsProperty, calendar: IcsComponent, ownZone: string): IcsDate | undefined {
  return readIcsMoment(property.value, property.parameters.get('TZID'), calendar, ownZone);
}

/** Reads one date of a list such as EXDATE. */
export function readIcsMoment(
  text: string,
  zoneId: string | undefined,
  calendar: IcsComponent,
  ownZone: string,
): IcsDate | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, utc] = match;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  if (utc !== undefined) return { at: local, isDateOnly: false, zone: 'UTC' };
  const zone = zoneId === undefined ? ownZone : zoneOfId(zoneId, calendar, local);
  return { at: momentAt(zone, local), isDateOnly: hour === undefined, zone };
}

/** The IANA zone of a TZID: by Windows or IANA name, else one with the offset that VTIMEZONE gives for standard time. */
function zoneOfId(id: string, calendar: IcsComponent, at: number): string {
  const known = windowsZones[id] ?? named(id.replace(/^.*\/(?=[^/]+\/[^/]+$)/, ''));
  if (known !== undefined) return known;
  const definition = calendar.components.find(
    (one) => one.name === 'VTIMEZONE' && icsProperty(one, 'TZID')?.value === id,
  );
  const standard = definition?.components.find(({ name }) => name === 'STANDARD');
  const offset = standard && icsProperty(standard, 'TZOFFSETTO')?.value;
  const hasDaylight = definition?.components.some(({ name }) => name === 'DAYLIGHT') ?? false;
  return offset === undefined ? 'UTC' : zoneWithOffset(offset, hasDaylight, at);
}

function named(id: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: id }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function zoneWithOffset(text: string, hasDaylight: boolean, at: number): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)/.exec(text) ?? [undefined, '+', '00', '00'];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const year = new Date(at).getUTCFullYear();
  const found = Object.values(windowsZones).find((zone) => {
    const [winter, summer] = [offsetAt(zone, Date.UTC(year, 0, 1)), offsetAt(zone, Date.UTC(year, 6, 1))];
    return Math.min(winter, summer) === offset && (winter !== summer) === hasDaylight;
  });
  return found ?? 'UTC';
}

/** A moment in UTC. */
export function icsUtc(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Local time in a zone, without the zone. */
export function icsLocal(ms: number, zone: string): string {
  return icsUtc(ms + offsetAt(zone, ms)).slice(0, -1);
}

/** The day in a zone. */
export function icsDay(ms: number, zone: string): string {
  return icsLocal(ms, zone).slice(0, 8);
}

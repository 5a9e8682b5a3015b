import { momentAt } from '../calendar/zone-moment.ts';
import { EwsError } from '../soap/ews-error.ts';

/** The moment a date of a request means, ms; one without offset is in the zone (IANA name). Throws ErrorInvalidRequest. */
export function readDate(text: string, zone: string): number {
  const trimmed = text.trim();
  const withTime = /^\d{4}-\d\d-\d\d$/.test(trimmed) ? `${trimmed}T00:00:00` : trimmed;
  if (/(Z|[+-]\d\d:\d\d)$/.test(withTime)) return checked(Date.parse(withTime), text);
  return momentAt(zone, checked(Date.parse(`${withTime}Z`), text));
}

function checked(ms: number, text: string): number {
  if (Number.isNaN(ms)) throw new EwsError('ErrorInvalidRequest', `"${text}" is no date.`);
  return ms;
}

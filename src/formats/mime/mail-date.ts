const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of UTC of the zone names of RFC 5322 4.3; others count as UTC. */
const ZONES: Readonly<Record<string, number>> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};

const TIME = '(?<hour>\\d{1,2})[:.](?<minute>\\d{1,2})(?:[:.](?<second>\\d{1,2})(?:\\.\\d{1,9})?)?\\s*(?<half>[ap]m)?';
/** `+0100`, `+01:00`, `GMT+0100`, `UTC+1`. */
const OFFSET =
  '(?:(?:gmt|utc?)\\s*)?(?<sign>[+-])\\s*(?:(?<hours>\\d{1,2}):?(?<minutes>\\d{2})|(?<wholeHours>\\d{1,2}))(?!\\d)';
const ZONE = `\\s*(?:${OFFSET}|(?<zone>[a-z]{1,5})\\b)?`;
const MONTH = '(?<month>[a-z]{3})[a-z]{0,12}\\.?';
const FORMS: readonly RegExp[] = [
  new RegExp(`(?<day>\\d{1,2})[\\s-]+${MONTH},?[\\s-]+(?<year>\\d{2,4})[,\\s]+${TIME}${ZONE}`, 'i'),
  new RegExp(`\\b${MONTH}\\s+(?<day>\\d{1,2}),?\\s+(?<year>\\d{4})[,\\s]+${TIME}${ZONE}`, 'i'),
  new RegExp(
    `\\b${MONTH}\\s+(?<day>\\d{1,2})\\s+${TIME}\\s+(?:(?<zone>[a-z]{3,4})\\s+)?(?<year>\\d{4})(?:\\s*${OFFSET})?`,
    'i',
  ),
];

type Groups = Readonly<Record<string, string | undefined>>;

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length >= 4) return year;
  if (text.length === 3) return year + 1900;
  return year < 50 ? year + 2000 : year + 1900;
}

function hourOfDay(groups: Groups): number {
  const hour = Number(groups.hour);
  const half = groups.half?.toLowerCase();
  if (half === undefined || hour > 12) return hour;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

function offsetMinutes(groups: Groups): number {
  const { sign, hours, minutes, wholeHours, zone } = groups;
  if (sign === undefined) return ZONES[(zone ?? '').toLowerCase()] ?? 0;
  return (sign === '-' ? -1 : 1) * (Number(hours ?? wholeHours) * 60 + Number(minutes ?? 0));
}

function instant(groups: Groups): Date | undefined {
  const month = MONTHS.indexOf((groups.month ?? '').toLowerCase());
  const day = Number(groups.day);
  const hour = hourOfDay(groups);
  const minute = Number(groups.minute);
  const second = Number(groups.second ?? 0);
  if (month < 0 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  const local = Date.UTC(fullYear(groups.year ?? ''), month, day, hour, minute, second);
  const at = new Date(local - offsetMinutes(groups) * 60_000);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The instant of a Date field (RFC 5322 3.3, obsolete forms of 4.3, month first, ctime and ISO 8601 as found); undefined when it cannot be read. */
export function readMailDate(value: string): Date | undefined {
  const text = value
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .trim();
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) return instant(groups);
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  // Without a zone it counts as UTC, as in the other forms, wherever this runs.
  const isZoneless = /^\S+[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/i.test(text);
  const iso = new Date(isZoneless ? `${text}Z` : text);
  return Number.isNaN(iso.getTime()) ? undefined : iso;
}

import { type ClockChange, zoneRules } from '../calendar/zone-rules.ts';

const days = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The lines of a VTIMEZONE with the rules of a zone in a year. */
export function zoneLines(id: string, zone: string, year: number): string[] {
  const { standard, daylight, toDaylight, toStandard } = zoneRules(zone, year);
  const lines = ['BEGIN:VTIMEZONE', `TZID:${id}`];
  if (daylight === undefined || toDaylight === undefined || toStandard === undefined) {
    lines.push(
      'BEGIN:STANDARD',
      'DTSTART:16010101T000000',
      `TZOFFSETFROM:${offset(standard)}`,
      `TZOFFSETTO:${offset(standard)}`,
      'END:STANDARD',
    );
  } else {
    lines.push(
      ...change('STANDARD', toStandard, daylight, standard),
      ...change('DAYLIGHT', toDaylight, standard, daylight),
    );
  }
  return [...lines, 'END:VTIMEZONE'];
}

function change(
  name: string,
  { month, dayOfWeek, occurrence, minutes }: ClockChange,
  from: number,
  to: number,
): string[] {
  const time = `${two(Math.floor(minutes / 60))}${two(minutes % 60)}00`;
  return [
    `BEGIN:${name}`,
    `DTSTART:16010101T${time}`,
    `TZOFFSETFROM:${offset(from)}`,
    `TZOFFSETTO:${offset(to)}`,
    `RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=${occurrence}${days[dayOfWeek]};BYMONTH=${month}`,
    `END:${name}`,
  ];
}

function offset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}

/** One formatter a zone, always the same for it; making one takes longer than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** How far local time of an IANA zone is ahead of UTC at a moment, ms. */
export function offsetAt(zone: string, ms: number): number {
  if (zone === 'UTC') return 0;
  const format = formats.get(zone) ?? makeFormat(zone);
  const parts = format.formatToParts(ms);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour') % 24, of('minute'), of('second'));
  return local - Math.floor(ms / 1000) * 1000;
}

function makeFormat(zone: string): Intl.DateTimeFormat {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

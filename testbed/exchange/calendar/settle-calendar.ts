import { createHash, randomUUID } from 'node:crypto';
import { dateText } from '../items/date-text.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { ItemContent } from '../store/item.ts';
import { el, empty } from '../xml/xml-node.ts';
import { expandRecurrence } from './expand-recurrence.ts';
import { readRecurrence } from './recurrence.ts';
import { timesOf, zoneOf } from './series.ts';
import { momentAt } from './zone-moment.ts';
import { offsetAt } from './zone-offset.ts';

const dayMs = 86_400_000;

/**
 * Completes a calendar item as a server does: zone, UID, whole days, and a series that starts on a day of its pattern.
 * `zone` is the Windows name of the zone that the request speaks of. Throws EwsError for what cannot be.
 */
export function settleCalendar(content: ItemContent, zone: string, now: number): void {
  const { properties } = content;
  const given =
    properties.get('StartTimeZone')?.attributes.Id ?? properties.get('MeetingTimeZone')?.attributes.TimeZoneName;
  const id = given ?? zone;
  if (!properties.has('StartTimeZone')) properties.set('StartTimeZone', empty('StartTimeZone', { Id: id, Name: id }));
  if (!properties.has('EndTimeZone')) properties.set('EndTimeZone', empty('EndTimeZone', { Id: id, Name: id }));
  if (!properties.has('UID')) properties.set('UID', el('UID', freshUid(now)));
  if (!properties.has('Start')) properties.set('Start', el('Start', dateText(Math.ceil(now / 1_800_000) * 1_800_000)));
  const { start } = timesOf(content);
  if (!properties.has('End')) properties.set('End', el('End', dateText(start + 1_800_000)));
  if (timesOf(content).end < start)
    throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', 'EndDate is earlier than StartDate');
  if (properties.get('IsAllDayEvent')?.text === 'true') wholeDays(content);
  alignSeries(content);
}

/** A UID as Exchange makes them: a global object id in hex (MS-OXOCAL 2.2.1.27). */
function freshUid(now: number): string {
  const head = '040000008200E00074C5B7101A82E00800000000';
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(now) + 11_644_473_600_000n) * 10_000n);
  const unique = createHash('md5').update(randomUUID()).digest('hex').toUpperCase();
  return `${head}${time.toString('hex').toUpperCase()}000000000000000010000000${unique}`;
}

function wholeDays(content: ItemContent): void {
  const zone = zoneOf(content);
  const { start, end } = timesOf(content);
  const first = midnight(start, zone);
  const last = midnight(end, zone);
  const after = last === end && end > first ? end : midnight(last + 1.5 * dayMs, zone);
  content.properties.set('Start', el('Start', dateText(first)));
  content.properties.set('End', el('End', dateText(after)));
}

/** When the day of a moment begins. */
function midnight(at: number, zone: string): number {
  const local = at + offsetAt(zone, at);
  return momentAt(zone, Math.floor(local / dayMs) * dayMs);
}

/** Moves start and end to the first day of the pattern, and cuts the zone off the range's dates. */
function alignSeries(content: ItemContent): void {
  const node = content.properties.get('Recurrence');
  if (node === undefined) return;
  const recurrence = readRecurrence(node);
  const [first] = expandRecurrence(recurrence);
  if (first === undefined) throw new EwsError('ErrorRecurrenceHasNoOccurrence', 'The recurrence has no occurrence.');
  const zone = zoneOf(content);
  const { start, end } = timesOf(content);
  const local = start + offsetAt(zone, start);
  const begin = momentAt(zone, first * dayMs + (local % dayMs));
  content.properties.set('Start', el('Start', dateText(begin)));
  content.properties.set('End', el('End', dateText(begin + (end - start))));
  const range = node.children[1];
  if (range === undefined) return;
  const dates = range.children.map((one) => (/Date$/.test(one.name) ? el(one.name, one.text.slice(0, 10)) : one));
  content.properties.set('Recurrence', {
    ...node,
    children: [node.children[0] ?? range, { ...range, children: dates }],
  });
}

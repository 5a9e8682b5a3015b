import { dateText } from '../items/date-text.ts';
import { occurrenceId } from '../items/item-ids.ts';
import type { Item, ItemContent, OccurrenceChange } from '../store/item.ts';
import { el } from '../xml/xml-node.ts';
import { expandRecurrence } from './expand-recurrence.ts';
import { readRecurrence } from './recurrence.ts';
import { ianaZone } from './windows-zones.ts';
import { momentAt } from './zone-moment.ts';
import { offsetAt } from './zone-offset.ts';

/** One occurrence of a series; dates in ms. */
export interface Occurrence {
  /** Start by the pattern, by which the occurrence is known. */
  readonly original: number;
  readonly start: number;
  readonly end: number;
  /** Number in the series, from 1; deleted ones count. */
  readonly index: number;
  readonly change: OccurrenceChange | undefined;
}

/** Occurrences looked at most: a series of a real server ends after 4,500 years at the latest. */
const largestSeries = 5_000;

const dayMs = 86_400_000;

/** The IANA zone a calendar item is planned in. */
export function zoneOf({ properties }: ItemContent): string {
  const node = properties.get('StartTimeZone') ?? properties.get('MeetingTimeZone');
  return ianaZone(node?.attributes.Id ?? node?.attributes.TimeZoneName ?? 'UTC');
}

/** Start and end of an item, ms. */
export function timesOf({ properties }: ItemContent): { readonly start: number; readonly end: number } {
  const start = Date.parse(properties.get('Start')?.text ?? '') || 0;
  const end = Date.parse(properties.get('End')?.text ?? '');
  return { start, end: Number.isNaN(end) ? start : end };
}

/** The occurrences of a master in the order of the pattern, deleted ones included. Single items have none. */
export function* occurrencesOf(content: ItemContent): Generator<Occurrence> {
  const node = content.properties.get('Recurrence');
  if (node === undefined) return;
  const zone = zoneOf(content);
  const { start, end } = timesOf(content);
  const timeOfDay = (((start + offsetAt(zone, start)) % dayMs) + dayMs) % dayMs;
  let index = 0;
  for (const date of expandRecurrence(readRecurrence(node))) {
    index += 1;
    if (index > largestSeries) return;
    const local = date * dayMs + timeOfDay;
    const original = momentAt(zone, local);
    const change = content.occurrences.get(original);
    const own = change === undefined || change === 'deleted' ? undefined : changedTimes(change);
    yield {
      original,
      start: own?.start ?? original,
      end: own?.end ?? (own?.start ?? original) + (end - start),
      index,
      change,
    };
  }
}

function changedTimes(change: Exclude<OccurrenceChange, 'deleted'>): { start?: number; end?: number } {
  const [start, end] = [change.properties.get('Start')?.text, change.properties.get('End')?.text];
  return {
    ...(start === undefined ? {} : { start: Date.parse(start) }),
    ...(end === undefined ? {} : { end: Date.parse(end) }),
  };
}

/** The occurrence that begins, by the pattern, at a moment. */
export function occurrenceAt(content: ItemContent, original: number): Occurrence | undefined {
  for (const one of occurrencesOf(content)) {
    if (one.original === original) return one;
    if (one.original > original + dayMs) return undefined;
  }
  return undefined;
}

/** An occurrence as an item: what the series says, with what was changed for this one. */
export function occurrenceItem(master: Item, content: ItemContent, occurrence: Occurrence): Item {
  const change = occurrence.change === 'deleted' ? undefined : occurrence.change;
  const properties = new Map(content.properties);
  properties.delete('Recurrence');
  for (const [name, node] of change?.properties ?? []) properties.set(name, node);
  properties.set('Start', el('Start', dateText(occurrence.start)));
  properties.set('End', el('End', dateText(occurrence.end)));
  properties.set('OriginalStart', el('OriginalStart', dateText(occurrence.original)));
  properties.set('RecurrenceId', el('RecurrenceId', dateText(occurrence.original)));
  return {
    ...master,
    id: occurrenceId(master, occurrence.original),
    subject: change?.subject ?? master.subject,
    content: {
      properties,
      extended: new Map([...content.extended, ...(change?.extended ?? [])]),
      body: change?.body ?? content.body,
      alternative: change?.body === undefined ? content.alternative : undefined,
      attachments: content.attachments,
      occurrences: new Map(),
      occurrenceType: change === undefined ? 'Occurrence' : 'Exception',
    },
  };
}

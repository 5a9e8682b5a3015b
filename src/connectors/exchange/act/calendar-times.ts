import type { TimeFields } from '../../../contracts/act-fields.ts';
import type { SeriesFields } from '../../../contracts/series-fields.ts';
import { occurrenceOn, seriesDates } from '../../../formats/recurrence/expand-series.ts';
import { addDays, daysBetween, momentOf, wallClockAt } from '../../../formats/time-zone/wall-clock.ts';
import { ianaZone, windowsZone } from '../../../formats/time-zone/zone-names.ts';
import { childOf, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { readRecurrence, writeRecurrence } from './recurrence-xml.ts';

const dayMs = 86_400_000;

/** The IANA zone in which an item was planned; undefined for one that has no name. */
export function zoneOf(node: XmlNode): string | undefined {
  const name = childOf(node, 'StartTimeZone')?.attributes.Id ?? textAt(node, 'TimeZone');
  return name === undefined || name === '' ? undefined : ianaZone(name);
}

/** When a single item or an occurrence is. Whole days are dates: midnight of the item's zone, or the nearest to midnight UTC when it has none. */
export function readTime(node: XmlNode): TimeFields {
  const zone = zoneOf(node);
  const [start, end] = [new Date(textAt(node, 'Start') ?? 0), new Date(textAt(node, 'End') ?? 0)];
  if (textAt(node, 'IsAllDayEvent') !== 'true')
    return { start: start.toISOString(), end: end.toISOString(), isAllDay: false, zone: zone ?? null };
  const first = dateAt(start, zone);
  const last = dateAt(end, zone);
  return { start: first, end: last > first ? last : addDays(first, 1), isAllDay: true, zone: zone ?? null };
}

function dateAt(moment: Date, zone: string | undefined): string {
  if (zone !== undefined) return wallClockAt(moment, zone).date;
  return new Date(moment.getTime() + dayMs / 2).toISOString().slice(0, 10);
}

/** Elements `Start`, `End`, `IsAllDayEvent`, `StartTimeZone`, `EndTimeZone` of a single item, by name. */
export function writeTime(time: TimeFields): ReadonlyMap<string, string> {
  const zone = time.zone ?? 'UTC';
  const start = time.isAllDay ? momentOf({ date: time.start, minutes: 0 }, zone) : new Date(time.start);
  const end = time.isAllDay ? momentOf({ date: time.end, minutes: 0 }, zone) : new Date(time.end);
  return spanElements(start, end, time.isAllDay, zone);
}

function spanElements(start: Date, end: Date, isAllDay: boolean, zone: string): Map<string, string> {
  const windows = windowsZone(zone) ?? 'UTC';
  return new Map([
    ['Start', textElement('t:Start', instant(start))],
    ['End', textElement('t:End', instant(end))],
    ['IsAllDayEvent', textElement('t:IsAllDayEvent', isAllDay)],
    ['StartTimeZone', element('t:StartTimeZone', { Id: windows })],
    ['EndTimeZone', element('t:EndTimeZone', { Id: windows })],
  ]);
}

/** An instant as EWS takes it: whole seconds. */
export function instant(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** When a series is, or in one sentence why it cannot be kept here. */
export function readSeries(node: XmlNode): { readonly series: SeriesFields } | { readonly problem: string } {
  const recurrence = childOf(node, 'Recurrence');
  const found = recurrence && readRecurrence(recurrence);
  if (found === undefined) return { problem: 'The series has no pattern.' };
  if ('problem' in found) return found;
  const zone = zoneOf(node);
  if (zone === undefined)
    return { problem: 'The series was planned in a time zone without a name. Choose a zone from the list in Outlook.' };
  const time = readTime(node);
  const startMinutes = time.isAllDay ? 0 : wallClockAt(new Date(time.start), zone).minutes;
  const durationMinutes = time.isAllDay
    ? daysBetween(time.start, time.end) * 1440
    : Math.round((Date.parse(time.end) - Date.parse(time.start)) / 60_000);
  return { series: { ...found.recurrence, zone, startMinutes, durationMinutes, isAllDay: time.isAllDay } };
}

/** Elements of a series by name: those of its first occurrence and `Recurrence`. */
export function writeSeries(fields: SeriesFields): ReadonlyMap<string, string> {
  const { zone, startMinutes, durationMinutes, isAllDay, ...recurrence } = fields;
  const [first = fields.startDate] = seriesDates(recurrence);
  const { start, end } = occurrenceOn({ recurrence, zone, startMinutes, durationMinutes }, first);
  return new Map([
    ...spanElements(start, end, isAllDay, zone),
    ['Recurrence', writeRecurrence({ ...recurrence, startDate: first })],
  ]);
}

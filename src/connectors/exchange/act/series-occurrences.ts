import { MailroomError } from '../../../base/errors.ts';
import type { FieldBag, FieldValue } from '../../../contracts/act-fields.ts';
import type { ActItemRef } from '../../../contracts/act-item.ts';
import type { ActNotify } from '../../../contracts/act-port.ts';
import type { Recurrence } from '../../../contracts/recurrence.ts';
import {
  deletedOccurrence,
  plainOccurrence,
  type SeriesException,
  type SeriesFields,
} from '../../../contracts/series-fields.ts';
import { occurrenceOn, seriesDates } from '../../../formats/recurrence/expand-series.ts';
import { addDays, momentOf, wallClockAt } from '../../../formats/time-zone/wall-clock.ts';
import {
  deleteOccurrence,
  getCalendarItems,
  type OccurrenceChange,
  resetPattern,
  updateOccurrence,
} from '../operations/occurrences.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, nodeAt, textAt, type XmlNode } from '../soap/xml-node.ts';
import { textElement } from '../soap/xml-writer.ts';
import { calendarElements, calendarPath, readPlain } from './calendar-properties.ts';
import { instant, readSeries, readTime } from './calendar-times.ts';
import { writeRecurrence } from './recurrence-xml.ts';

const plainFields = ['subject', 'location', 'body', 'showAs', 'importance'] as const;

/** What is read of a changed occurrence. */
const occurrencePaths = ['Subject', 'Body', 'Importance', 'Start', 'End', 'IsAllDayEvent', 'LegacyFreeBusyStatus']
  .concat(['Location', 'StartTimeZone', 'TimeZone'])
  .map(calendarPath);

/** What is read of a master before its occurrences are written. */
const masterPaths = [
  ...occurrencePaths,
  ...['Recurrence', 'ModifiedOccurrences', 'DeletedOccurrences', 'EndTimeZone'].map(calendarPath),
];

/** Field `exceptions` of a series: what its master lists as deleted and changed, in the form of records (AA-30). */
export async function readOccurrences(client: EwsClient, node: XmlNode, signal: AbortSignal): Promise<FieldBag> {
  const found = readSeries(node);
  if ('problem' in found) return {};
  return { exceptions: (await exceptionsOf(client, node, found.series, signal)) as unknown as FieldValue };
}

async function exceptionsOf(
  client: EwsClient,
  master: XmlNode,
  series: SeriesFields,
  signal: AbortSignal,
): Promise<SeriesException[]> {
  const dateOf = (start: string | undefined): string => wallClockAt(new Date(start ?? 0), series.zone).date;
  const deleted = (childOf(master, 'DeletedOccurrences')?.children ?? []).map((one) =>
    deletedOccurrence(dateOf(textAt(one, 'Start'))),
  );
  const infos = childOf(master, 'ModifiedOccurrences')?.children ?? [];
  const ids = infos.map((one) => nodeAt(one, 'ItemId')?.attributes.Id ?? '');
  const items = ids.length === 0 ? [] : await getCalendarItems(client, ids, occurrencePaths, signal);
  const changed = infos.map((info, index): SeriesException => {
    const item = items[index];
    if (item === undefined || 'error' in item) throw item?.error ?? leftOut();
    return exceptionOf(dateOf(textAt(info, 'OriginalStart')), item.node, master, series);
  });
  return [...deleted, ...changed].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function leftOut(): MailroomError {
  return new MailroomError('Exchange left a changed occurrence out of its answer. The series is read again.', {
    code: 'mr_EwsBadAnswer',
    kind: 'transient',
  });
}

function exceptionOf(date: string, node: XmlNode, master: XmlNode, series: SeriesFields): SeriesException {
  const [own, general] = [readPlain(node), readPlain(master)];
  const differing = Object.fromEntries(
    plainFields.map((name) => [name, own[name] === general[name] ? null : (own[name] ?? '')]),
  );
  const time = readTime(node);
  const usual = usualSpan(series, date);
  const span = time.isAllDay === series.isAllDay ? time : momentsOf(time.start, time.end, time.isAllDay, series);
  const isMoved = span.start !== usual.start || span.end !== usual.end;
  return {
    ...plainOccurrence(date),
    ...differing,
    start: isMoved ? span.start : null,
    end: isMoved ? span.end : null,
  };
}

/** An occurrence that is whole days while its series is not, or the other way round, in the form of its series. */
function momentsOf(
  start: string,
  end: string,
  isAllDay: boolean,
  { zone }: SeriesFields,
): { start: string; end: string } {
  if (isAllDay) {
    const midnight = (date: string): string => momentOf({ date, minutes: 0 }, zone).toISOString();
    return { start: midnight(start), end: midnight(end) };
  }
  const first = wallClockAt(new Date(start), zone).date;
  return { start: first, end: addDays(wallClockAt(new Date(end), zone).date, 1) };
}

function usualSpan(series: SeriesFields, date: string): { readonly start: string; readonly end: string } {
  if (series.isAllDay) return { start: date, end: addDays(date, series.durationMinutes / 1440) };
  const { start, end } = occurrenceOn({ ...series, recurrence: recurrenceOf(series) }, date);
  return { start: start.toISOString(), end: end.toISOString() };
}

function recurrenceOf({ pattern, startDate, end }: SeriesFields): Recurrence {
  return { pattern, startDate, end };
}

/**
 * Brings the occurrences of a series to what the field `exceptions` says; a repeat finds nothing to do. What is no longer an exception
 * can only be taken back by writing the pattern anew, since a server has no way to undo a deletion. Returns the master's new version.
 */
export async function writeOccurrences(
  client: EwsClient,
  item: ActItemRef,
  fields: FieldBag,
  notify: ActNotify,
  signal: AbortSignal,
): Promise<ActItemRef> {
  if (fields.exceptions === undefined) return item;
  const wanted = (fields.exceptions ?? []) as unknown as readonly SeriesException[];
  const master = await readMaster(client, item.id, signal);
  if (refOf(master, item).changeKey !== item.changeKey) throw changedMeanwhile();
  const found = readSeries(master);
  if ('problem' in found) return item;
  const { series } = found;
  let present = await exceptionsOf(client, master, series, signal);
  if (present.some(({ date }) => !wanted.some((one) => one.date === date)) || isRevived(present, wanted)) {
    await startAnew(client, item.id, recurrenceOf(series), signal);
    present = [];
  }
  const tells = notify === 'attendees';
  const places = placesOf(recurrenceOf(series), wanted);
  for (const one of wanted) {
    const index = places.get(one.date);
    const now = present.find(({ date }) => date === one.date);
    if (index === undefined || JSON.stringify(now) === JSON.stringify(one)) continue;
    const occurrence = { masterId: item.id, index };
    if (one.isDeleted) await deleteOccurrence(client, occurrence, tells, signal);
    else await updateOccurrence(client, occurrence, changesOf(one, now, readPlain(master), series), tells, signal);
  }
  return refOf(await readMaster(client, item.id, signal), item);
}

/** True when an occurrence that is deleted there is to take place. */
function isRevived(present: readonly SeriesException[], wanted: readonly SeriesException[]): boolean {
  return present.some(({ date, isDeleted }) => isDeleted && wanted.some((one) => one.date === date && !one.isDeleted));
}

/** A pattern that stays the same keeps its exceptions, so another one is written in between. */
async function startAnew(client: EwsClient, id: string, recurrence: Recurrence, signal: AbortSignal): Promise<void> {
  const once: Recurrence = {
    pattern: { kind: 'daily', interval: 1 },
    startDate: recurrence.startDate,
    end: { kind: 'count', count: 1 },
  };
  await resetPattern(client, id, writeRecurrence(once), signal);
  await resetPattern(client, id, writeRecurrence(recurrence), signal);
}

async function readMaster(client: EwsClient, id: string, signal: AbortSignal): Promise<XmlNode> {
  const [outcome] = await getCalendarItems(client, [id], masterPaths, signal);
  if (outcome === undefined || 'error' in outcome) throw outcome?.error ?? leftOut();
  return outcome.node;
}

function refOf(master: XmlNode, item: ActItemRef): ActItemRef {
  const id = childOf(master, 'ItemId')?.attributes;
  return { id: id?.Id ?? item.id, changeKey: id?.ChangeKey ?? item.changeKey };
}

function changedMeanwhile(): MailroomError {
  return new MailroomError('The series was changed in Exchange just now; its exceptions are decided anew.', {
    code: 'ErrorIrresolvableConflict',
    kind: 'conflict',
  });
}

/** Place of each date in the series, from 1; dates that it does not have are left out. */
function placesOf(recurrence: Recurrence, wanted: readonly SeriesException[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const last = wanted.at(-1)?.date ?? '';
  let index = 0;
  for (const date of seriesDates(recurrence)) {
    if (date > last) break;
    index += 1;
    if (wanted.some((one) => one.date === date)) places.set(date, index);
  }
  return places;
}

/** Properties of an occurrence to set: what it has of its own, and what was its own and no longer is. */
function changesOf(
  wanted: SeriesException,
  now: SeriesException | undefined,
  general: FieldBag,
  series: SeriesFields,
): OccurrenceChange[] {
  const bag: Record<string, FieldValue> = {};
  for (const name of plainFields) {
    if (wanted[name] !== null) bag[name] = wanted[name];
    else if (now !== undefined && now[name] !== null) bag[name] = general[name] ?? null;
  }
  const changes = [...calendarElements(bag)].flatMap(([name, value]) =>
    value === undefined ? [] : [{ path: calendarPath(name), value }],
  );
  if (wanted.start === null && (now === undefined || now.start === null)) return changes;
  const span = wanted.start === null || wanted.end === null ? usualSpan(series, wanted.date) : wanted;
  const at = (text: string | null): string =>
    instant(series.isAllDay ? momentOf({ date: text ?? wanted.date, minutes: 0 }, series.zone) : new Date(text ?? 0));
  return [
    ...changes,
    { path: calendarPath('Start'), value: textElement('t:Start', at(span.start)) },
    { path: calendarPath('End'), value: textElement('t:End', at(span.end)) },
  ];
}

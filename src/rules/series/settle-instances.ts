import type { SeriesException, SeriesFields } from '../../contracts/series-fields.ts';
import { seriesDates } from '../../formats/recurrence/expand-series.ts';
import { occurrenceDate, recordOccurrence } from '../../formats/recurrence/record-occurrence.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { InstanceType, instanceValues } from './instance-values.ts';
import { masterExceptions, masterSeries } from './master-series.ts';

type Instance = RecordOf<'appointment'>;

/** `recurringappointmentmaster.expansionstatecode` */
export const ExpansionState = { unexpanded: 0, partial: 1, full: 2 } as const;

/** What settling needs: an open transaction's records (rules do not run again on them). */
export interface Settling {
  readonly records: RecordStore;
  readonly settings: OrganizationSettings;
  readonly now: Date;
  /** Instances made now, at most; the next pass goes on. */
  readonly limit: number;
}

/**
 * Brings the instances of a recurring appointment to what it says: makes those that are missing within the expansion window, changes
 * those that differ, deletes open ones that its pattern no longer has (AA-21, AA-24, AA-25). Closed ones and those that are over stay
 * as they are. A repeat finds nothing to do.
 */
export async function settleInstances(settling: Settling, masterId: string): Promise<void> {
  const { records, now } = settling;
  const master = await records.retrieve('recurringappointmentmaster', masterId);
  if (master === undefined) return;
  const series = masterSeries(master);
  const exceptions = new Map(masterExceptions(master).map((one) => [one.date, one]));
  const window = expansionWindow(settling);
  const present = await instancesOf(records, masterId);
  const wanted = wantedDates(series, exceptions, { ...window, to: lastDateOf(present, series, window.to) });
  const byDate = new Map<string, Instance>();
  for (const row of present) {
    const date = row.originalstartdate ? occurrenceDate(series, row.originalstartdate) : '';
    const isDouble = byDate.has(date);
    if (!isDouble) byDate.set(date, row);
    const isWanted = wanted.dates.has(date) || (date < window.from && !exceptions.get(date)?.isDeleted);
    if ((isDouble || !isWanted) && isOpen(row) && (isAhead(row, now) || exceptions.get(date)?.isDeleted === true))
      await records.delete('appointment', row.activityid ?? '');
    else if (isWanted && isOpen(row) && !isDouble)
      await bringInLine(records, row, instanceValues(master, series, date, exceptions.get(date)));
  }
  const missing = [...wanted.dates].filter((date) => !byDate.has(date));
  const people = missing.length === 0 ? {} : await peopleOf(records, masterId);
  for (const date of missing.slice(0, settling.limit))
    await records.create('appointment', {
      ...instanceValues(master, series, date, exceptions.get(date)),
      ...people,
      seriesid: masterId,
      ownerid: master.ownerid ?? null,
    });
  await noteProgress(records, masterId, series, wanted, missing.slice(settling.limit));
}

/** CreateInstance: makes so many instances after the last one there is, whatever the window; false when the series has no more. */
export async function makeFurtherInstances(records: RecordStore, masterId: string, count: number): Promise<boolean> {
  const master = await records.retrieve('recurringappointmentmaster', masterId);
  if (master === undefined) return false;
  const series = masterSeries(master);
  const exceptions = new Map(masterExceptions(master).map((one) => [one.date, one]));
  const last = lastDateOf(await instancesOf(records, masterId), series, '');
  const people = await peopleOf(records, masterId);
  let made = 0;
  for (const date of seriesDates(series, last === '' ? undefined : last)) {
    if (date <= last || exceptions.get(date)?.isDeleted === true) continue;
    if (made === count) return true;
    await records.create('appointment', {
      ...instanceValues(master, series, date, exceptions.get(date)),
      ...people,
      seriesid: masterId,
      ownerid: master.ownerid ?? null,
    });
    made += 1;
  }
  return false;
}

/** The date of the last instance, or `atLeast` where that is later. */
function lastDateOf(present: readonly Instance[], series: SeriesFields, atLeast: string): string {
  return present.reduce((last, { originalstartdate }) => {
    const date = originalstartdate ? occurrenceDate(series, originalstartdate) : '';
    // biome-ignore lint/complexity/useMathMinMax: these are texts
    return date > last ? date : last;
  }, atLeast);
}

/** Between which dates instances are made. */
export interface ExpansionWindow {
  /** First and last date, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
}

/** The dates between which instances exist now (AA-25). */
export function expansionWindow({ settings, now }: Pick<Settling, 'settings' | 'now'>): ExpansionWindow {
  const shifted = (months: number): string => {
    const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
    const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
    day.setUTCDate(Math.min(now.getUTCDate(), last));
    return day.toISOString().slice(0, 10);
  };
  return { from: shifted(-settings.expansion.pastMonths), to: shifted(settings.expansion.futureMonths) };
}

/** Dates on which a series has instances. */
export interface WantedDates {
  readonly dates: ReadonlySet<string>;
  /** The first date beyond the window; undefined when the series ends within it. */
  readonly next: string | undefined;
}

/** The dates of a series within the window that are not deleted. Pure. */
export function wantedDates(
  series: SeriesFields,
  exceptions: ReadonlyMap<string, SeriesException>,
  { from, to }: ExpansionWindow,
): WantedDates {
  const dates = new Set<string>();
  for (const date of seriesDates(series, from)) {
    if (date > to) return { dates, next: date };
    if (exceptions.get(date)?.isDeleted !== true) dates.add(date);
  }
  return { dates, next: undefined };
}

async function instancesOf(records: RecordStore, masterId: string): Promise<readonly Instance[]> {
  const page = await records.retrieveMultiple({
    table: 'appointment',
    filter: {
      and: [
        { column: 'seriesid', operator: 'eq', value: masterId },
        { column: 'instancetypecode', operator: 'in', value: [InstanceType.instance, InstanceType.exception] },
      ],
    },
    orderBy: [{ column: 'originalstartdate' }],
  });
  return page.rows;
}

const isOpen = ({ statecode }: Instance): boolean => statecode !== 1 && statecode !== 2;

const isAhead = ({ scheduledend }: Instance, now: Date): boolean => (scheduledend ?? now).getTime() >= now.getTime();

/** Writes what differs; an instance that is as it should be is not touched. */
async function bringInLine(records: RecordStore, row: Instance, values: Instance): Promise<void> {
  const changes = Object.entries(values).filter(([column, value]) => !isSame(row[column as keyof Instance], value));
  if (changes.length > 0) await records.update('appointment', row.activityid ?? '', Object.fromEntries(changes));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** Attendees and organizer of a series, which its instances share. */
async function peopleOf(records: RecordStore, masterId: string): Promise<Instance> {
  const columns = ['requiredattendees', 'optionalattendees', 'organizer'] as const;
  const row = await records.retrieve('recurringappointmentmaster', masterId, ['activityid', ...columns]);
  return Object.fromEntries(columns.map((column) => [column, row?.[column] ?? []]));
}

async function noteProgress(
  records: RecordStore,
  masterId: string,
  series: SeriesFields,
  wanted: WantedDates,
  waiting: readonly string[],
): Promise<void> {
  await records.update('recurringappointmentmaster', masterId, progressOf(series, wanted, waiting));
}

/** How far a series is spread out, `waiting` the dates whose instances are still to be made. Pure. */
export function progressOf(
  series: SeriesFields,
  wanted: WantedDates,
  waiting: readonly string[],
): Pick<
  RecordOf<'recurringappointmentmaster'>,
  'expansionstatecode' | 'lastexpandedinstancedate' | 'nextexpansioninstancedate'
> {
  const made = [...wanted.dates].filter((date) => !waiting.includes(date)).at(-1);
  const next = waiting[0] ?? wanted.next;
  const start = (date: string | undefined): Date | null =>
    date === undefined ? null : recordOccurrence(series, date).start;
  return {
    expansionstatecode: next === undefined ? ExpansionState.full : ExpansionState.partial,
    lastexpandedinstancedate: start(made),
    nextexpansioninstancedate: start(next),
  };
}

/** New people of a series for its instances that are open and not over. */
export async function passOnPeople(records: RecordStore, masterId: string, now: Date): Promise<void> {
  const people = await peopleOf(records, masterId);
  for (const row of await instancesOf(records, masterId))
    if (isOpen(row) && isAhead(row, now)) await records.update('appointment', row.activityid ?? '', people);
}

/** Deletes the instances of a series that are open and not over; the others stay as what was. */
export async function deleteOpenInstances(records: RecordStore, masterId: string, now: Date): Promise<void> {
  for (const row of await instancesOf(records, masterId))
    if (isOpen(row) && isAhead(row, now)) await records.delete('appointment', row.activityid ?? '');
}

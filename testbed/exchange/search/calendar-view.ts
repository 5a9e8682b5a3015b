import type { FolderTarget } from '../access/find-target.ts';
import { occurrenceItem, occurrencesOf, timesOf } from '../calendar/series.ts';
import { contentOf } from '../items/item-content.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Item } from '../store/item.ts';
import type { XmlNode } from '../xml/xml-node.ts';
import { findLimit, type Page } from './paging.ts';

/** Longest stretch, ms: two years, as on a real server. */
const longest = 2 * 366 * 86_400_000;

/** What lies in a stretch of a calendar, series spread out, by start. Throws EwsError for a folder that is no calendar. */
export function calendarView({ account, folder }: FolderTarget, view: XmlNode): Page<Item> {
  if (folder.kind !== 'CalendarFolder') throw new EwsError('ErrorCalendarFolderIsInvalidForCalendarView');
  const { StartDate = '', EndDate = '', MaxEntriesReturned } = view.attributes;
  const [from, until] = [Date.parse(StartDate), Date.parse(EndDate)];
  if (until < from)
    throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', 'EndDate is earlier than StartDate');
  if (until - from > longest) throw new EwsError('ErrorCalendarViewRangeTooBig');
  const overlaps = (start: number, end: number): boolean =>
    start < until && (end > from || (start === end && start >= from));
  const found: { at: number; item: Item }[] = [];
  for (const item of folder.byArrival) {
    const content = contentOf(item, account.mailbox);
    if (!content.properties.has('Recurrence')) {
      const { start, end } = timesOf(content);
      if (overlaps(start, end)) found.push({ at: start, item });
      continue;
    }
    for (const one of occurrencesOf(content)) {
      if (one.original > until + longest) break;
      if (one.change === 'deleted' || !overlaps(one.start, one.end)) {
        if (one.original >= until && content.occurrences.size === 0) break;
        continue;
      }
      found.push({ at: one.start, item: occurrenceItem(item, content, one) });
    }
  }
  found.sort((a, b) => a.at - b.at);
  const count = Math.min(Number(MaxEntriesReturned ?? findLimit), findLimit);
  return {
    entries: found.slice(0, count).map(({ item }) => item),
    attributes: { TotalItemsInView: String(found.length), IncludesLastItemInRange: String(found.length <= count) },
  };
}

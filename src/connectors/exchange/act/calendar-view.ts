import { MailroomError } from '../../../base/errors.ts';
import type { FieldBag } from '../../../contracts/act-fields.ts';
import { folderRef } from '../operations/folder-ref.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { findNode, nodeAt, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { calendarPath, readPlain } from './calendar-properties.ts';
import { instant, readTime } from './calendar-times.ts';

/** Items in one answer; the server's own limit is 1,000. */
const pageSize = 500;

/** Answers to one question, at most. */
const mostPages = 10;

/** Properties that FindItem tells; it knows neither bodies nor attendees. */
const paths = [
  ...['Subject', 'Importance', 'Start', 'End', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'Location', 'StartTimeZone'],
  'UID',
].map(calendarPath);

/** FindItem with a CalendarView; see {@link ActPort.view}. The view has no offset: the next page begins where the last item seen does. */
export async function viewCalendar(
  client: EwsClient,
  start: Date,
  end: Date,
  signal: AbortSignal,
): Promise<readonly FieldBag[]> {
  const found = new Map<string, FieldBag>();
  let from = start;
  for (let page = 0; page < mostPages; page += 1) {
    const root = findNode(await client.callOne('FindItem', requestOf(client, from, end), signal), 'RootFolder');
    const items = findNode(root, 'Items')?.children ?? [];
    for (const item of items) found.set(nodeAt(item, 'ItemId')?.attributes.Id ?? '', fieldsOf(item));
    const last = textAt(items.at(-1), 'Start');
    if (root?.attributes.IncludesLastItemInRange !== 'false' || last === undefined) return [...found.values()];
    from = new Date(Math.max(Date.parse(last), start.getTime()));
  }
  throw new MailroomError(
    `The calendar holds more than ${found.size} appointments in that time. Ask for a shorter one.`,
    { code: 'mr_CalendarTooFull', kind: 'item' },
  );
}

const requestOf = (client: EwsClient, from: Date, end: Date): string =>
  element(
    'm:FindItem',
    { Traversal: 'Shallow' },
    element('m:ItemShape', {}, textElement('t:BaseShape', 'IdOnly'), element('t:AdditionalProperties', {}, ...paths)),
    element('m:CalendarView', { MaxEntriesReturned: pageSize, StartDate: instant(from), EndDate: instant(end) }),
    element('m:ParentFolderIds', {}, folderRef({ distinguished: 'calendar' }, client)),
  );

const fieldsOf = (node: XmlNode): FieldBag => ({
  ...readPlain(node),
  time: readTime(node),
  meetingId: textAt(node, 'UID') || null,
});

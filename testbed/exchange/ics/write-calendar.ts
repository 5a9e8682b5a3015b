import { occurrenceItem, occurrencesOf, timesOf, zoneOf } from '../calendar/series.ts';
import { windowsZone } from '../calendar/windows-zones.ts';
import { bodyText } from '../items/body-forms.ts';
import { emptyContent } from '../items/item-content.ts';
import { addressOf } from '../mime/mail-addresses.ts';
import type { Account } from '../store/account.ts';
import type { Item, ItemContent } from '../store/item.ts';
import { child, childText, type XmlNode } from '../xml/xml-node.ts';
import { foldLines, icsEscape } from './ics-component.ts';
import { icsDay, icsLocal, icsUtc } from './ics-dates.ts';
import { ruleOf } from './ics-recurrence.ts';
import { zoneLines } from './ics-zone.ts';

/** What a calendar object is for (RFC 5546); PUBLISH when it only shows an item. */
export type IcsMethod = 'PUBLISH' | 'REQUEST' | 'CANCEL' | 'REPLY';

/** What a calendar object tells besides the item. */
export interface IcsOptions {
  readonly method: IcsMethod;
  /** Whose item it is; the organizer where the item names none. */
  readonly owner: Account;
  readonly now: number;
  /** Of a reply: who answers, and how (PARTSTAT). */
  readonly reply?: { readonly name: string; readonly address: string; readonly status: string };
}

/** An item, with the exceptions of a series, as an iCalendar object. */
export function writeCalendar(item: Item, content: ItemContent, options: IcsOptions): string {
  const zone = zoneOf(content);
  const zoneId = content.properties.get('StartTimeZone')?.attributes.Id ?? windowsZone(zone) ?? zone;
  const { start } = timesOf(content);
  const events = [eventLines(item, content, { zone, zoneId, options })];
  for (const one of content.occurrences.size === 0 ? [] : occurrencesOf(content)) {
    if (one.change === undefined || one.change === 'deleted') continue;
    const shown = occurrenceItem(item, content, one);
    events.push(eventLines(shown, shown.content ?? emptyContent(), { zone, zoneId, options }));
  }
  return foldLines([
    'BEGIN:VCALENDAR',
    `METHOD:${options.method}`,
    'PRODID:Microsoft Exchange Server 2010',
    'VERSION:2.0',
    ...(zone === 'UTC' ? [] : zoneLines(zoneId, zone, new Date(start).getUTCFullYear())),
    ...events.flat(),
    'END:VCALENDAR',
  ]);
}

interface EventContext {
  readonly zone: string;
  readonly zoneId: string;
  readonly options: IcsOptions;
}

function eventLines(item: Item, content: ItemContent, context: EventContext): string[] {
  const { options } = context;
  const { properties } = content;
  const text = (name: string): string | undefined => properties.get(name)?.text;
  const cancelled = options.method === 'CANCEL' || text('IsCancelled') === 'true';
  const busy = { Free: 'FREE', Tentative: 'TENTATIVE', OOF: 'OOF' }[text('LegacyFreeBusyStatus') ?? ''] ?? 'BUSY';
  const body = bodyText(content, 'Text');
  return [
    'BEGIN:VEVENT',
    ...people(content, options),
    ...(body === '' ? [] : [`DESCRIPTION;LANGUAGE=en-US:${icsEscape(body)}`]),
    ...(content.body?.type === 'HTML' ? [`X-ALT-DESC;FMTTYPE=text/html:${icsEscape(content.body.text)}`] : []),
    ...repetition(content, context),
    `UID:${text('UID') ?? ''}`,
    ...recurrenceId(content, context),
    `SUMMARY;LANGUAGE=en-US:${icsEscape(item.subject)}`,
    ...times(content, context),
    `CLASS:${{ Private: 'PRIVATE', Confidential: 'CONFIDENTIAL', Personal: 'PRIVATE' }[text('Sensitivity') ?? ''] ?? 'PUBLIC'}`,
    `PRIORITY:${{ High: 1, Low: 9 }[text('Importance') ?? ''] ?? 5}`,
    `DTSTAMP:${icsUtc(options.now)}`,
    `TRANSP:${busy === 'FREE' ? 'TRANSPARENT' : 'OPAQUE'}`,
    `STATUS:${cancelled ? 'CANCELLED' : busy === 'TENTATIVE' ? 'TENTATIVE' : 'CONFIRMED'}`,
    `SEQUENCE:${text('AppointmentSequenceNumber') ?? 0}`,
    `LOCATION;LANGUAGE=en-US:${icsEscape(text('Location') ?? '')}`,
    ...categories(properties.get('Categories')),
    `X-MICROSOFT-CDO-APPT-SEQUENCE:${text('AppointmentSequenceNumber') ?? 0}`,
    `X-MICROSOFT-CDO-BUSYSTATUS:${busy}`,
    `X-MICROSOFT-CDO-ALLDAYEVENT:${text('IsAllDayEvent') === 'true' ? 'TRUE' : 'FALSE'}`,
    ...alarm(text('ReminderIsSet'), text('ReminderMinutesBeforeStart')),
    'END:VEVENT',
  ];
}

function people({ properties }: ItemContent, { method, owner, reply }: IcsOptions): string[] {
  const organizer = addressOf(child(properties.get('Organizer'), 'Mailbox'));
  const { name, address } = organizer ?? { name: owner.displayName, address: owner.address };
  const lists = [
    ['RequiredAttendees', 'ROLE=REQ-PARTICIPANT'],
    ['OptionalAttendees', 'ROLE=OPT-PARTICIPANT'],
    ['Resources', 'CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT'],
  ] as const;
  const attendees = lists.flatMap(([list, role]) =>
    (properties.get(list)?.children ?? []).map((one) => ({ one, role })),
  );
  if (attendees.length === 0 && reply === undefined) return [];
  const head = `ORGANIZER;CN=${quoted(name || address)}:mailto:${address}`;
  if (reply !== undefined) {
    return [
      head,
      `ATTENDEE;PARTSTAT=${reply.status};CN=${quoted(reply.name || reply.address)}:mailto:${reply.address}`,
    ];
  }
  const rows = attendees.flatMap(({ one, role }) => {
    const person = addressOf(child(one, 'Mailbox'));
    if (person === undefined) return [];
    const status = method === 'PUBLISH' ? partStat(childText(one, 'ResponseType')) : 'NEEDS-ACTION';
    return [
      `ATTENDEE;${role};PARTSTAT=${status};RSVP=TRUE;CN=${quoted(person.name || person.address)}:mailto:${person.address}`,
    ];
  });
  return [head, ...rows];
}

function quoted(name: string): string {
  return `"${name.replace(/["\r\n]/g, "'")}"`;
}

/** PARTSTAT of a response. */
export function partStat(response: string | undefined): string {
  return (
    { Accept: 'ACCEPTED', Decline: 'DECLINED', Tentative: 'TENTATIVE', Organizer: 'ACCEPTED' }[response ?? ''] ??
    'NEEDS-ACTION'
  );
}

function times(content: ItemContent, context: EventContext): string[] {
  const { start, end } = timesOf(content);
  const isAllDay = content.properties.get('IsAllDayEvent')?.text === 'true';
  return [dateLine('DTSTART', start, isAllDay, context), dateLine('DTEND', end, isAllDay, context)];
}

function dateLine(name: string, at: number, isAllDay: boolean, { zone, zoneId }: EventContext): string {
  if (isAllDay) return `${name};VALUE=DATE:${icsDay(at, zone)}`;
  return zone === 'UTC' ? `${name}:${icsUtc(at)}` : `${name};TZID=${quotedZone(zoneId)}:${icsLocal(at, zone)}`;
}

function quotedZone(id: string): string {
  return /[,;:]/.test(id) ? `"${id}"` : id;
}

function repetition(content: ItemContent, context: EventContext): string[] {
  const node = content.properties.get('Recurrence');
  if (node === undefined) return [];
  const isAllDay = content.properties.get('IsAllDayEvent')?.text === 'true';
  const { start } = timesOf(content);
  const until = (date: string): string => {
    const day = date.replaceAll('-', '');
    return isAllDay ? day : `${day}T${icsUtc(start).slice(9)}`;
  };
  const gone = [...content.occurrences].filter(([, change]) => change === 'deleted').map(([original]) => original);
  return [`RRULE:${ruleOf(node, until)}`, ...gone.sort().map((at) => dateLine('EXDATE', at, isAllDay, context))];
}

function recurrenceId(content: ItemContent, context: EventContext): string[] {
  const original = content.properties.get('RecurrenceId')?.text;
  if (original === undefined) return [];
  const isAllDay = content.properties.get('IsAllDayEvent')?.text === 'true';
  return [dateLine('RECURRENCE-ID', Date.parse(original), isAllDay, context)];
}

function categories(node: XmlNode | undefined): string[] {
  const words = (node?.children ?? []).map(({ text }) => icsEscape(text));
  return words.length === 0 ? [] : [`CATEGORIES:${words.join(',')}`];
}

function alarm(isSet: string | undefined, minutes: string | undefined): string[] {
  if (isSet === 'false') return [];
  return [
    'BEGIN:VALARM',
    'DESCRIPTION:REMINDER',
    `TRIGGER;RELATED=START:-PT${minutes ?? 15}M`,
    'ACTION:DISPLAY',
    'END:VALARM',
  ];
}

import { windowsZone } from '../calendar/windows-zones.ts';
import { offsetAt } from '../calendar/zone-offset.ts';
import { dateText } from '../items/date-text.ts';
import { mailboxNode } from '../mime/mail-addresses.ts';
import type { ItemBody } from '../store/item.ts';
import { el, empty, type XmlNode } from '../xml/xml-node.ts';
import { type IcsComponent, type IcsProperty, icsProperty, icsText, readComponents } from './ics-component.ts';
import { type IcsDate, readIcsDate, readIcsMoment } from './ics-dates.ts';
import { recurrenceOf } from './ics-recurrence.ts';

/** One VEVENT as the properties of a calendar item. */
export interface CalendarEvent {
  readonly uid: string;
  /** Original start of the occurrence it is about, ms. */
  readonly recurrenceId: number | undefined;
  readonly subject: string | undefined;
  readonly body: ItemBody | undefined;
  readonly properties: Map<string, XmlNode>;
  /** Original starts of deleted occurrences, ms. */
  readonly deleted: readonly number[];
  readonly sequence: number;
  /** PARTSTAT and address of the only attendee, of a reply. */
  readonly reply: { readonly status: string; readonly address: string } | undefined;
}

/** A calendar object. */
export interface CalendarObject {
  /** In upper case; empty without. */
  readonly method: string;
  readonly events: readonly CalendarEvent[];
}

/** Reads an iCalendar object; dates without zone are in `ownZone` (IANA). Undefined when it holds no event. */
export function readCalendar(text: string, ownZone: string): CalendarObject | undefined {
  const calendar = readComponents(text).find(({ name }) => name === 'VCALENDAR');
  if (calendar === undefined) return undefined;
  const events = calendar.components
    .filter(({ name }) => name === 'VEVENT')
    .map((event) => readEvent(event, calendar, ownZone));
  if (events.length === 0) return undefined;
  return { method: (icsText(calendar, 'METHOD') ?? '').toUpperCase(), events };
}

function readEvent(event: IcsComponent, calendar: IcsComponent, ownZone: string): CalendarEvent {
  const date = (name: string): IcsDate | undefined => {
    const property = icsProperty(event, name);
    return property && readIcsDate(property, calendar, ownZone);
  };
  const start = date('DTSTART');
  const properties = new Map<string, XmlNode>();
  const put = (node: XmlNode | undefined): void => void (node && properties.set(node.name, node));
  const uid = icsText(event, 'UID') ?? '';
  put(uid === '' ? undefined : el('UID', uid));
  if (start !== undefined) for (const node of timeNodes(event, start, date('DTEND'))) put(node);
  for (const node of plainNodes(event)) put(node);
  for (const node of peopleNodes(event)) put(node);
  const rule = icsProperty(event, 'RRULE')?.value;
  if (rule !== undefined && start !== undefined) put(recurrenceOf(rule, localDay(start)));
  return {
    uid,
    recurrenceId: date('RECURRENCE-ID')?.at,
    subject: icsText(event, 'SUMMARY'),
    body: bodyOf(event),
    properties,
    deleted: deletedOf(event, calendar, ownZone),
    sequence: Number(icsText(event, 'SEQUENCE') ?? 0),
    reply: replyOf(event),
  };
}

function localDay({ at, zone }: IcsDate): string {
  return dateText(at + offsetAt(zone, at)).slice(0, 10);
}

function timeNodes(event: IcsComponent, start: IcsDate, end: IcsDate | undefined): XmlNode[] {
  const length = durationMs(icsText(event, 'DURATION')) ?? (start.isDateOnly ? 86_400_000 : 0);
  const isAllDay = start.isDateOnly || icsText(event, 'X-MICROSOFT-CDO-ALLDAYEVENT') === 'TRUE';
  const zone = empty('StartTimeZone', { Id: windowsZone(start.zone) ?? start.zone, Name: start.zone });
  return [
    el('Start', dateText(start.at)),
    el('End', dateText(end?.at ?? start.at + length)),
    el('IsAllDayEvent', isAllDay),
    zone,
    { ...zone, name: 'EndTimeZone' },
  ];
}

function durationMs(text: string | undefined): number | undefined {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text ?? '');
  if (match === null) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (
    ((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000
  );
}

function plainNodes(event: IcsComponent): (XmlNode | undefined)[] {
  const text = (name: string): string | undefined => icsText(event, name);
  const priority = Number(text('PRIORITY') ?? 5);
  const words = event.properties.filter(({ name }) => name === 'CATEGORIES').flatMap(({ value }) => value.split(','));
  const alarm = event.components.find(({ name }) => name === 'VALARM');
  const trigger = alarm && durationMs(icsText(alarm, 'TRIGGER')?.replace(/^-/, ''));
  return [
    text('LOCATION') === undefined ? undefined : el('Location', text('LOCATION') ?? ''),
    el('LegacyFreeBusyStatus', busyOf(text('X-MICROSOFT-CDO-BUSYSTATUS'), text('TRANSP'))),
    el('Sensitivity', { PRIVATE: 'Private', CONFIDENTIAL: 'Confidential' }[text('CLASS') ?? ''] ?? 'Normal'),
    el('Importance', priority >= 1 && priority <= 4 ? 'High' : priority > 5 ? 'Low' : 'Normal'),
    el('AppointmentSequenceNumber', Number(text('SEQUENCE') ?? 0)),
    words.length === 0
      ? undefined
      : el(
          'Categories',
          words.map((word) => el('String', word.replace(/\\(.)/g, '$1'))),
        ),
    el('ReminderIsSet', alarm !== undefined),
    trigger === undefined ? undefined : el('ReminderMinutesBeforeStart', Math.round(trigger / 60_000)),
    text('STATUS') === 'CANCELLED' ? el('IsCancelled', true) : undefined,
  ];
}

function busyOf(status: string | undefined, transparency: string | undefined): string {
  const word = { FREE: 'Free', TENTATIVE: 'Tentative', OOF: 'OOF', BUSY: 'Busy' }[status ?? ''];
  return word ?? (transparency === 'TRANSPARENT' ? 'Free' : 'Busy');
}

function peopleNodes(event: IcsComponent): (XmlNode | undefined)[] {
  const organizer = icsProperty(event, 'ORGANIZER');
  const attendees = event.properties
    .filter(({ name }) => name === 'ATTENDEE')
    .filter(({ value }) => /mailto:/i.test(value));
  const list = (name: string, fits: (one: IcsProperty) => boolean): XmlNode | undefined => {
    const found = attendees.filter(fits);
    return found.length === 0 ? undefined : el(name, found.map(attendeeNode));
  };
  const isResource = ({ parameters }: IcsProperty): boolean =>
    parameters.get('CUTYPE') === 'RESOURCE' ||
    parameters.get('CUTYPE') === 'ROOM' ||
    parameters.get('ROLE') === 'NON-PARTICIPANT';
  const isOptional = ({ parameters }: IcsProperty): boolean => parameters.get('ROLE') === 'OPT-PARTICIPANT';
  return [
    organizer && el('Organizer', [personNode(organizer)]),
    list('RequiredAttendees', (one) => !isResource(one) && !isOptional(one)),
    list('OptionalAttendees', (one) => isOptional(one)),
    list('Resources', (one) => isResource(one)),
  ];
}

function personNode({ parameters, value }: IcsProperty): XmlNode {
  return mailboxNode({ name: parameters.get('CN') ?? '', address: value.replace(/^mailto:/i, '') });
}

function attendeeNode(property: IcsProperty): XmlNode {
  const response = { ACCEPTED: 'Accept', DECLINED: 'Decline', TENTATIVE: 'Tentative' }[
    property.parameters.get('PARTSTAT') ?? ''
  ];
  return el('Attendee', [personNode(property), el('ResponseType', response ?? 'Unknown')]);
}

function replyOf(event: IcsComponent): CalendarEvent['reply'] {
  const attendee = icsProperty(event, 'ATTENDEE');
  if (attendee === undefined) return undefined;
  return { status: attendee.parameters.get('PARTSTAT') ?? '', address: attendee.value.replace(/^mailto:/i, '') };
}

function bodyOf(event: IcsComponent): ItemBody | undefined {
  const html = icsText(event, 'X-ALT-DESC');
  if (html !== undefined) return { type: 'HTML', text: html };
  const text = icsText(event, 'DESCRIPTION');
  return text === undefined ? undefined : { type: 'Text', text };
}

function deletedOf(event: IcsComponent, calendar: IcsComponent, ownZone: string): number[] {
  return event.properties
    .filter(({ name }) => name === 'EXDATE')
    .flatMap(({ value, parameters }) => value.split(',').map((one) => ({ one, zone: parameters.get('TZID') })))
    .flatMap(({ one, zone }) => readIcsMoment(one, zone, calendar, ownZone)?.at ?? []);
}

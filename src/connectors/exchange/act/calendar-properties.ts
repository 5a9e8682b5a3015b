import type { AttendeeFields, FieldBag, FieldValue, TimeFields } from '../../../contracts/act-fields.ts';
import type { ActResponse } from '../../../contracts/act-item.ts';
import type { SeriesFields } from '../../../contracts/series-fields.ts';
import { childOf, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { writeSeries, writeTime } from './calendar-times.ts';

const showAsNames: Readonly<Record<string, string>> = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  oof: 'OOF',
};
const importanceNames: Readonly<Record<string, string>> = { low: 'Low', normal: 'Normal', high: 'High' };

/** Namespace of each property in a path; the others are of calendar items. */
const itemProperties: ReadonlySet<string> = new Set([
  'Subject',
  'Body',
  'Importance',
  'ReminderIsSet',
  'ReminderMinutesBeforeStart',
]);

/** `t:FieldURI` of a property of calendar items. */
export function calendarPath(name: string): string {
  return element('t:FieldURI', { FieldURI: `${itemProperties.has(name) ? 'item' : 'calendar'}:${name}` });
}

/** What a calendar item shows of itself apart from its time: the same for single ones, series and occurrences. */
export function readPlain(node: XmlNode): FieldBag {
  return {
    subject: textAt(node, 'Subject') || null,
    body: plainText(textAt(node, 'Body')),
    location: textAt(node, 'Location') || null,
    importance: (textAt(node, 'Importance') ?? 'Normal').toLowerCase(),
    showAs: readShowAs(textAt(node, 'LegacyFreeBusyStatus')),
  };
}

/** AA-31: what is neither tentative, busy nor away counts as free, working elsewhere included. */
function readShowAs(name: string | undefined): string {
  return Object.keys(showAsNames).find((key) => showAsNames[key] === (name ?? 'Busy')) ?? 'free';
}

/** Line ends as records have them; the last ones, which servers add, do not count. */
function plainText(text: string | undefined): string | null {
  return text?.replace(/\r\n?/g, '\n').trimEnd() || null;
}

/** People of a meeting: attendees (rooms are required ones), organizer, answers (AA-37, AA-41). */
export function readPeople(node: XmlNode): FieldBag {
  const people = (...lists: readonly string[]): XmlNode[] =>
    lists.flatMap((name) => childOf(node, name)?.children ?? []);
  const everybody = people('RequiredAttendees', 'OptionalAttendees', 'Resources');
  return {
    requiredAttendees: addressList(people('RequiredAttendees', 'Resources')),
    optionalAttendees: addressList(people('OptionalAttendees')),
    organizer: addressList([childOf(node, 'Organizer')].filter((one) => one !== undefined))[0] ?? null,
    responses: everybody
      .flatMap((one) => {
        const address = addressOf(one);
        const response = responseNames[textAt(one, 'ResponseType') ?? ''];
        return address === undefined || response === undefined ? [] : [{ address, response }];
      })
      .sort((a, b) => (a.address < b.address ? -1 : 1)),
  };
}

/** What a ResponseType means; others are no answer. */
export const responseNames: Readonly<Record<string, ActResponse>> = {
  Accept: 'accepted',
  Decline: 'declined',
  Tentative: 'tentative',
};

function addressOf(node: XmlNode): string | undefined {
  const address = textAt(node, 'Mailbox', 'EmailAddress')?.trim().toLowerCase();
  return address?.includes('@') ? address : undefined;
}

function addressList(nodes: readonly XmlNode[]): AttendeeFields[] {
  const addresses = new Set(nodes.flatMap((node) => addressOf(node) ?? []));
  return [...addresses].sort().map((address) => ({ address, name: null }));
}

/** Elements that a bag's fields become, by name; undefined deletes the property. Fields that no client may set are left out. */
export function calendarElements(fields: FieldBag): Map<string, string | undefined> {
  const elements = new Map<string, string | undefined>();
  for (const [name, value] of Object.entries(fields)) {
    const text = value === null ? undefined : String(value);
    if (name === 'subject') elements.set('Subject', textElement('t:Subject', text ?? ''));
    if (name === 'body') elements.set('Body', bodyElement(text ?? ''));
    if (name === 'location') elements.set('Location', textElement('t:Location', text ?? ''));
    if (name === 'importance')
      elements.set('Importance', textElement('t:Importance', importanceNames[text ?? ''] ?? 'Normal'));
    if (name === 'showAs')
      elements.set('LegacyFreeBusyStatus', textElement('t:LegacyFreeBusyStatus', showAsNames[text ?? ''] ?? 'Free'));
    if (name === 'requiredAttendees') elements.set('RequiredAttendees', attendees('RequiredAttendees', value));
    if (name === 'optionalAttendees') elements.set('OptionalAttendees', attendees('OptionalAttendees', value));
    if (name === 'time' && value !== null) addAll(elements, writeTime(value as unknown as TimeFields));
    if (name === 'recurrence' && value !== null) addAll(elements, writeSeries(value as unknown as SeriesFields));
  }
  return elements;
}

function bodyElement(text: string): string {
  return textElement('t:Body', text).replace('<t:Body>', '<t:Body BodyType="Text">');
}

function attendees(name: string, value: FieldValue): string | undefined {
  const people = (value ?? []) as unknown as readonly AttendeeFields[];
  if (people.length === 0) return undefined;
  return element(
    `t:${name}`,
    {},
    ...people.map(({ address }) =>
      element('t:Attendee', {}, element('t:Mailbox', {}, textElement('t:EmailAddress', address))),
    ),
  );
}

function addAll(elements: Map<string, string | undefined>, more: ReadonlyMap<string, string>): void {
  for (const [name, xml] of more) elements.set(name, xml);
}

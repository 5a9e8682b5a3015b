import type { AddressFields, FieldBag, FieldValue, NameFields } from '../../../contracts/act-fields.ts';
import { dayOfInstant } from '../../../formats/act-date.ts';
import { type ExtendedName, extendedPath, extendedProperty, extendedText } from '../soap/extended-property.ts';
import { childOf, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** One property of a contact and the field it belongs to. */
export interface ContactProperty {
  readonly field: string;
  /** Which part of a computed field it is. */
  readonly part?: string;
  readonly path: string;
  /** Element of the contact that holds it. */
  readonly element: string;
  /** Absent where it is only written. */
  read?(node: XmlNode): FieldValue;
  /** The element, or the entry of a list; undefined takes the property away. */
  write(value: FieldValue, fields: FieldBag): string | undefined;
}

const fieldUri = (uri: string): string => element('t:FieldURI', { FieldURI: uri });
const entryUri = (uri: string, key: string): string => element('t:IndexedFieldURI', { FieldURI: uri, FieldIndex: key });
const asText = (value: FieldValue): string => (typeof value === 'string' ? value : '');

function plain(field: string, name: string, uri = `contacts:${name}`): ContactProperty {
  return {
    field,
    path: fieldUri(uri),
    element: name,
    read: (node) => textAt(node, name) || null,
    write: (value) => (value === null ? undefined : textElement(`t:${name}`, asText(value))),
  };
}

const notes: ContactProperty = {
  ...plain('notes', 'Body', 'item:Body'),
  write: (value) => (value === null ? undefined : element('t:Body', { BodyType: 'Text' }, escaped(asText(value)))),
};

/** Text as content of an element. */
const escaped = (text: string): string => textElement('x', text).slice(3, -4);

function entryOf(node: XmlNode, list: string, key: string): XmlNode | undefined {
  return childOf(node, list)?.children.find((entry) => entry.attributes.Key === key);
}

function phone(field: string, key: string): ContactProperty {
  return {
    field,
    path: entryUri('contacts:PhoneNumber', key),
    element: 'PhoneNumbers',
    read: (node) => entryOf(node, 'PhoneNumbers', key)?.text || null,
    write: (value) => (value === null ? undefined : element('t:Entry', { Key: key }, escaped(asText(value)))),
  };
}

/** CC-09: the name shown with an address is the full name and the address. */
function email(field: string, key: string): ContactProperty {
  return {
    field,
    path: entryUri('contacts:EmailAddress', key),
    element: 'EmailAddresses',
    read: (node) => entryOf(node, 'EmailAddresses', key)?.text || null,
    write: (value, fields) => {
      if (value === null) return undefined;
      const person = displayName((fields.fullname ?? null) as NameFields | null);
      const name = person === '' ? undefined : `${person} (${asText(value)})`;
      return element('t:Entry', { Key: key, Name: name, RoutingType: 'SMTP' }, escaped(asText(value)));
    },
  };
}

function extended(field: string, name: ExtendedName): ContactProperty {
  return {
    field,
    path: extendedPath(name),
    element: 'ExtendedProperty',
    read: (node) => extendedText(node, name) || null,
    write: (value) => (value === null ? undefined : extendedProperty(name, asText(value))),
  };
}

/** CC-14: noon less a minute in UTC is the same day in every zone from -11 to +12. */
function day(field: string, name: string): ContactProperty {
  return {
    ...plain(field, name),
    read: (node) => dayOfInstant(textAt(node, name)),
    write: (value) => (value === null ? undefined : textElement(`t:${name}`, `${asText(value)}T11:59:00Z`)),
  };
}

const children: ContactProperty = {
  ...plain('childrensnames', 'Children'),
  read: (node) =>
    childOf(node, 'Children')
      ?.children.map(({ text }) => text)
      .join(', ') || null,
  write: (value) =>
    value === null
      ? undefined
      : element(
          't:Children',
          {},
          ...asText(value)
            .split(/\s*,\s*/)
            .filter(Boolean)
            .map((name) => textElement('t:String', name)),
        ),
};

const addressParts = [
  ['street', 'Street'],
  ['city', 'City'],
  ['state', 'State'],
  ['country', 'CountryOrRegion'],
  ['postalCode', 'PostalCode'],
] as const;

function address(field: string, key: string): readonly ContactProperty[] {
  return addressParts.map(([part, name]) => ({
    field,
    part,
    path: entryUri(`contacts:PhysicalAddress:${name}`, key),
    element: 'PhysicalAddresses',
    read: (node) => textAt(entryOf(node, 'PhysicalAddresses', key), name)?.replace(/\r\n?/g, '\n') || null,
    write: (value) => {
      const text = (value as AddressFields | null)?.[part] ?? null;
      return text === null ? undefined : element('t:Entry', { Key: key }, textElement(`t:${name}`, text));
    },
  }));
}

function namePart(part: keyof NameFields & string, name: string): ContactProperty {
  return {
    ...plain('fullname', name),
    part,
    write: (value) => {
      const text = (value as NameFields | null)?.[part] ?? null;
      return text === null ? undefined : textElement(`t:${name}`, text);
    },
  };
}

/** PidTagDisplayNamePrefix. */
const titleName: ExtendedName = { tag: '0x3A45' };

const title: ContactProperty = {
  ...extended('fullname', titleName),
  part: 'title',
  write: (value) => {
    const text = (value as NameFields | null)?.title ?? null;
    return text === null ? undefined : extendedProperty(titleName, text);
  },
};

/** Shown names follow the parts and are not read. */
function shownName(name: 'DisplayName' | 'FileAs'): ContactProperty {
  return {
    field: 'fullname',
    part: 'shown',
    path: fieldUri(`contacts:${name}`),
    element: name,
    write: (value) => textElement(`t:${name}`, displayName(value as NameFields | null)),
  };
}

/** First, middle and last name (CC-10). */
export function displayName(name: NameFields | null): string {
  return [name?.first, name?.middle, name?.last].filter(Boolean).join(' ');
}

/** The mailing address is the business address, and flagged as the one to use (CC-08). */
const mailing: readonly ContactProperty[] = [
  ...address('mailingaddress', 'Business'),
  {
    field: 'mailingaddress',
    part: 'flag',
    path: fieldUri('contacts:PostalAddressIndex'),
    element: 'PostalAddressIndex',
    write: (value) => (value === null ? undefined : textElement('t:PostalAddressIndex', 'Business')),
  },
];

/** All that is carried of a contact (ch. 27.4). */
export const contactProperties: readonly ContactProperty[] = [
  shownName('FileAs'),
  shownName('DisplayName'),
  namePart('first', 'GivenName'),
  namePart('middle', 'MiddleName'),
  namePart('last', 'Surname'),
  namePart('suffix', 'Generation'),
  title,
  day('anniversary', 'WeddingAnniversary'),
  plain('assistantname', 'AssistantName'),
  phone('assistantphone', 'AssistantPhone'),
  day('birthdate', 'Birthday'),
  phone('fax', 'BusinessFax'),
  phone('telephone1', 'BusinessPhone'),
  phone('business2', 'BusinessPhone2'),
  phone('callback', 'Callback'),
  children,
  phone('company', 'CompanyMainPhone'),
  plain('department', 'Department'),
  email('emailaddress1', 'EmailAddress1'),
  email('emailaddress2', 'EmailAddress2'),
  email('emailaddress3', 'EmailAddress3'),
  extended('ftpsiteurl', { tag: '0x3A4C' }),
  extended('governmentid', { tag: '0x3A07' }),
  phone('telephone2', 'HomePhone'),
  phone('home2', 'HomePhone2'),
  plain('jobtitle', 'JobTitle'),
  plain('managername', 'Manager'),
  phone('mobilephone', 'MobilePhone'),
  plain('nickname', 'Nickname'),
  notes,
  phone('telephone3', 'OtherTelephone'),
  phone('pager', 'Pager'),
  plain('parentname', 'CompanyName'),
  plain('spousesname', 'SpouseName'),
  plain('websiteurl', 'BusinessHomePage'),
  extended('yomifirstname', { set: 'Address', id: 0x802c }),
  extended('yomilastname', { set: 'Address', id: 0x802d }),
  ...mailing,
  ...address('businessaddress', 'Business'),
  ...address('homeaddress', 'Home'),
  ...address('otheraddress', 'Other'),
];

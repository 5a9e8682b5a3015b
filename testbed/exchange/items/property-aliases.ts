import type { ItemContent } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';
import { idKey, nameKey, tagKey } from './extended-key.ts';

/**
 * Extended properties that are another name of a property of EWS (MS-OXPROPS): the way to it is the name of an element, then the
 * key of its entry, then an element in that entry.
 */
const aliases: Readonly<Record<string, string>> = {
  [tagKey(0x3001)]: 'DisplayName',
  [tagKey(0x3a05)]: 'Generation',
  [tagKey(0x3a06)]: 'GivenName',
  [tagKey(0x3a08)]: 'PhoneNumbers/BusinessPhone',
  [tagKey(0x3a09)]: 'PhoneNumbers/HomePhone',
  [tagKey(0x3a0a)]: 'Initials',
  [tagKey(0x3a11)]: 'Surname',
  [tagKey(0x3a16)]: 'CompanyName',
  [tagKey(0x3a17)]: 'JobTitle',
  [tagKey(0x3a18)]: 'Department',
  [tagKey(0x3a19)]: 'OfficeLocation',
  [tagKey(0x3a1b)]: 'PhoneNumbers/BusinessPhone2',
  [tagKey(0x3a1c)]: 'PhoneNumbers/MobilePhone',
  [tagKey(0x3a1e)]: 'PhoneNumbers/CarPhone',
  [tagKey(0x3a1f)]: 'PhoneNumbers/OtherTelephone',
  [tagKey(0x3a21)]: 'PhoneNumbers/Pager',
  [tagKey(0x3a24)]: 'PhoneNumbers/BusinessFax',
  [tagKey(0x3a25)]: 'PhoneNumbers/HomeFax',
  [tagKey(0x3a2f)]: 'PhoneNumbers/HomePhone2',
  [tagKey(0x3a30)]: 'AssistantName',
  [tagKey(0x3a41)]: 'WeddingAnniversary',
  [tagKey(0x3a42)]: 'Birthday',
  [tagKey(0x3a44)]: 'MiddleName',
  [tagKey(0x3a46)]: 'Profession',
  [tagKey(0x3a48)]: 'SpouseName',
  [tagKey(0x3a4e)]: 'Manager',
  [tagKey(0x3a4f)]: 'Nickname',
  [tagKey(0x3a51)]: 'BusinessHomePage',
  [tagKey(0x3a59)]: 'PhysicalAddresses/Home/City',
  [tagKey(0x3a5a)]: 'PhysicalAddresses/Home/CountryOrRegion',
  [tagKey(0x3a5b)]: 'PhysicalAddresses/Home/PostalCode',
  [tagKey(0x3a5c)]: 'PhysicalAddresses/Home/State',
  [tagKey(0x3a5d)]: 'PhysicalAddresses/Home/Street',
  [tagKey(0x3a5f)]: 'PhysicalAddresses/Other/City',
  [tagKey(0x3a60)]: 'PhysicalAddresses/Other/CountryOrRegion',
  [tagKey(0x3a61)]: 'PhysicalAddresses/Other/PostalCode',
  [tagKey(0x3a62)]: 'PhysicalAddresses/Other/State',
  [tagKey(0x3a63)]: 'PhysicalAddresses/Other/Street',
  [idKey('Address', 0x8005)]: 'FileAs',
  [idKey('Address', 0x8045)]: 'PhysicalAddresses/Business/Street',
  [idKey('Address', 0x8046)]: 'PhysicalAddresses/Business/City',
  [idKey('Address', 0x8047)]: 'PhysicalAddresses/Business/State',
  [idKey('Address', 0x8048)]: 'PhysicalAddresses/Business/PostalCode',
  [idKey('Address', 0x8049)]: 'PhysicalAddresses/Business/CountryOrRegion',
  [idKey('Address', 0x8062)]: 'ImAddresses/ImAddress1',
  [idKey('Address', 0x8083)]: 'EmailAddresses/EmailAddress1',
  [idKey('Address', 0x8093)]: 'EmailAddresses/EmailAddress2',
  [idKey('Address', 0x80a3)]: 'EmailAddresses/EmailAddress3',
  [idKey('Appointment', 0x8208)]: 'Location',
  [idKey('Appointment', 0x820d)]: 'Start',
  [idKey('Appointment', 0x820e)]: 'End',
  [idKey('Appointment', 0x8215)]: 'IsAllDayEvent',
  [idKey('Common', 0x8501)]: 'ReminderMinutesBeforeStart',
  [idKey('Common', 0x8503)]: 'ReminderIsSet',
  [idKey('Task', 0x8102)]: 'PercentComplete',
  [idKey('Task', 0x8104)]: 'StartDate',
  [idKey('Task', 0x8105)]: 'DueDate',
  [idKey('Task', 0x810f)]: 'CompleteDate',
  [nameKey('PublicStrings', 'Keywords')]: 'Categories/*',
};

/** The value of a property under its other name; undefined when the key is no such name or the item has none. */
export function aliasValue(content: ItemContent, key: string): XmlNode | undefined {
  const [name, entry, part] = aliases[key]?.split('/') ?? [];
  const node = content.properties.get(name ?? '');
  if (node === undefined) return undefined;
  if (entry === '*')
    return el(
      'Values',
      node.children.map(({ text }) => el('Value', text)),
    );
  if (entry === undefined) return el('Value', node.text);
  const found = node.children.find(({ attributes }) => attributes.Key === entry);
  const inner = part === undefined ? found : child(found, part);
  return inner && el('Value', inner.text);
}

/** What setting a property by its other name sets: an element as if set by its own; undefined for other keys. */
export function aliasedProperty(content: ItemContent, key: string, value: XmlNode): XmlNode | undefined {
  const [name, entry, part] = aliases[key]?.split('/') ?? [];
  if (name === undefined) return undefined;
  if (entry === undefined) return el(name, value.text);
  if (entry === '*') {
    const words = value.name === 'Values' ? value.children.map(({ text }) => text) : [value.text];
    return el(
      name,
      words.map((word) => el('String', word)),
    );
  }
  const list = content.properties.get(name)?.children ?? [];
  const old = list.find(({ attributes }) => attributes.Key === entry);
  const kept = (old?.children ?? []).filter((one) => one.name !== part);
  const made = el('Entry', part === undefined ? value.text : [...kept, el(part, value.text)], { Key: entry });
  return el(name, [...list.filter((one) => one !== old), made]);
}

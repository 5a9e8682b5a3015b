import type { XmlNode } from '../xml/xml-node.ts';

/** Property sets with a word of their own (PropertySetId of `DistinguishedPropertySetId`). */
const distinguishedSets: Readonly<Record<string, string>> = {
  Meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
  Appointment: '00062002-0000-0000-c000-000000000046',
  Common: '00062008-0000-0000-c000-000000000046',
  PublicStrings: '00020329-0000-0000-c000-000000000046',
  Address: '00062004-0000-0000-c000-000000000046',
  InternetHeaders: '00020386-0000-0000-c000-000000000046',
  CalendarAssistant: '11000e07-b51b-40d6-af21-caa85edab1d0',
  UnifiedMessaging: '4442858e-a9e3-4e80-b900-317a210cc15b',
  Task: '00062003-0000-0000-c000-000000000046',
  Sharing: '00062040-0000-0000-c000-000000000046',
};

/**
 * One text for each extended property, however a client names its set or number: `tag:0037`, `GUID/name:Token`, `GUID/id:8502`.
 * Undefined when the attributes name no property.
 */
export function extendedKey(uri: XmlNode): string | undefined {
  const { PropertyTag, PropertyName, PropertyId, PropertySetId, DistinguishedPropertySetId } = uri.attributes;
  if (PropertyTag !== undefined) return tagKey(numberOf(PropertyTag));
  const set = PropertySetId?.toLowerCase() ?? distinguishedSets[DistinguishedPropertySetId ?? ''];
  if (set === undefined) return undefined;
  if (PropertyName !== undefined) {
    // Header names do not tell case apart; other names do.
    const isHeader = set === distinguishedSets.InternetHeaders;
    return `${set}/name:${isHeader ? PropertyName.toLowerCase() : PropertyName}`;
  }
  return PropertyId === undefined ? undefined : `${set}/id:${hex(numberOf(PropertyId))}`;
}

/** Key of a property with a tag, by its number. */
export function tagKey(tag: number): string {
  return `tag:${hex(tag)}`;
}

/** Key of a numbered property of a distinguished set. */
export function idKey(set: string, id: number): string {
  return `${distinguishedSets[set]}/id:${hex(id)}`;
}

/** Key of a named property of a distinguished set. */
export function nameKey(set: string, name: string): string {
  return `${distinguishedSets[set]}/name:${name}`;
}

/** Key of an Internet header kept as a property. */
export function headerKey(name: string): string {
  return `${distinguishedSets.InternetHeaders}/name:${name.toLowerCase()}`;
}

function numberOf(text: string): number {
  return /^0x/i.test(text) ? Number.parseInt(text, 16) : Number.parseInt(text, 10);
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}

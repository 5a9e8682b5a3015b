import type { FieldBag } from '../../../contracts/act-fields.ts';
import type { XmlNode } from '../soap/xml-node.ts';
import { contactProperties, displayName } from './contact-properties.ts';
import type { ItemCodec } from './item-codec.ts';

/** Order in which the schema wants the elements of a new contact. */
const order = [
  'Body',
  'ExtendedProperty',
  'FileAs',
  'DisplayName',
  'GivenName',
  'MiddleName',
  'Nickname',
  'CompanyName',
].concat(
  ['EmailAddresses', 'PhysicalAddresses', 'PhoneNumbers', 'AssistantName', 'Birthday', 'BusinessHomePage', 'Children'],
  [
    'Department',
    'Generation',
    'JobTitle',
    'Manager',
    'PostalAddressIndex',
    'SpouseName',
    'Surname',
    'WeddingAnniversary',
  ],
);

/** Contacts (FM-C1 to FM-C34). Distribution lists are of another class and left alone (CC-12). */
export const contactCodec: ItemCodec = {
  element: 'Contact',
  itemClass: 'IPM.Contact',
  paths: contactProperties.map((property) => property.path),
  read: (node) => ({ kind: 'contact', title: titleOf(node), fields: readFields(node) }),
  writeNew: (_kind, fields) => {
    const written = new Map<string, string[]>();
    for (const property of contactProperties) {
      const value = property.write(fields[property.field] ?? null, fields);
      if (value !== undefined) written.set(property.element, [...(written.get(property.element) ?? []), value]);
    }
    const all = (names: readonly string[]): string =>
      names.map((name) => wrapped(name, written.get(name) ?? [])).join('');
    return { before: all(order.slice(0, 2)), after: all(order.slice(2)) };
  },
  writeChanges: (_kind, fields) =>
    contactProperties
      .filter(({ field }) => fields[field] !== undefined)
      .map(({ path, field, write, element }) => {
        const value = write(fields[field] ?? null, fields);
        return { path, value: value === undefined ? undefined : wrapped(element, [value]) };
      }),
};

const lists: ReadonlySet<string> = new Set(['EmailAddresses', 'PhysicalAddresses', 'PhoneNumbers']);

function wrapped(name: string, values: readonly string[]): string {
  if (values.length === 0) return '';
  if (name === 'PhysicalAddresses') return `<t:${name}>${mergedAddresses(values)}</t:${name}>`;
  return lists.has(name) ? `<t:${name}>${values.join('')}</t:${name}>` : values.join('');
}

/** Parts of one address are one entry of a new contact. */
function mergedAddresses(entries: readonly string[]): string {
  const byKey = new Map<string, string>();
  for (const entry of entries) {
    const match = /^<t:Entry Key="(\w+)">(.*)<\/t:Entry>$/s.exec(entry);
    if (match?.[1] !== undefined) byKey.set(match[1], `${byKey.get(match[1]) ?? ''}${match[2] ?? ''}`);
  }
  return [...byKey].map(([key, parts]) => `<t:Entry Key="${key}">${parts}</t:Entry>`).join('');
}

function readFields(node: XmlNode): FieldBag {
  const parts: Record<string, unknown> = {};
  for (const { field, read, part } of contactProperties) {
    if (read === undefined) continue;
    const value = read(node);
    if (part === undefined) parts[field] ??= value;
    else parts[field] = { ...(parts[field] as object | undefined), [part]: value };
  }
  const index = node.children.find(({ name }) => name === 'PostalAddressIndex')?.text;
  parts.mailingaddress =
    index === 'Home' ? parts.homeaddress : index === 'Other' ? parts.otheraddress : parts.businessaddress;
  return parts as FieldBag;
}

function titleOf(node: XmlNode): string {
  return displayName((readFields(node).fullname ?? null) as Parameters<typeof displayName>[0]);
}

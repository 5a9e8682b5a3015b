import { childOf, type XmlNode } from './xml-node.ts';
import { element, textElement } from './xml-writer.ts';

/** An extended property: by its tag, or by set and number, or by set and name (MS-OXPROPS). */
export type ExtendedName =
  | { readonly tag: string }
  | { readonly set: string; readonly id: number }
  | { readonly set: string; readonly name: string };

const guid = /^[0-9a-f]{8}-/i;

/** `t:ExtendedFieldURI` of a property that holds a text. */
export function extendedPath(name: ExtendedName): string {
  if ('tag' in name) return element('t:ExtendedFieldURI', { PropertyTag: name.tag, PropertyType: 'String' });
  return element('t:ExtendedFieldURI', {
    ...(guid.test(name.set) ? { PropertySetId: name.set } : { DistinguishedPropertySetId: name.set }),
    ...('id' in name ? { PropertyId: name.id } : { PropertyName: name.name }),
    PropertyType: 'String',
  });
}

/** `t:ExtendedProperty` with a text. */
export function extendedProperty(name: ExtendedName, value: string): string {
  return element('t:ExtendedProperty', {}, extendedPath(name), textElement('t:Value', value));
}

/** The text that an item or folder has under such a name; undefined when it has none. */
export function extendedText(node: XmlNode, name: ExtendedName): string | undefined {
  for (const property of node.children) {
    if (property.name !== 'ExtendedProperty') continue;
    if (isSame(childOf(property, 'ExtendedFieldURI')?.attributes ?? {}, name))
      return childOf(property, 'Value')?.text ?? '';
  }
  return undefined;
}

function isSame(given: Readonly<Record<string, string>>, name: ExtendedName): boolean {
  if ('tag' in name) return Number(given.PropertyTag) === Number(name.tag);
  if ('id' in name ? Number(given.PropertyId) !== name.id : given.PropertyName !== name.name) return false;
  return (given.PropertySetId ?? given.DistinguishedPropertySetId ?? '').toLowerCase() === name.set.toLowerCase();
}

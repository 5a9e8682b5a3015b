import { extendedNode } from '../items/extended-properties.ts';
import type { FieldPath } from '../items/field-path.ts';
import { indexedEntry, propertyNode } from '../items/item-node.ts';
import type { ItemView } from '../items/item-view.ts';
import type { Item } from '../store/item.ts';
import type { XmlNode } from '../xml/xml-node.ts';

/** The values of a property of an item, for restrictions and sorting. */
export function itemValues(item: Item, path: FieldPath, view: ItemView): readonly string[] {
  if (path.kind === 'extended') {
    const value = extendedNode(item, path.uri, view)?.children[1];
    return value === undefined ? [] : textsOf(value);
  }
  if (path.kind === 'indexed') {
    const entry = indexedEntry(item, path, view);
    if (entry === undefined) return [];
    return path.part === undefined ? [entry.text] : textsOf(entry.children.find(({ name }) => name === path.part));
  }
  return textsOf(propertyNode(item, path.name, view));
}

/** Text of a simple property, of each entry of a list, or name and address of each person. */
function textsOf(node: XmlNode | undefined): string[] {
  if (node === undefined) return [];
  if (node.children.length > 0) return node.children.flatMap(textsOf);
  return [node.attributes.Id ?? node.text];
}

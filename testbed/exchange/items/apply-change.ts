import { EwsError } from '../soap/ews-error.ts';
import type { Item, ItemContent } from '../store/item.ts';
import type { XmlNode } from '../xml/xml-node.ts';
import { fieldPathIn } from './field-path.ts';
import { appendProperty, deleteProperty, type SetContext, setEntry, setProperty } from './set-property.ts';

/** Applies `SetItemField`, `AppendToItemField` or `DeleteItemField` to a draft. Throws EwsError. */
export function applyChange(item: Item & { content: ItemContent }, change: XmlNode, context: SetContext): void {
  const path = fieldPathIn(change);
  if (change.name === 'DeleteItemField') {
    deleteProperty(item, item.content, path);
    return;
  }
  const given = change.children.at(-1)?.children ?? [];
  const [value] = given;
  if (value === undefined || given.length !== 1) {
    throw new EwsError(
      'ErrorIncorrectUpdatePropertyCount',
      'An object within a change description must contain one and only one property to modify.',
    );
  }
  if (path.kind === 'plain' && path.name !== value.name) {
    throw new EwsError('ErrorUpdatePropertyMismatch', `The property ${path.uri} is not the one given, ${value.name}.`);
  }
  if (change.name === 'AppendToItemField') appendProperty(item, item.content, value);
  else if (path.kind === 'indexed') setEntry(item.content, value, path.index);
  else setProperty(item, item.content, value, context);
}

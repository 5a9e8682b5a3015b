import { EwsError } from '../soap/ews-error.ts';
import type { XmlNode } from '../xml/xml-node.ts';
import { extendedKey } from './extended-key.ts';

/** A property named in a request. */
export type FieldPath =
  | { readonly kind: 'plain'; readonly uri: string; readonly group: string; readonly name: string }
  /** One entry of a list such as the email addresses; `index` is its key. */
  | {
      readonly kind: 'indexed';
      readonly list: string;
      readonly index: string;
      /** Element inside the entry, of an address. */
      readonly part: string | undefined;
    }
  | { readonly kind: 'extended'; readonly key: string; readonly uri: XmlNode };

const lists: Readonly<Record<string, string>> = {
  'item:InternetMessageHeader': 'InternetMessageHeaders',
  'contacts:EmailAddress': 'EmailAddresses',
  'contacts:PhoneNumber': 'PhoneNumbers',
  'contacts:ImAddress': 'ImAddresses',
  'contacts:PhysicalAddress': 'PhysicalAddresses',
  'distributionlist:Members': 'Members',
};

/** Reads `FieldURI`, `IndexedFieldURI` or `ExtendedFieldURI`. Throws EwsError for a combination that names nothing. */
export function readFieldPath(node: XmlNode): FieldPath {
  const uri = node.attributes.FieldURI ?? '';
  if (node.name === 'FieldURI') {
    const [group = '', name = ''] = uri.split(':');
    return { kind: 'plain', uri, group, name };
  }
  if (node.name === 'ExtendedFieldURI') {
    const key = extendedKey(node);
    if (key === undefined) throw new EwsError('ErrorInvalidExtendedProperty');
    return { kind: 'extended', key, uri: node };
  }
  const [group, name, part] = uri.split(':');
  const list = lists[`${group}:${name}`];
  if (list === undefined) throw new EwsError('ErrorInvalidPropertyRequest', `Unknown indexed property ${uri}.`);
  return { kind: 'indexed', list, index: node.attributes.FieldIndex ?? '', part };
}

/** The path at the head of a node such as a change or a restriction; throws EwsError without one. */
export function fieldPathIn(node: XmlNode): FieldPath {
  const path = node.children.find(({ name }) => name.endsWith('FieldURI'));
  if (path === undefined) throw new EwsError('ErrorInvalidRequest', `${node.name} names no property.`);
  return readFieldPath(path);
}

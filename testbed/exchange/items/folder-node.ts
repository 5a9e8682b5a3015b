import type { Account } from '../store/account.ts';
import type { Folder } from '../store/folder.ts';
import { child, childText, el, empty, type XmlNode } from '../xml/xml-node.ts';
import { dateText } from './date-text.ts';
import { extendedKey, tagKey } from './extended-key.ts';
import { type FieldPath, readFieldPath } from './field-path.ts';
import { changeKeyText } from './item-ids.ts';

/** What a request wants to see of folders. */
export interface FolderShape {
  readonly base: string;
  readonly additional: readonly FieldPath[];
}

/** Reads element `FolderShape`. */
export function readFolderShape(node: XmlNode | undefined): FolderShape {
  return {
    base: childText(node, 'BaseShape') ?? 'IdOnly',
    additional: (child(node, 'AdditionalProperties')?.children ?? []).map(readFieldPath),
  };
}

const defaults = ['FolderId', 'DisplayName', 'UnreadCount', 'TotalCount', 'ChildFolderCount'];
const everything = [...defaults, 'ParentFolderId', 'FolderClass', 'EffectiveRights', 'DistinguishedFolderId'];

/** The folder as an element with the properties of the shape. */
export function folderNode(folder: Folder, shape: FolderShape, account: Account): XmlNode {
  const base = shape.base === 'IdOnly' ? ['FolderId'] : shape.base === 'Default' ? defaults : everything;
  const names = new Set<string>(base);
  const extra: XmlNode[] = [];
  for (const path of shape.additional) {
    if (path.kind === 'plain') names.add(path.name);
    else if (path.kind === 'extended') {
      const value = folderExtended(folder, path.uri);
      if (value !== undefined)
        extra.push(el('ExtendedProperty', [empty('ExtendedFieldURI', path.uri.attributes), value]));
    }
  }
  const nodes = [...names].map((name) => folderProperty(folder, name, account));
  return el(folder.kind, [...nodes, ...extra]);
}

/** Element `FolderId`. */
export function folderIdNode(folder: Folder, name = 'FolderId'): XmlNode {
  return empty(name, { Id: folder.id, ChangeKey: changeKeyText(folder.changeKey) });
}

/** One property of a folder; undefined when it has none. */
export function folderProperty(folder: Folder, name: string, account: Account): XmlNode | undefined {
  switch (name) {
    case 'FolderId':
      return folderIdNode(folder);
    case 'ParentFolderId': {
      const parent = account.mailbox.folders.get(folder.parentId ?? '');
      return parent && folderIdNode(parent, 'ParentFolderId');
    }
    case 'FolderClass':
      return folder.folderClass === '' ? undefined : el('FolderClass', folder.folderClass);
    case 'DisplayName':
      return el('DisplayName', folder.name);
    case 'TotalCount':
      return el('TotalCount', folder.total);
    case 'UnreadCount':
      return el('UnreadCount', folder.unread);
    case 'ChildFolderCount':
      return el('ChildFolderCount', folder.children.size);
    case 'DistinguishedFolderId':
      return folder.distinguished === undefined ? undefined : el('DistinguishedFolderId', folder.distinguished);
    case 'EffectiveRights':
      return effectiveRights;
    default:
      return folder.properties.get(name);
  }
}

/** The value of an extended property of a folder. */
export function folderExtended(folder: Folder, uri: XmlNode): XmlNode | undefined {
  const key = extendedKey(uri) ?? '';
  return folder.extended.get(key) ?? nativeTag(folder, key);
}

function nativeTag(folder: Folder, key: string): XmlNode | undefined {
  if (key === tagKey(0x3613)) return el('Value', folder.folderClass);
  if (key === tagKey(0x3001)) return el('Value', folder.name);
  if (key === tagKey(0x3602)) return el('Value', folder.total);
  if (key === tagKey(0x670a) || key === tagKey(0x3008)) return el('Value', dateText(folder.lastChange));
  if (key === tagKey(0x670b)) return el('Value', folder.gone.size);
  if (key === tagKey(0x6751)) return el('Value', folder.total);
  if (key === tagKey(0x3603)) return el('Value', folder.unread);
  return key === tagKey(0x360a) ? el('Value', folder.children.size > 0) : undefined;
}

const effectiveRights = el('EffectiveRights', [
  el('CreateAssociated', true),
  el('CreateContents', true),
  el('CreateHierarchy', true),
  el('Delete', true),
  el('Modify', true),
  el('Read', true),
  el('ViewPrivateItems', true),
]);

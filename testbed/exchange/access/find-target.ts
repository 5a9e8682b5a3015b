import { occurrenceAt, occurrenceItem, occurrencesOf } from '../calendar/series.ts';
import { contentOf } from '../items/item-content.ts';
import type { Call } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import type { Folder } from '../store/folder.ts';
import type { Item } from '../store/item.ts';
import { type IdTarget, makeId, readId } from '../store/item-id.ts';
import { child, childText, type XmlNode } from '../xml/xml-node.ts';
import { type Deed, requireRight } from './rights.ts';

/** A folder a request names, and whose it is. */
export interface FolderTarget {
  readonly account: Account;
  readonly folder: Folder;
}

/** An item a request names; of an occurrence the series' master and the occurrence's original start (ms). */
export interface ItemTarget extends FolderTarget {
  readonly item: Item;
  readonly occurrence: number | undefined;
}

/** The folder of `FolderId` or `DistinguishedFolderId`. Throws EwsError when it is none or not allowed. */
export function findFolder(call: Call, node: XmlNode | undefined, deed: Deed = 'read'): FolderTarget {
  if (node === undefined) throw new EwsError('ErrorInvalidIdEmpty');
  if (node.name === 'DistinguishedFolderId') return distinguishedFolder(call, node, deed);
  if (node.name !== 'FolderId') throw new EwsError('ErrorInvalidRequest', `A folder cannot be named by ${node.name}.`);
  const id = node.attributes.Id ?? '';
  const account = ownerOf(call, targetOf(id, 'folder'));
  const folder = account.mailbox.folders.get(id);
  if (folder === undefined) throw new EwsError('ErrorFolderNotFound');
  requireRight(call.reader, account, folder, deed);
  return { account, folder };
}

/** The folder inside an element such as `ParentFolderId`. */
export function findFolderIn(call: Call, wrapper: XmlNode | undefined, deed: Deed = 'read'): FolderTarget {
  return findFolder(call, wrapper?.children[0], deed);
}

function distinguishedFolder(call: Call, node: XmlNode, deed: Deed): FolderTarget {
  const address = childText(child(node, 'Mailbox'), 'EmailAddress');
  const account = address === undefined ? call.reader : call.world.account(address);
  if (account === undefined) throw new EwsError('ErrorNonExistentMailbox');
  const id = node.attributes.Id ?? '';
  const folder = account.mailbox.distinguished(id === 'publicfoldersroot' ? '' : id);
  if (folder === undefined) throw new EwsError('ErrorFolderNotFound');
  // The roots of a mailbox can be entered by everyone who has a right somewhere below.
  const isRoot = id === 'root' || id === 'msgfolderroot';
  if (!isRoot || account.permissions.size === 0) requireRight(call.reader, account, folder, deed);
  return { account, folder };
}

/** The item of `ItemId`, `OccurrenceItemId` or `RecurringMasterItemId`. Throws EwsError when it is none or not allowed. */
export function findItem(call: Call, node: XmlNode | undefined, deed: Deed = 'read'): ItemTarget {
  const id = node?.attributes.Id ?? node?.attributes.RecurringMasterId ?? node?.attributes.OccurrenceId ?? '';
  if (node === undefined || id === '') throw new EwsError('ErrorInvalidIdEmpty');
  const target = targetOf(id, 'item', 'occurrence');
  const account = ownerOf(call, target);
  const item = account.mailbox.items.get(target.kind === 'item' ? id : makeId({ ...target, kind: 'item', part: 0 }));
  const folder = item && account.mailbox.folders.get(item.folderId);
  if (item === undefined || folder === undefined) throw new EwsError('ErrorItemNotFound');
  requireRight(call.reader, account, folder, deed);
  const isMaster = node.name === 'RecurringMasterItemId' || (target.kind === 'item' && node.name === 'ItemId');
  if (isMaster) return { account, folder, item, occurrence: undefined };
  const index = node.attributes.InstanceIndex;
  const occurrence = index === undefined ? target.part * 1000 : originalOfIndex(item, account, Number(index));
  return { account, folder, item, occurrence };
}

/** Original start of the n-th occurrence, from 1. Throws EwsError when it is deleted or there is none. */
function originalOfIndex(master: Item, account: Account, index: number): number {
  for (const one of occurrencesOf(contentOf(master, account.mailbox))) {
    if (one.index < index) continue;
    if (one.change === 'deleted') throw new EwsError('ErrorCalendarOccurrenceIsDeletedFromRecurrence');
    return one.original;
  }
  throw new EwsError('ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange');
}

/** The item a target shows: of an occurrence what the series says for it. Throws ErrorItemNotFound for a deleted one. */
export function shownItem({ account, item, occurrence }: ItemTarget): Item {
  if (occurrence === undefined) return item;
  const content = contentOf(item, account.mailbox);
  const found = occurrenceAt(content, occurrence);
  if (found === undefined || found.change === 'deleted') throw new EwsError('ErrorItemNotFound');
  return occurrenceItem(item, content, found);
}

/** What an id names. Throws ErrorInvalidIdMalformed for one of another kind. */
export function targetOf(id: string, ...kinds: IdTarget['kind'][]): IdTarget {
  if (id === '') throw new EwsError('ErrorInvalidIdEmpty');
  const target = readId(id);
  if (target === undefined || !kinds.includes(target.kind)) throw new EwsError('ErrorInvalidIdMalformed');
  return target;
}

/** Whose mailbox an id lies in. */
export function ownerOf(call: Call, { mailbox }: IdTarget): Account {
  const account = call.world.accountNumbered(mailbox);
  if (account === undefined) throw new EwsError('ErrorItemNotFound');
  return account;
}

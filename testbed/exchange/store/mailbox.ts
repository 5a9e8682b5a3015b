import { distinguishedFolders } from './distinguished-folders.ts';
import { Folder, type FolderKind } from './folder.ts';
import type { Item } from './item.ts';
import { makeId } from './item-id.ts';
import type { MailboxEvent } from './mailbox-event.ts';
import type { UserConfiguration } from './user-configuration.ts';

/** What an item needs to be put into a folder; the mailbox gives it ids and numbers. */
export type NewItem = Omit<
  Item,
  'id' | 'serial' | 'folderId' | 'changeKey' | 'createdSeq' | 'changedSeq' | 'contentSeq'
>;

/** A folder that is gone. */
export interface GoneFolder {
  readonly id: string;
  readonly seq: number;
  readonly createdSeq: number;
}

/** One mailbox: folders and items, and a number for each change, so that a client can be told what it missed. */
export class Mailbox {
  readonly number: number;
  readonly address: string;
  readonly folders = new Map<string, Folder>();
  readonly items = new Map<string, Item>();
  readonly goneFolders: GoneFolder[] = [];
  readonly configurations = new Map<string, UserConfiguration>();
  readonly #distinguished = new Map<string, Folder>();
  readonly #byMessageId = new Map<string, Set<Item>>();
  readonly #listeners = new Set<(event: MailboxEvent) => void>();
  readonly #now: () => number;
  #serial = 0;
  #seq = 0;

  constructor(number: number, address: string, now: () => number) {
    this.number = number;
    this.address = address;
    this.#now = now;
    for (const { id, name, kind, folderClass, parent } of distinguishedFolders) {
      const folder = this.#makeFolder(kind, folderClass, name, this.#distinguished.get(parent), id);
      this.#distinguished.set(id, folder);
    }
  }

  /** Number of the latest change. */
  get seq(): number {
    return this.#seq;
  }

  distinguished(id: string): Folder | undefined {
    return this.#distinguished.get(id);
  }

  /** The folder of that word; throws for a word that is none. */
  folderNamed(id: string): Folder {
    const folder = this.#distinguished.get(id);
    if (folder === undefined) throw new Error(`The simulator has no distinguished folder "${id}".`);
    return folder;
  }

  itemsWithMessageId(messageId: string): readonly Item[] {
    return [...(this.#byMessageId.get(messageId) ?? [])];
  }

  /** A number for a new id of this mailbox. */
  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  listen(listener: (event: MailboxEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  createFolder(kind: FolderKind, folderClass: string, name: string, parent: Folder): Folder {
    const folder = this.#makeFolder(kind, folderClass, name, parent, undefined);
    this.#tell({ type: 'CreatedEvent', folder, parentFolderId: parent.id });
    return folder;
  }

  touchFolder(folder: Folder): void {
    folder.changedSeq = this.#next();
    folder.changeKey = folder.changedSeq;
    this.#tell({ type: 'ModifiedEvent', folder, parentFolderId: folder.parentId ?? '' });
  }

  moveFolder(folder: Folder, to: Folder): void {
    const from = folder.parentId ?? '';
    this.folders.get(from)?.children.delete(folder);
    to.children.add(folder);
    folder.parentId = to.id;
    folder.changedSeq = this.#next();
    folder.changeKey = folder.changedSeq;
    this.#tell({
      type: 'MovedEvent',
      folder,
      parentFolderId: to.id,
      oldFolderId: folder.id,
      oldParentFolderId: from,
    });
  }

  /** Removes a folder with all below it. */
  removeFolder(folder: Folder): void {
    for (const inner of [...folder.children]) this.removeFolder(inner);
    for (const item of [...folder.byArrival]) this.removeItem(item);
    this.folders.get(folder.parentId ?? '')?.children.delete(folder);
    this.folders.delete(folder.id);
    this.goneFolders.push({ id: folder.id, seq: this.#next(), createdSeq: folder.createdSeq });
    this.#tell({ type: 'DeletedEvent', folder, parentFolderId: folder.parentId ?? '' });
  }

  addItem(folder: Folder, given: NewItem, event: MailboxEvent['type'] = 'CreatedEvent'): Item {
    const serial = this.nextSerial();
    const seq = this.#next();
    const item: Item = {
      ...given,
      serial,
      id: makeId({ kind: 'item', mailbox: this.number, serial, part: 0 }),
      folderId: folder.id,
      changeKey: seq,
      createdSeq: seq,
      changedSeq: seq,
      contentSeq: seq,
    };
    this.#put(item, folder);
    this.#tell({ type: 'CreatedEvent', item, parentFolderId: folder.id });
    if (event !== 'CreatedEvent') this.#tell({ type: event, item, parentFolderId: folder.id });
    return item;
  }

  /** Changes an item by `change` and notes it; `readFlagOnly` when nothing but the read flag changes. */
  changeItem(item: Item, change: () => void, readFlagOnly = false): void {
    const folder = this.#home(item);
    this.#takeOut(item, folder);
    change();
    const seq = this.#next();
    item.changedSeq = seq;
    item.changeKey = seq;
    if (!readFlagOnly) item.contentSeq = seq;
    item.modified = this.#now();
    this.#put(item, folder);
    this.#tell({ type: 'ModifiedEvent', item, parentFolderId: folder.id });
  }

  /** Moves an item; it gets a new id, as on a real server. Returns the old id. */
  moveItem(item: Item, to: Folder): string {
    const from = this.#home(item);
    const oldId = item.id;
    this.#bury(item, from);
    const seq = this.#next();
    item.id = makeId({ kind: 'item', mailbox: this.number, serial: this.nextSerial(), part: 0 });
    item.folderId = to.id;
    item.createdSeq = seq;
    item.changedSeq = seq;
    item.contentSeq = seq;
    item.changeKey = seq;
    item.modified = this.#now();
    this.#put(item, to);
    this.#tell({
      type: 'MovedEvent',
      item,
      parentFolderId: to.id,
      oldItemId: oldId,
      oldParentFolderId: from.id,
    });
    return oldId;
  }

  removeItem(item: Item): void {
    const folder = this.#home(item);
    this.#bury(item, folder);
    this.#tell({ type: 'DeletedEvent', item, parentFolderId: folder.id });
  }

  /** Tells the listeners that an item was copied. */
  tellCopied(item: Item, original: Item): void {
    this.#tell({
      type: 'CopiedEvent',
      item,
      parentFolderId: item.folderId,
      oldItemId: original.id,
      oldParentFolderId: original.folderId,
    });
  }

  #home(item: Item): Folder {
    const folder = this.folders.get(item.folderId);
    if (folder === undefined) throw new Error(`Item ${item.id} lies in no folder.`);
    return folder;
  }

  #put(item: Item, folder: Folder): void {
    folder.byChange.add(item);
    folder.byArrival.add(item);
    folder.byReceived.add(item);
    folder.lastChange = this.#now();
    if (!item.isRead) folder.unread += 1;
    this.items.set(item.id, item);
    if (item.messageId === '') return;
    const same = this.#byMessageId.get(item.messageId);
    if (same === undefined) this.#byMessageId.set(item.messageId, new Set([item]));
    else same.add(item);
  }

  #takeOut(item: Item, folder: Folder): void {
    folder.byChange.delete(item);
    folder.byArrival.delete(item);
    folder.byReceived.delete(item);
    folder.lastChange = this.#now();
    if (!item.isRead) folder.unread -= 1;
    this.items.delete(item.id);
    const same = this.#byMessageId.get(item.messageId);
    same?.delete(item);
    if (same?.size === 0) this.#byMessageId.delete(item.messageId);
  }

  #bury(item: Item, folder: Folder): void {
    this.#takeOut(item, folder);
    folder.gone.add({ seq: this.#next(), itemId: item.id, createdSeq: item.createdSeq });
  }

  #makeFolder(
    kind: FolderKind,
    folderClass: string,
    name: string,
    parent: Folder | undefined,
    distinguished: string | undefined,
  ): Folder {
    const id = makeId({ kind: 'folder', mailbox: this.number, serial: this.nextSerial(), part: 0 });
    const folder = new Folder({
      id,
      kind,
      folderClass,
      name,
      parentId: parent?.id,
      distinguished,
      seq: this.#next(),
      now: this.#now(),
    });
    this.folders.set(id, folder);
    parent?.children.add(folder);
    return folder;
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }

  #tell(event: Omit<MailboxEvent, 'seq' | 'at' | 'item' | 'folder'> & { item?: Item; folder?: Folder }): void {
    if (this.#listeners.size === 0) return;
    const { item, folder, ...rest } = event;
    const told: MailboxEvent = {
      ...rest,
      ...(item && { item: { id: item.id, changeKey: item.changeKey } }),
      ...(folder && { folder: { id: folder.id, changeKey: folder.changeKey } }),
      seq: this.#seq,
      at: this.#now(),
    };
    for (const listener of [...this.#listeners]) listener(told);
  }
}

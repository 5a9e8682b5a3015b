import type { XmlNode } from '../xml/xml-node.ts';
import type { Item } from './item.ts';
import { SortedList } from './sorted-list.ts';

/** Element name of a folder. */
export type FolderKind = 'Folder' | 'CalendarFolder' | 'ContactsFolder' | 'TasksFolder' | 'SearchFolder';

/** What is left of an item that went away: enough to tell a client that knew it. */
export interface Tombstone {
  /** Number of the change that took it away. */
  readonly seq: number;
  readonly itemId: string;
  /** Number of the change that had brought it. */
  readonly createdSeq: number;
}

/** A folder with its items in the orders that the operations need. */
export class Folder {
  readonly id: string;
  readonly kind: FolderKind;
  readonly distinguished: string | undefined;
  readonly createdSeq: number;
  folderClass: string;
  name: string;
  parentId: string | undefined;
  changedSeq: number;
  changeKey: number;
  unread = 0;
  /** When an item of it last came, changed or went, ms. */
  lastChange: number;
  /** Further elements set by a client, by name. */
  readonly properties = new Map<string, XmlNode>();
  /** Extended properties by canonical key. */
  readonly extended = new Map<string, XmlNode>();
  /** Of a search folder: what it shows (element `SearchParameters`). */
  search: XmlNode | undefined;
  readonly children = new Set<Folder>();
  /** Items by the number of their last change. */
  readonly byChange = new SortedList<Item>((item) => item.changedSeq);
  /** Items by the number of the change that brought them here. */
  readonly byArrival = new SortedList<Item>((item) => item.createdSeq);
  /** Items by date of receipt. */
  readonly byReceived = new SortedList<Item>(
    (item) => item.received,
    (item) => item.serial,
  );
  readonly gone = new SortedList<Tombstone>((one) => one.seq);

  constructor(options: {
    id: string;
    kind: FolderKind;
    folderClass: string;
    name: string;
    parentId: string | undefined;
    distinguished: string | undefined;
    seq: number;
    now: number;
  }) {
    this.id = options.id;
    this.kind = options.kind;
    this.folderClass = options.folderClass;
    this.name = options.name;
    this.parentId = options.parentId;
    this.distinguished = options.distinguished;
    this.createdSeq = options.seq;
    this.changedSeq = options.seq;
    this.changeKey = options.seq;
    this.lastChange = options.now;
  }

  get total(): number {
    return this.byArrival.size;
  }
}

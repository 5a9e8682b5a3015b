import { type FolderTarget, findFolder } from '../access/find-target.ts';
import { type FieldPath, fieldPathIn } from '../items/field-path.ts';
import { itemNode, readItemShape } from '../items/item-node.ts';
import type { ItemView } from '../items/item-view.ts';
import { notInLists } from '../items/shapes.ts';
import { calendarView } from '../search/calendar-view.ts';
import { compareValues } from '../search/compare.ts';
import { itemValues } from '../search/item-values.ts';
import { matchesRestriction } from '../search/match-restriction.ts';
import { type Page, pageFrom, pageOf, readPaging } from '../search/paging.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Folder } from '../store/folder.ts';
import { foldersBelow } from '../store/folders-below.ts';
import type { Item } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';

interface SortKey {
  readonly path: FieldPath;
  readonly descending: boolean;
}

/** FindItem: items of folders, by a restriction, sorted, in pages; or a stretch of a calendar. */
export const findItemOperation: Operation = (call) => {
  const { request } = call;
  const shape = readItemShape(child(request, 'ItemShape'));
  const refused = shape.additional.find((path) => path.kind === 'plain' && isBodyLike(path.name));
  return answerEach('FindItem', child(request, 'ParentFolderIds')?.children ?? [], (id) => {
    if (shape.includeMime || refused !== undefined) throw new EwsError('ErrorInvalidPropertyRequest');
    const target = findFolder(call, id);
    const view: ItemView = { world: call.world, account: target.account, reader: call.reader, bodyType: 'Best' };
    const page = search(call, target, view);
    const nodes = page.entries.map((item) => itemNode(item, shape, view, true));
    return [el('RootFolder', [el('Items', nodes)], page.attributes)];
  });
};

function isBodyLike(name: string): boolean {
  return notInLists.has(name) && /Body$|^MimeContent$|^Attachments$/.test(name);
}

function search(call: Call, target: FolderTarget, view: ItemView): Page<Item> {
  const { request } = call;
  const stretch = child(request, 'CalendarView');
  if (stretch !== undefined) return calendarView(target, stretch);
  const restriction = child(request, 'Restriction')?.children[0];
  const sort = readSort(child(request, 'SortOrder'));
  const paging = readPaging(request, 'IndexedPageItemView', 'FractionalPageItemView');
  // The simulator keeps neither hidden items nor a dumpster in the folders themselves.
  if (request.attributes.Traversal !== 'Shallow') return pageOf([], paging);
  const { folder } = target;
  if (folder.search !== undefined) return pageOf(sorted(searched(call, folder, restriction), sort, view), paging);
  const byReceived = sort.length === 0 || (sort.length === 1 && isReceived(sort[0]));
  const descending = sort[0]?.descending ?? true;
  if (restriction === undefined && byReceived) {
    return pageFrom(folder.total, paging, (from, count) => folder.byReceived.slice(from, count, descending));
  }
  const found = candidates(target, restriction).filter(
    (item) => restriction === undefined || matchesRestriction(restriction, (path) => itemValues(item, path, view)),
  );
  return pageOf(sorted(found, byReceived ? [receivedKey(descending)] : sort, view), paging);
}

/** What a search folder shows of the folders it looks at, and of that what fulfils the restriction. */
function searched(call: Call, folder: Folder, restriction: XmlNode | undefined): Item[] {
  const own = child(folder.search, 'Restriction')?.children[0];
  const isDeep = folder.search?.attributes.Traversal === 'Deep';
  const bases = (child(folder.search, 'BaseFolderIds')?.children ?? []).map((id) => findFolder(call, id));
  return bases.flatMap(({ account, folder: base }) => {
    const view: ItemView = { world: call.world, account, reader: call.reader, bodyType: 'Best' };
    const fits = (item: Item, one: XmlNode | undefined): boolean =>
      one === undefined || matchesRestriction(one, (path) => itemValues(item, path, view));
    const folders = isDeep ? [base, ...foldersBelow(base, true)] : [base];
    return folders.flatMap((one) => [...one.byArrival].filter((item) => fits(item, own) && fits(item, restriction)));
  });
}

/** Items that can fulfil the restriction: those with the Message-ID it asks for, else all of the folder. */
function candidates({ account, folder }: FolderTarget, restriction: XmlNode | undefined): Item[] {
  const messageId = restriction && wantedMessageId(restriction);
  if (messageId === undefined) return [...folder.byArrival];
  return account.mailbox.itemsWithMessageId(messageId).filter((item) => item.folderId === folder.id);
}

function wantedMessageId(restriction: XmlNode): string | undefined {
  if (restriction.name === 'And') return restriction.children.map(wantedMessageId).find((id) => id !== undefined);
  const path = restriction.name === 'IsEqualTo' ? fieldPathIn(restriction) : undefined;
  const isMessageId =
    (path?.kind === 'plain' && path.name === 'InternetMessageId') ||
    (path?.kind === 'extended' && path.key === 'tag:1035');
  return isMessageId ? child(child(restriction, 'FieldURIOrConstant'), 'Constant')?.attributes.Value : undefined;
}

function readSort(order: XmlNode | undefined): SortKey[] {
  return (order?.children ?? []).map((one) => ({
    path: fieldPathIn(one),
    descending: one.attributes.Order === 'Descending',
  }));
}

function receivedKey(descending: boolean): SortKey {
  return { path: { kind: 'plain', uri: 'item:DateTimeReceived', group: 'item', name: 'DateTimeReceived' }, descending };
}

function isReceived(key: SortKey | undefined): boolean {
  return key?.path.kind === 'plain' && key.path.name === 'DateTimeReceived';
}

function sorted(items: Item[], keys: readonly SortKey[], view: ItemView): Item[] {
  const rows = items.map((item) => ({
    item,
    values: keys.map(({ path }) => itemValues(item, path, view)[0] ?? ''),
  }));
  rows.sort((a, b) => {
    for (const [index, key] of keys.entries()) {
      const order = compareValues(a.values[index] ?? '', b.values[index] ?? '');
      if (order !== 0) return key.descending ? -order : order;
    }
    const tie = a.item.serial - b.item.serial;
    return keys[0]?.descending ? -tie : tie;
  });
  return rows.map(({ item }) => item);
}

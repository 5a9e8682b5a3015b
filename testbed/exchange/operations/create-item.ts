import { type FolderTarget, findFolderIn } from '../access/find-target.ts';
import { itemIdNode } from '../items/item-ids.ts';
import { newItem } from '../items/new-item.ts';
import { submit } from '../mail/submit.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Item } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';

/** CreateItem: new items, saved, sent, or both. */
export const createItem: Operation = (call) => {
  const items = child(call.request, 'Items')?.children ?? [];
  return answerEach('CreateItem', items, async (node) => [el('Items', await create(call, node))], [el('Items')]);
};

async function create(call: Call, node: XmlNode): Promise<XmlNode[]> {
  const disposition = call.request.attributes.MessageDisposition;
  const isMessage = node.name === 'Message';
  if (isMessage && disposition === undefined) {
    throw new EwsError('ErrorMessageDispositionRequired', 'A MessageDisposition is required for a message.');
  }
  const saved = child(call.request, 'SavedItemFolderId');
  const sends = isMessage && disposition !== 'SaveOnly';
  const target = saved === undefined ? usualFolder(call, node.name, sends) : findFolderIn(call, saved, 'create');
  const item = newItem(node, target.account, call);
  if (sends) await submit(call.world, target.account, call.reader, item);
  if (sends && disposition === 'SendOnly') return [];
  return [savedNode(put(item, target))];
}

/** Where an item goes when the request does not say. */
function usualFolder(call: Call, kind: string, sends: boolean): FolderTarget {
  const words: Readonly<Record<string, string>> = {
    CalendarItem: 'calendar',
    Contact: 'contacts',
    DistributionList: 'contacts',
    Task: 'tasks',
    Message: sends ? 'sentitems' : 'drafts',
  };
  return { account: call.reader, folder: call.reader.mailbox.folderNamed(words[kind] ?? 'drafts') };
}

function put(item: Item, { account, folder }: FolderTarget): Item {
  return account.mailbox.addItem(folder, item);
}

function savedNode(item: Item): XmlNode {
  return el(item.kind, [itemIdNode(item)]);
}

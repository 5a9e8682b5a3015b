import { MailroomError } from '../../../base/errors.ts';
import type {
  ActChangePage,
  ActFolder,
  ActFound,
  ActHead,
  ActItem,
  ActItemRef,
  ActResponse,
} from '../../../contracts/act-item.ts';
import type { ActItemUpdate, ActNewItem, ActNotify, ActWritten } from '../../../contracts/act-port.ts';
import { folderRef } from '../operations/folder-ref.ts';
import type { EwsClient, EwsOutcome } from '../soap/ews-client.ts';
import { childOf, findNode, nodeAt, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, escapeXml, textElement } from '../soap/xml-writer.ts';
import type { ItemCodec } from './item-codec.ts';
import { type ActMarking, readMarks, readStamp, stampPaths, stampProperties } from './item-stamp.ts';

/** Changes in one page; the operation's limit is 512. */
const pageSize = 256;

const shape = (name: string, paths: readonly string[], more = ''): string =>
  element(
    name,
    {},
    textElement('t:BaseShape', 'IdOnly'),
    more,
    paths.length > 0 && element('t:AdditionalProperties', {}, ...paths),
  );

const itemId = (seen: { readonly id: string; readonly changeKey?: string }): string =>
  element('t:ItemId', { Id: seen.id, ChangeKey: seen.changeKey });

/** SyncFolderItems with stamps and marks, so that personal items need not be read (AC-04). */
export async function syncItems(
  client: EwsClient,
  folder: ActFolder,
  cursor: string | null,
  marking: ActMarking | undefined,
  signal: AbortSignal,
): Promise<ActChangePage> {
  const request = element(
    'm:SyncFolderItems',
    {},
    shape('m:ItemShape', stampPaths),
    element('m:SyncFolderId', {}, folderRef({ distinguished: folder }, client)),
    cursor !== null && textElement('m:SyncState', cursor),
    textElement('m:MaxChangesReturned', pageSize),
  );
  const node = await client.callOne('SyncFolderItems', request, signal);
  const changes = childOf(node, 'Changes')?.children ?? [];
  const heads = (kind: string): ActHead[] =>
    changes.flatMap((change) => (change.name === kind ? (headOf(change.children[0], marking) ?? []) : []));
  return {
    changed: [...heads('Create'), ...heads('Update')],
    deletedIds: changes.flatMap((change) =>
      change.name === 'Delete' ? (nodeAt(change, 'ItemId')?.attributes.Id ?? []) : [],
    ),
    cursor: textAt(node, 'SyncState') ?? '',
    isLast: textAt(node, 'IncludesLastItemInRange') !== 'false',
  };
}

function headOf(node: XmlNode | undefined, marking: ActMarking | undefined): ActHead | undefined {
  const id = childOf(node, 'ItemId')?.attributes;
  if (node === undefined || id?.Id === undefined) return undefined;
  return { id: id.Id, changeKey: id.ChangeKey ?? '', marks: readMarks(node, marking), stamp: readStamp(node) };
}

/** GetItem of whole items. */
export async function readItems(
  client: EwsClient,
  codec: ItemCodec,
  ids: readonly string[],
  marking: ActMarking | undefined,
  signal: AbortSignal,
): Promise<readonly ActFound[]> {
  const basic = ['item:ItemClass', 'item:LastModifiedTime'].map((uri) => element('t:FieldURI', { FieldURI: uri }));
  const request = element(
    'm:GetItem',
    {},
    shape('m:ItemShape', [...basic, ...stampPaths, ...codec.paths], textElement('t:BodyType', 'Text')),
    element('m:ItemIds', {}, ...ids.map((id) => itemId({ id }))),
  );
  const outcomes = await client.call('GetItem', request, signal);
  const found: ActFound[] = [];
  for (const [index] of ids.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined || 'error' in outcome) found.push({ error: outcome?.error ?? leftOut() });
    else
      found.push({ item: await itemOf(client, codec, childOf(outcome.node, 'Items')?.children[0], marking, signal) });
  }
  return found;
}

/** Exchange answered for fewer items than it was asked for. */
export const leftOut = (): MailroomError =>
  new MailroomError('Exchange left an item out of its answer.', { code: 'mr_EwsBadAnswer', kind: 'transient' });

async function itemOf(
  client: EwsClient,
  codec: ItemCodec,
  node: XmlNode | undefined,
  marking: ActMarking | undefined,
  signal: AbortSignal,
): Promise<ActItem> {
  const head = headOf(node, marking);
  if (node === undefined || head === undefined) throw leftOut();
  const modifiedOn = new Date(textAt(node, 'LastModifiedTime') ?? 0);
  const itemClass = textAt(node, 'ItemClass') ?? '';
  if (node.name !== codec.element || !itemClass.startsWith(codec.itemClass)) {
    const refusal = `Items of the class ${itemClass || node.name} are not synchronised.`;
    const kind = codec.read({ ...node, children: [] }).kind;
    return { ...head, kind, modifiedOn, fields: {}, title: textAt(node, 'Subject') ?? '', refusal };
  }
  const read = codec.read(node);
  const whole = read.refusal === undefined ? await codec.expand?.(client, read, node, signal) : undefined;
  return { ...head, modifiedOn, ...(whole ?? read) };
}

/** FindItem: what a folder holds that meets a restriction, oldest first. */
export async function findItems(
  client: EwsClient,
  folder: ActFolder,
  restriction: string,
  marking: ActMarking | undefined,
  signal: AbortSignal,
): Promise<readonly ActHead[]> {
  const request = element(
    'm:FindItem',
    { Traversal: 'Shallow' },
    shape('m:ItemShape', stampPaths),
    element('m:IndexedPageItemView', { MaxEntriesReturned: 10, Offset: 0, BasePoint: 'Beginning' }),
    element('m:Restriction', {}, restriction),
    element(
      'm:SortOrder',
      {},
      element('t:FieldOrder', { Order: 'Ascending' }, element('t:FieldURI', { FieldURI: 'item:DateTimeCreated' })),
    ),
    element('m:ParentFolderIds', {}, folderRef({ distinguished: folder }, client)),
  );
  const items = findNode(await client.callOne('FindItem', request, signal), 'Items')?.children ?? [];
  return items.flatMap((node) => headOf(node, marking) ?? []);
}

/** A new item's element, with a category where one is given. */
export function newItemElement(codec: ItemCodec, item: ActNewItem, category: string | undefined): string {
  const { before, after } = codec.writeNew(
    item.kind,
    item.fields,
    item.remindOn,
    category === undefined ? '' : categoriesElement([category]),
  );
  const stamps = stampProperties(item.stamp).map(({ value }) => value);
  return element(`t:${codec.element}`, {}, before, ...stamps, after);
}

/** CreateItem of elements, all told to the same people; an outcome each. */
export async function newItems(
  client: EwsClient,
  folder: ActFolder,
  notify: ActNotify,
  items: readonly string[],
  signal: AbortSignal,
): Promise<readonly ActWritten[]> {
  const sends = notify === 'attendees' ? 'SendToAllAndSaveCopy' : 'SendToNone';
  const request = element(
    'm:CreateItem',
    { MessageDisposition: 'SaveOnly', ...(folder === 'calendar' ? { SendMeetingInvitations: sends } : {}) },
    element('m:SavedItemFolderId', {}, folderRef({ distinguished: folder }, client)),
    element('m:Items', {}, ...items),
  );
  return writtenOf(await client.call('CreateItem', request, signal), items.length);
}

const categoriesElement = (names: readonly string[]): string =>
  element('t:Categories', {}, ...names.map((name) => textElement('t:String', name)));

/** A change's element; the categories become `categories` where they are given. Undefined when nothing is to be changed. */
export function changedItemElement(
  codec: ItemCodec,
  { seen, change }: ActItemUpdate,
  categories: readonly string[] | undefined,
): string | undefined {
  const changes = [
    ...codec.writeChanges(change.kind, change.fields, change.remindOn),
    ...(change.stamp === undefined ? [] : stampProperties(change.stamp)),
    ...(categories === undefined
      ? []
      : [{ path: element('t:FieldURI', { FieldURI: 'item:Categories' }), value: categoriesElement(categories) }]),
  ];
  if (changes.length === 0) return undefined;
  const updates = changes.map(({ path, value }) =>
    value === undefined
      ? element('t:DeleteItemField', {}, path)
      : element('t:SetItemField', {}, path, element(`t:${codec.element}`, {}, value)),
  );
  return element('t:ItemChange', {}, itemId(seen), element('t:Updates', {}, ...updates));
}

/** UpdateItem of elements, all told to the same people; one whose item is no longer at the version seen is refused. */
export async function changedItems(
  client: EwsClient,
  notify: ActNotify,
  changes: readonly string[],
  signal: AbortSignal,
): Promise<readonly ActWritten[]> {
  const sends = notify === 'attendees' ? 'SendToAllAndSaveCopy' : 'SendToNone';
  const request = element(
    'm:UpdateItem',
    {
      ConflictResolution: 'NeverOverwrite',
      MessageDisposition: 'SaveOnly',
      SendMeetingInvitationsOrCancellations: sends,
    },
    element('m:ItemChanges', {}, ...changes),
  );
  return writtenOf(await client.call('UpdateItem', request, signal), changes.length);
}

function writtenOf(outcomes: readonly EwsOutcome[], count: number): readonly ActWritten[] {
  return Array.from({ length: count }, (_, index): ActWritten => {
    const outcome = outcomes[index];
    if (outcome === undefined) return { error: leftOut() };
    if ('error' in outcome) return outcome;
    const id = findNode(outcome.node, 'ItemId')?.attributes;
    return id?.Id === undefined ? { error: leftOut() } : { ref: { id: id.Id, changeKey: id.ChangeKey ?? '' } };
  });
}

function refOf(node: XmlNode): ActItemRef {
  const id = findNode(node, 'ItemId')?.attributes;
  if (id?.Id === undefined) throw leftOut();
  return { id: id.Id, changeKey: id.ChangeKey ?? '' };
}

/** DeleteItem into Deleted Items, after a look whether it is still as it was seen (the operation itself does not ask). */
export async function deleteItem(
  client: EwsClient,
  seen: ActItemRef,
  notify: ActNotify,
  signal: AbortSignal,
): Promise<void> {
  const look = element('m:GetItem', {}, shape('m:ItemShape', []), element('m:ItemIds', {}, itemId({ id: seen.id })));
  const now = refOf(await client.callOne('GetItem', look, signal));
  if (now.changeKey !== seen.changeKey) {
    throw new MailroomError('The item was changed in Exchange just now; the deletion is decided anew.', {
      code: 'ErrorIrresolvableConflict',
      kind: 'conflict',
    });
  }
  const request = element(
    'm:DeleteItem',
    {
      DeleteType: 'MoveToDeletedItems',
      SendMeetingCancellations: notify === 'attendees' ? 'SendToAllAndSaveCopy' : 'SendToNone',
      AffectedTaskOccurrences: 'AllOccurrences',
    },
    element('m:ItemIds', {}, itemId({ id: seen.id })),
  );
  await client.callOne('DeleteItem', request, signal);
}

const answerElements: Readonly<Record<ActResponse, string>> = {
  accepted: 't:AcceptItem',
  tentative: 't:TentativelyAcceptItem',
  declined: 't:DeclineItem',
};

/** CreateItem of an answer to a meeting, sent to its organizer. */
export async function answerMeeting(
  client: EwsClient,
  seen: ActItemRef,
  response: ActResponse,
  comment: string,
  signal: AbortSignal,
): Promise<void> {
  const answer = element(
    answerElements[response],
    {},
    comment !== '' && element('t:Body', { BodyType: 'Text' }, escapeXml(comment)),
    element('t:ReferenceItemId', { Id: seen.id, ChangeKey: seen.changeKey }),
  );
  const request = element('m:CreateItem', { MessageDisposition: 'SendAndSaveCopy' }, element('m:Items', {}, answer));
  await client.callOne('CreateItem', request, signal);
}

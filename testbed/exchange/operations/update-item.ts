import { findItem } from '../access/find-target.ts';
import { ianaZone } from '../calendar/windows-zones.ts';
import { fieldPathIn } from '../items/field-path.ts';
import { contentOf } from '../items/item-content.ts';
import { changeKeyText, itemIdNode } from '../items/item-ids.ts';
import { sizeOf } from '../items/new-item.ts';
import { appendProperty, deleteProperty, type SetContext, setEntry, setProperty } from '../items/set-property.ts';
import { submit } from '../mail/submit.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Item, ItemContent } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';

/** UpdateItem: sets, appends to and deletes properties, with a check for changes by others. */
export const updateItem: Operation = (call) => {
  const changes = child(call.request, 'ItemChanges')?.children ?? [];
  return answerEach('UpdateItem', changes, (change) => update(call, change), [el('Items')]);
};

async function update(call: Call, change: XmlNode): Promise<XmlNode[]> {
  const id = change.children.find(({ name }) => name !== 'Updates');
  const target = findItem(call, id, 'change');
  checkChangeKey(call, target.item, id?.attributes.ChangeKey);
  const disposition = call.request.attributes.MessageDisposition;
  if (target.item.kind === 'Message' && disposition === undefined) {
    throw new EwsError('ErrorMessageDispositionRequired', 'A MessageDisposition is required for a message.');
  }
  const { account, item } = target;
  const updates = child(change, 'Updates')?.children ?? [];
  const context = { zone: ianaZone(call.timeZone), now: call.world.now() };
  const isReadFlag = updates.every((one) => one.children[0]?.attributes.FieldURI === 'message:IsRead');
  const draft = copyForChange(item, contentOf(item, account.mailbox));
  for (const one of updates) apply(draft, one, context);
  draft.size = sizeOf(draft);
  account.mailbox.changeItem(item, () => Object.assign(item, draft), isReadFlag);
  if (item.isDraft && (disposition === 'SendOnly' || disposition === 'SendAndSaveCopy'))
    await send(call, target, disposition);
  const sent = disposition === 'SendOnly';
  return [el('Items', sent ? [] : [el(item.kind, [itemIdNode(item)])]), el('ConflictResults', [el('Count', 0)])];
}

/** A change works on a copy, so that one that fails half-way leaves no trace. */
function copyForChange(item: Item, content: ItemContent): Item & { content: ItemContent } {
  return {
    ...item,
    content: {
      ...content,
      properties: new Map(content.properties),
      extended: new Map(content.extended),
      attachments: [...content.attachments],
    },
  };
}

/** Throws when the item changed since the client read it and the request does not say to overwrite. */
function checkChangeKey(call: Call, item: Item, given: string | undefined): void {
  const resolution = call.request.attributes.ConflictResolution;
  if (resolution === 'AlwaysOverwrite' || resolution === 'AutoResolve') return;
  if (given === undefined) throw new EwsError('ErrorChangeKeyRequired');
  if (given !== changeKeyText(item.changeKey)) throw new EwsError('ErrorIrresolvableConflict');
}

/** Applies `SetItemField`, `AppendToItemField` or `DeleteItemField`. */
function apply(item: Item & { content: ItemContent }, change: XmlNode, context: SetContext): void {
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

async function send(call: Call, { account, item }: ReturnType<typeof findItem>, disposition: string): Promise<void> {
  await submit(call.world, account, call.reader, item);
  if (disposition === 'SendOnly') account.mailbox.removeItem(item);
  else account.mailbox.moveItem(item, account.mailbox.folderNamed('sentitems'));
}

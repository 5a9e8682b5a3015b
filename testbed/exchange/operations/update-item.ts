import { findItem, type ItemTarget } from '../access/find-target.ts';
import { announceChange } from '../calendar/announce-change.ts';
import { changeSeries } from '../calendar/change-series.ts';
import { ianaZone } from '../calendar/windows-zones.ts';
import { applyChange } from '../items/apply-change.ts';
import { contentOf, copyContent } from '../items/item-content.ts';
import { changeKeyText, itemIdNode, occurrenceId } from '../items/item-ids.ts';
import { sizeOf } from '../items/new-item.ts';
import { submit } from '../mail/submit.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Item } from '../store/item.ts';
import { child, el, empty, type XmlNode } from '../xml/xml-node.ts';

/** UpdateItem: sets, appends to and deletes properties, with a check for changes by others. */
export const updateItem: Operation = (call) => {
  const changes = child(call.request, 'ItemChanges')?.children ?? [];
  return answerEach('UpdateItem', changes, (change) => update(call, change), [el('Items')]);
};

async function update(call: Call, change: XmlNode): Promise<XmlNode[]> {
  const id = change.children.find(({ name }) => name !== 'Updates');
  const target = findItem(call, id, 'change');
  checkRequired(call, target.item);
  checkChangeKey(call, target.item, id?.attributes.ChangeKey);
  const updates = child(change, 'Updates')?.children ?? [];
  if (target.item.kind === 'CalendarItem') await updateCalendar(call, target, updates);
  else updatePlain(call, target, updates);
  const { account, item, occurrence } = target;
  const disposition = call.request.attributes.MessageDisposition;
  const sends = item.isDraft && (disposition === 'SendOnly' || disposition === 'SendAndSaveCopy');
  if (sends) await send(call, target, disposition);
  const isGone = !account.mailbox.items.has(item.id);
  const key = changeKeyText(item.changeKey);
  const idNode =
    occurrence === undefined
      ? itemIdNode(item)
      : empty('ItemId', { Id: occurrenceId(item, occurrence), ChangeKey: key });
  return [el('Items', isGone ? [] : [el(item.kind, [idNode])]), el('ConflictResults', [el('Count', 0)])];
}

function checkRequired({ request }: Call, item: Item): void {
  if (item.kind === 'Message' && request.attributes.MessageDisposition === undefined) {
    throw new EwsError('ErrorMessageDispositionRequired', 'A MessageDisposition is required for a message.');
  }
  if (item.kind === 'CalendarItem' && request.attributes.SendMeetingInvitationsOrCancellations === undefined) {
    throw new EwsError(
      'ErrorSendMeetingInvitationsOrCancellationsRequired',
      'SendMeetingInvitationsOrCancellations is required for a calendar item.',
    );
  }
}

/** Throws when the item changed since the client read it and the request does not say to overwrite. */
function checkChangeKey(call: Call, item: Item, given: string | undefined): void {
  const resolution = call.request.attributes.ConflictResolution;
  if (resolution === 'AlwaysOverwrite' || resolution === 'AutoResolve') return;
  if (given === undefined) throw new EwsError('ErrorChangeKeyRequired');
  if (given !== changeKeyText(item.changeKey)) throw new EwsError('ErrorIrresolvableConflict');
}

/** A change works on a copy, so that one that fails half-way leaves no trace. */
function updatePlain(call: Call, { account, item }: ItemTarget, updates: readonly XmlNode[]): void {
  const context = { zone: ianaZone(call.timeZone), now: call.world.now() };
  const isReadFlag = updates.every((one) => one.children[0]?.attributes.FieldURI === 'message:IsRead');
  const draft = { ...item, content: copyContent(contentOf(item, account.mailbox)) };
  for (const one of updates) applyChange(draft, one, context);
  draft.size = sizeOf(draft);
  account.mailbox.changeItem(item, () => Object.assign(item, draft), isReadFlag);
}

async function updateCalendar(call: Call, target: ItemTarget, updates: readonly XmlNode[]): Promise<void> {
  const { account, item } = target;
  const before = { ...item, content: copyContent(contentOf(item, account.mailbox)) };
  const after = changeSeries(call, target, updates);
  account.mailbox.changeItem(item, () => Object.assign(item, after));
  await announceChange(call, target, before);
}

async function send(call: Call, { account, item }: ItemTarget, disposition: string | undefined): Promise<void> {
  await submit(call.world, account, call.reader, item);
  if (disposition === 'SendOnly') account.mailbox.removeItem(item);
  else account.mailbox.moveItem(item, account.mailbox.folderNamed('sentitems'));
}

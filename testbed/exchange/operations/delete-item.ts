import { findItem, type ItemTarget, shownItem } from '../access/find-target.ts';
import { attendeesOf } from '../calendar/attendees.ts';
import { sendMeeting } from '../calendar/send-meeting.ts';
import { contentOf, copyContent } from '../items/item-content.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { child } from '../xml/xml-node.ts';

/** DeleteItem: for good, softly into the recoverable items, or into Deleted Items; attendees of a meeting can be told. */
export const deleteItem: Operation = (call) =>
  answerEach('DeleteItem', child(call.request, 'ItemIds')?.children ?? [], async (id) => {
    const target = findItem(call, id, 'change');
    checkRequired(call, target);
    if (target.item.kind === 'CalendarItem') await cancel(call, target);
    remove(call.request.attributes.DeleteType ?? 'HardDelete', target);
    return [];
  });

function checkRequired({ request }: Call, { item }: ItemTarget): void {
  if (item.kind === 'CalendarItem' && request.attributes.SendMeetingCancellations === undefined) {
    throw new EwsError(
      'ErrorSendMeetingCancellationsRequired',
      'SendMeetingCancellations is required for a calendar item.',
    );
  }
  if (item.kind === 'Task' && request.attributes.AffectedTaskOccurrences === undefined) {
    throw new EwsError('ErrorAffectedTaskOccurrencesRequired', 'AffectedTaskOccurrences is required for a task.');
  }
}

async function cancel(call: Call, target: ItemTarget): Promise<void> {
  const wish = call.request.attributes.SendMeetingCancellations;
  const content = contentOf(target.item, target.account.mailbox);
  const isOrganizer = (content.properties.get('MyResponseType')?.text ?? 'Organizer') === 'Organizer';
  const attendees = attendeesOf(content);
  if (wish === 'SendToNone' || !isOrganizer || attendees.length === 0) return;
  await sendMeeting(call.world, target.account, shownItem(target), {
    method: 'CANCEL',
    to: attendees,
    prefix: 'Canceled: ',
    saves: wish === 'SendToAllAndSaveCopy',
  });
}

function remove(kind: string, target: ItemTarget): void {
  const { account, item, occurrence } = target;
  const { mailbox } = account;
  if (occurrence !== undefined) {
    shownItem(target);
    const content = copyContent(contentOf(item, mailbox));
    content.occurrences.set(occurrence, 'deleted');
    mailbox.changeItem(item, () => Object.assign(item, { content }));
  } else if (kind === 'MoveToDeletedItems') mailbox.moveItem(item, mailbox.folderNamed('deleteditems'));
  else if (kind === 'SoftDelete') mailbox.moveItem(item, mailbox.folderNamed('recoverableitemsdeletions'));
  else mailbox.removeItem(item);
}

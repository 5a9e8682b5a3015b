import { type FolderTarget, findFolderIn } from '../access/find-target.ts';
import { attendeesOf } from '../calendar/attendees.ts';
import { sendMeeting } from '../calendar/send-meeting.ts';
import { settleCalendar } from '../calendar/settle-calendar.ts';
import { contentOf } from '../items/item-content.ts';
import { itemIdNode } from '../items/item-ids.ts';
import { newItem } from '../items/new-item.ts';
import { submit } from '../mail/submit.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Item } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';
import { respond, responseKinds } from './respond-to-item.ts';

/** CreateItem: new items and answers to others, saved, sent, or both. */
export const createItem: Operation = (call) => {
  const items = child(call.request, 'Items')?.children ?? [];
  return answerEach(
    'CreateItem',
    items,
    async (node) => {
      const made = responseKinds.has(node.name) ? await respond(call, node) : await create(call, node);
      return [
        el(
          'Items',
          made.map((item) => el(item.kind, [itemIdNode(item)])),
        ),
      ];
    },
    [el('Items')],
  );
};

async function create(call: Call, node: XmlNode): Promise<Item[]> {
  const disposition = call.request.attributes.MessageDisposition;
  const isMessage = node.name === 'Message';
  if (isMessage && disposition === undefined) {
    throw new EwsError('ErrorMessageDispositionRequired', 'A MessageDisposition is required for a message.');
  }
  if (node.name === 'CalendarItem' && call.request.attributes.SendMeetingInvitations === undefined) {
    throw new EwsError(
      'ErrorSendMeetingInvitationsRequired',
      'SendMeetingInvitations is required for a calendar item.',
    );
  }
  const saved = child(call.request, 'SavedItemFolderId');
  const sends = isMessage && disposition !== 'SaveOnly';
  const target = saved === undefined ? usualFolder(call, node.name, sends) : findFolderIn(call, saved, 'create');
  const item = newItem(node, target.account, call);
  if (sends) await submit(call.world, target.account, call.reader, item);
  if (sends && disposition === 'SendOnly') return [];
  if (item.kind === 'CalendarItem') return [await createAppointment(call, item, target)];
  return [target.account.mailbox.addItem(target.folder, item)];
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

async function createAppointment(call: Call, item: Item, { account, folder }: FolderTarget): Promise<Item> {
  const content = contentOf(item, account.mailbox);
  settleCalendar(content, call.timeZone, call.world.now());
  const attendees = attendeesOf(content);
  if (attendees.length > 0) content.properties.set('MyResponseType', el('MyResponseType', 'Organizer'));
  const wish = call.request.attributes.SendMeetingInvitations;
  const sends = wish !== 'SendToNone' && attendees.length > 0;
  if (sends) content.properties.set('MeetingRequestWasSent', el('MeetingRequestWasSent', true));
  const saved = account.mailbox.addItem(folder, item);
  if (sends) {
    const saves = wish === 'SendToAllAndSaveCopy';
    await sendMeeting(call.world, account, saved, { method: 'REQUEST', to: attendees, prefix: '', saves });
  }
  return saved;
}

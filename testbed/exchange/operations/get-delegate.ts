import { failure, success } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { PermissionLevel } from '../store/account.ts';
import { child, childText, el, type XmlNode } from '../xml/xml-node.ts';

const folders = [
  ['CalendarFolderPermissionLevel', 'calendar'],
  ['TasksFolderPermissionLevel', 'tasks'],
  ['InboxFolderPermissionLevel', 'inbox'],
  ['ContactsFolderPermissionLevel', 'contacts'],
  ['NotesFolderPermissionLevel', 'notes'],
  ['JournalFolderPermissionLevel', 'journal'],
] as const;

/** GetDelegate: who may act in whose folders. */
export const getDelegate: Operation = (call) => {
  const address = childText(child(call.request, 'Mailbox'), 'EmailAddress') ?? '';
  const owner = call.world.account(address);
  if (owner === undefined) return asResponse(failure('GetDelegate', new EwsError('ErrorNonExistentMailbox')));
  const names = new Set([...owner.permissions.values()].flatMap((rights) => [...rights.keys()]));
  const users = [...names].flatMap((name) => {
    const account = call.world.account(name);
    return account === undefined ? [] : [account];
  });
  const messages = users.map((user) => {
    const levels = folders.map(([element, word]) => {
      const rights = owner.permissions.get(owner.mailbox.folderNamed(word).id);
      return el(element, levelWord(rights?.get(user.address.toLowerCase())));
    });
    const id = [el('SID', user.sid), el('PrimarySmtpAddress', user.address), el('DisplayName', user.displayName)];
    const delegate = el('DelegateUser', [
      el('UserId', id),
      el('DelegatePermissions', levels),
      el('ReceiveCopiesOfMeetingMessages', false),
      el('ViewPrivateItems', false),
    ]);
    return { ...success('GetDelegate', [delegate]), name: 'DelegateUserResponseMessageType' };
  });
  return asResponse(
    success('GetDelegate', [
      messages.length > 0 ? el('ResponseMessages', messages) : undefined,
      el('DeliverMeetingRequests', 'NoForward'),
    ]),
  );
};

/** The answer of GetDelegate is itself a response message. */
function asResponse(message: XmlNode): XmlNode {
  return { ...message, name: 'GetDelegateResponse' };
}

function levelWord(level: PermissionLevel | undefined): string {
  return level === 'Owner' ? 'Editor' : (level ?? 'None');
}

import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';
import type { FolderItem } from '../../contracts/folder-tracker.ts';
import { messageIdOf } from './message-id-field.ts';

/** Whether the server has labels (Gmail's X-GM-EXT-1), which people see; keywords are kept there too, but no page of Gmail shows them. */
export const hasLabels = (client: ImapFlow): boolean => client.capabilities.has('X-GM-EXT-1');

/** What is asked of a message in a folder. */
export function itemQuery(client: ImapFlow): FetchQueryObject {
  const labels = hasLabels(client) ? { labels: true } : {};
  return { uid: true, size: true, internalDate: true, flags: true, headers: ['Message-ID'], ...labels };
}

/** A message in a folder as the server told it. Pure. */
export function itemOf(serverId: string, found: FetchMessageObject): FolderItem {
  const flags = [...(found.flags ?? [])];
  const marks = found.labels === undefined ? flags : [...found.labels];
  return {
    serverId,
    sizeBytes: found.size,
    receivedOn: found.internalDate === undefined ? undefined : new Date(found.internalDate),
    messageId: messageIdOf(found.headers) || undefined,
    modifiedOn: undefined,
    categories: marks.filter((mark) => !mark.startsWith('\\')),
    isMail: !flags.includes('\\Draft'),
  };
}

import type { FetchMessageObject } from 'imapflow';
import type { FolderItem } from '../../contracts/folder-tracker.ts';
import { messageIdOf } from './message-id-field.ts';

/** What is asked of a message in a folder. */
export const itemQuery = { uid: true, size: true, internalDate: true, flags: true, headers: ['Message-ID'] };

/** A message in a folder as the server told it. Pure. */
export function itemOf(serverId: string, found: FetchMessageObject): FolderItem {
  const flags = [...(found.flags ?? [])];
  return {
    serverId,
    sizeBytes: found.size,
    receivedOn: found.internalDate === undefined ? undefined : new Date(found.internalDate),
    messageId: messageIdOf(found.headers) || undefined,
    modifiedOn: undefined,
    categories: flags.filter((flag) => !flag.startsWith('\\')),
    isMail: !flags.includes('\\Draft'),
  };
}

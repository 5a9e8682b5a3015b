import { createAttachment, deleteAttachment, getAttachment } from '../operations/attachments.ts';
import { convertId } from '../operations/convert-id.ts';
import { createFolder } from '../operations/create-folder.ts';
import { createItem } from '../operations/create-item.ts';
import { deleteFolder, emptyFolder } from '../operations/delete-folder.ts';
import { deleteItem } from '../operations/delete-item.ts';
import { findFolderOperation } from '../operations/find-folder.ts';
import { findItemOperation } from '../operations/find-item.ts';
import { getDelegate } from '../operations/get-delegate.ts';
import { getEvents } from '../operations/get-events.ts';
import { getFolder } from '../operations/get-folder.ts';
import { getItem } from '../operations/get-item.ts';
import { getServerTimeZones } from '../operations/get-server-time-zones.ts';
import { getUserAvailability } from '../operations/get-user-availability.ts';
import { markAllItemsAsRead } from '../operations/mark-all-items-as-read.ts';
import { moveFolder } from '../operations/move-folder.ts';
import { copyItem, moveItem } from '../operations/move-item.ts';
import { expandDl, getRoomLists, resolveNames } from '../operations/resolve-names.ts';
import { sendItem } from '../operations/send-item.ts';
import { subscribe, unsubscribe } from '../operations/subscribe.ts';
import { syncFolderHierarchy } from '../operations/sync-folder-hierarchy.ts';
import { syncFolderItems } from '../operations/sync-folder-items.ts';
import { updateFolder } from '../operations/update-folder.ts';
import { updateItem } from '../operations/update-item.ts';
import {
  createUserConfiguration,
  deleteUserConfiguration,
  getUserConfiguration,
  updateUserConfiguration,
} from '../operations/user-configuration.ts';
import type { Operation } from './call.ts';

/** The operations the simulator answers, by the name of the request element. */
export const operationTable: Readonly<Record<string, Operation>> = {
  ConvertId: convertId,
  CopyItem: copyItem,
  CreateAttachment: createAttachment,
  CreateFolder: createFolder,
  CreateItem: createItem,
  CreateUserConfiguration: createUserConfiguration,
  DeleteAttachment: deleteAttachment,
  DeleteFolder: deleteFolder,
  DeleteItem: deleteItem,
  DeleteUserConfiguration: deleteUserConfiguration,
  EmptyFolder: emptyFolder,
  ExpandDL: expandDl,
  FindFolder: findFolderOperation,
  FindItem: findItemOperation,
  GetAttachment: getAttachment,
  GetDelegate: getDelegate,
  GetEvents: getEvents,
  GetFolder: getFolder,
  GetItem: getItem,
  GetRoomLists: getRoomLists,
  GetServerTimeZones: getServerTimeZones,
  GetUserAvailabilityRequest: getUserAvailability,
  GetUserConfiguration: getUserConfiguration,
  MarkAllItemsAsRead: markAllItemsAsRead,
  MoveFolder: moveFolder,
  MoveItem: moveItem,
  ResolveNames: resolveNames,
  SendItem: sendItem,
  Subscribe: subscribe,
  SyncFolderHierarchy: syncFolderHierarchy,
  SyncFolderItems: syncFolderItems,
  Unsubscribe: unsubscribe,
  UpdateFolder: updateFolder,
  UpdateItem: updateItem,
  UpdateUserConfiguration: updateUserConfiguration,
};

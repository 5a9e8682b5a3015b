import { createAttachment, deleteAttachment, getAttachment } from '../operations/attachments.ts';
import { createFolder } from '../operations/create-folder.ts';
import { createItem } from '../operations/create-item.ts';
import { deleteFolder, emptyFolder } from '../operations/delete-folder.ts';
import { deleteItem } from '../operations/delete-item.ts';
import { findFolderOperation } from '../operations/find-folder.ts';
import { findItemOperation } from '../operations/find-item.ts';
import { getFolder } from '../operations/get-folder.ts';
import { getItem } from '../operations/get-item.ts';
import { moveFolder } from '../operations/move-folder.ts';
import { copyItem, moveItem } from '../operations/move-item.ts';
import { sendItem } from '../operations/send-item.ts';
import { syncFolderHierarchy } from '../operations/sync-folder-hierarchy.ts';
import { syncFolderItems } from '../operations/sync-folder-items.ts';
import { updateFolder } from '../operations/update-folder.ts';
import { updateItem } from '../operations/update-item.ts';
import type { Operation } from './call.ts';

/** The operations the simulator answers, by the name of the request element. */
export const operationTable: Readonly<Record<string, Operation>> = {
  CopyItem: copyItem,
  CreateAttachment: createAttachment,
  CreateFolder: createFolder,
  CreateItem: createItem,
  DeleteAttachment: deleteAttachment,
  DeleteFolder: deleteFolder,
  DeleteItem: deleteItem,
  EmptyFolder: emptyFolder,
  FindFolder: findFolderOperation,
  FindItem: findItemOperation,
  GetAttachment: getAttachment,
  GetFolder: getFolder,
  GetItem: getItem,
  MoveFolder: moveFolder,
  MoveItem: moveItem,
  SendItem: sendItem,
  SyncFolderHierarchy: syncFolderHierarchy,
  SyncFolderItems: syncFolderItems,
  UpdateFolder: updateFolder,
  UpdateItem: updateItem,
};

import { MailroomError } from '../../../base/errors.ts';
import type { ActFolder, ActKind } from '../../../contracts/act-item.ts';
import { contactCodec } from './contact-codec.ts';
import type { ItemCodec } from './item-codec.ts';
import { taskCodec } from './task-codec.ts';

const codecs: Readonly<Partial<Record<ActFolder, ItemCodec>>> = { contacts: contactCodec, tasks: taskCodec };

const folderOf: Readonly<Record<ActKind, ActFolder>> = {
  appointment: 'calendar',
  series: 'calendar',
  contact: 'contacts',
  task: 'tasks',
};

/** Which codec reads and writes the items of a folder. */
export function codecOfFolder(folder: ActFolder): ItemCodec {
  const codec = codecs[folder];
  if (codec !== undefined) return codec;
  throw new MailroomError(`Items of the ${folder} folder are not read by this version.`, {
    code: 'mr_ActFolderUnavailable',
    kind: 'item',
  });
}

/** Which codec reads and writes an item of a kind. */
export const codecOfKind = (kind: ActKind): ItemCodec => codecOfFolder(folderOf[kind]);

import type { ActFolder, ActKind } from '../../../contracts/act-item.ts';
import { calendarCodec } from './calendar-codec.ts';
import { contactCodec } from './contact-codec.ts';
import type { ItemCodec } from './item-codec.ts';
import { taskCodec } from './task-codec.ts';

const codecs: Readonly<Record<ActFolder, ItemCodec>> = {
  calendar: calendarCodec,
  contacts: contactCodec,
  tasks: taskCodec,
};

const folderOf: Readonly<Record<ActKind, ActFolder>> = {
  appointment: 'calendar',
  series: 'calendar',
  contact: 'contacts',
  task: 'tasks',
};

/** Which codec reads and writes the items of a folder. */
export const codecOfFolder = (folder: ActFolder): ItemCodec => codecs[folder];

/** Which codec reads and writes an item of a kind. */
export const codecOfKind = (kind: ActKind): ItemCodec => codecs[folderOf[kind]];

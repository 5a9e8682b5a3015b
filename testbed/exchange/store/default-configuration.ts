import { el, type XmlNode } from '../xml/xml-node.ts';
import type { Account } from './account.ts';
import type { Folder } from './folder.ts';
import { makeId } from './item-id.ts';
import type { UserConfiguration } from './user-configuration.ts';

/** The list of categories of a fresh mailbox (MS-OXOCFG 2.2.5.1). */
const categories =
  '<?xml version="1.0"?>\r\n<categories default="Red Category" lastSavedSession="1" lastSavedTime="2024-01-01T00:00:00.000" xmlns="CategoryList.xsd"><category name="Red Category" color="0" keyboardShortcut="0" usageCount="1" lastTimeUsedNotes="1601-01-01T00:00:00.000" lastTimeUsedJournal="1601-01-01T00:00:00.000" lastTimeUsedContacts="1601-01-01T00:00:00.000" lastTimeUsedTasks="1601-01-01T00:00:00.000" lastTimeUsedCalendar="1601-01-01T00:00:00.000" lastTimeUsedMail="1601-01-01T00:00:00.000" lastTimeUsed="1601-01-01T00:00:00.000" lastSessionUsed="0" guid="{8b32a0d5-2d35-4ab4-a9b9-3a9b3b1b3b1b}"/></categories>';

/** A bag of settings a mailbox has without anyone having made it: the categories in the calendar, the options of its user. */
export function defaultConfiguration(account: Account, folder: Folder, name: string): UserConfiguration | undefined {
  const { mailbox, timeZone } = account;
  const isCategories = folder.distinguished === 'calendar' && name === 'CategoryList';
  const isOptions = folder.distinguished === 'root' && name === 'OWA.UserOptions';
  if (!isCategories && !isOptions) return undefined;
  const serial = mailbox.nextSerial();
  return {
    name,
    folderId: folder.id,
    id: makeId({ kind: 'item', mailbox: mailbox.number, serial, part: 0 }),
    changeKey: serial,
    dictionary: isOptions ? el('Dictionary', [textEntry('timezone', timeZone)]) : undefined,
    xmlData: isCategories ? Buffer.from(categories, 'utf8') : undefined,
    binaryData: undefined,
  };
}

function textEntry(key: string, value: string): XmlNode {
  const typed = (name: string, text: string): XmlNode => el(name, [el('Type', 'String'), el('Value', text)]);
  return el('DictionaryEntry', [typed('DictionaryKey', key), typed('DictionaryValue', value)]);
}

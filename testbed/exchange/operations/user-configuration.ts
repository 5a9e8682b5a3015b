import { findFolder } from '../access/find-target.ts';
import { changeKeyText } from '../items/item-ids.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { defaultConfiguration } from '../store/default-configuration.ts';
import { makeId } from '../store/item-id.ts';
import type { UserConfiguration } from '../store/user-configuration.ts';
import { child, childText, el, empty, type XmlNode } from '../xml/xml-node.ts';

/** GetUserConfiguration: a bag of settings, such as the list of categories in the calendar. */
export const getUserConfiguration: Operation = (call) =>
  answerEach('GetUserConfiguration', [child(call.request, 'UserConfigurationName')], (name) => {
    const { found } = locate(call, name, 'read');
    if (found === undefined) throw new EwsError('ErrorItemNotFound');
    const wanted = (childText(call.request, 'UserConfigurationProperties') ?? 'All').split(/\s+/);
    const wants = (part: string): boolean => wanted.includes('All') || wanted.includes(part);
    return [
      el('UserConfiguration', [
        el('UserConfigurationName', [empty('FolderId', { Id: found.folderId })], { Name: found.name }),
        wants('Id') ? empty('ItemId', { Id: found.id, ChangeKey: changeKeyText(found.changeKey) }) : undefined,
        wants('Dictionary') ? found.dictionary : undefined,
        wants('XmlData') ? bytesNode('XmlData', found.xmlData) : undefined,
        wants('BinaryData') ? bytesNode('BinaryData', found.binaryData) : undefined,
      ]),
    ];
  });

/** CreateUserConfiguration: a new bag of settings in a folder. */
export const createUserConfiguration: Operation = (call) =>
  answerEach('CreateUserConfiguration', [child(call.request, 'UserConfiguration')], (node) => {
    const { folderId, name, mailbox, found } = locate(call, child(node, 'UserConfigurationName'), 'change');
    if (found !== undefined) throw new EwsError('ErrorItemSave', 'The folder has a configuration of that name.');
    const serial = mailbox.nextSerial();
    const id = makeId({ kind: 'item', mailbox: mailbox.number, serial, part: 0 });
    const made: UserConfiguration = { name, folderId, id, changeKey: serial, ...contents(node) };
    mailbox.configurations.set(`${folderId} ${name}`, made);
    return [];
  });

/** UpdateUserConfiguration: other contents for a bag of settings. */
export const updateUserConfiguration: Operation = (call) =>
  answerEach('UpdateUserConfiguration', [child(call.request, 'UserConfiguration')], (node) => {
    const { found } = locate(call, child(node, 'UserConfigurationName'), 'change');
    if (found === undefined) throw new EwsError('ErrorItemNotFound');
    const given = contents(node);
    found.dictionary = given.dictionary ?? found.dictionary;
    found.xmlData = given.xmlData ?? found.xmlData;
    found.binaryData = given.binaryData ?? found.binaryData;
    found.changeKey += 1;
    return [];
  });

/** DeleteUserConfiguration: takes a bag of settings away. */
export const deleteUserConfiguration: Operation = (call) =>
  answerEach('DeleteUserConfiguration', [child(call.request, 'UserConfigurationName')], (name) => {
    const { mailbox, found } = locate(call, name, 'change');
    if (found === undefined) throw new EwsError('ErrorItemNotFound');
    mailbox.configurations.delete(`${found.folderId} ${found.name}`);
    return [];
  });

function locate(call: Call, node: XmlNode | undefined, deed: 'read' | 'change') {
  const { account, folder } = findFolder(call, node?.children[0], deed);
  const name = node?.attributes.Name ?? '';
  const { mailbox } = account;
  const key = `${folder.id} ${name}`;
  const found = mailbox.configurations.get(key) ?? defaultConfiguration(account, folder, name);
  if (found !== undefined) mailbox.configurations.set(key, found);
  return { mailbox, folderId: folder.id, name, found };
}

function contents(node: XmlNode | undefined): Pick<UserConfiguration, 'dictionary' | 'xmlData' | 'binaryData'> {
  const bytes = (name: string): Buffer | undefined => {
    const text = childText(node, name);
    return text === undefined ? undefined : Buffer.from(text, 'base64');
  };
  return { dictionary: child(node, 'Dictionary'), xmlData: bytes('XmlData'), binaryData: bytes('BinaryData') };
}

function bytesNode(name: string, bytes: Buffer | undefined): XmlNode | undefined {
  return bytes === undefined ? undefined : el(name, bytes.toString('base64'));
}

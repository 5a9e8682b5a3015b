import { findFolderIn, findItem } from '../access/find-target.ts';
import { changeKeyText } from '../items/item-ids.ts';
import { isTrue } from '../items/set-property.ts';
import { submit } from '../mail/submit.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { child } from '../xml/xml-node.ts';

/** SendItem: sends saved drafts; each is moved to a folder afterwards, or is gone. */
export const sendItem: Operation = (call) => {
  const saves = isTrue(call.request.attributes.SaveItemToFolder);
  const folder = child(call.request, 'SavedItemFolderId');
  if (!saves && folder !== undefined)
    throw new EwsError(
      'ErrorInvalidSendItemSaveSettings',
      'A folder to save to was given, but SaveItemToFolder is false.',
    );
  return answerEach('SendItem', child(call.request, 'ItemIds')?.children ?? [], async (id) => {
    const { account, item } = findItem(call, id, 'change');
    if (id.attributes.ChangeKey === undefined) throw new EwsError('ErrorChangeKeyRequired');
    if (id.attributes.ChangeKey !== changeKeyText(item.changeKey)) throw new EwsError('ErrorIrresolvableConflict');
    const target = folder === undefined ? undefined : findFolderIn(call, folder, 'create');
    await submit(call.world, account, call.reader, item);
    if (!saves) account.mailbox.removeItem(item);
    else account.mailbox.moveItem(item, target?.folder ?? account.mailbox.folderNamed('sentitems'));
    return [];
  });
};

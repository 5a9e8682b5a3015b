import type { ActClaim } from '../../../contracts/act-port.ts';
import { folderRef } from '../operations/folder-ref.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { type ExtendedName, extendedPath, extendedProperty, extendedText } from '../soap/extended-property.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { mailroomSet } from './item-stamp.ts';

const root = { distinguished: 'msgfolderroot' } as const;
const claimName: ExtendedName = { set: mailroomSet, name: 'MailroomClaim' };

/** Reads which organisation synchronises the mailbox, kept on its root folder (TE-14). */
export async function readClaim(client: EwsClient, signal: AbortSignal): Promise<ActClaim | undefined> {
  const request = element(
    'm:GetFolder',
    {},
    element(
      'm:FolderShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element('t:AdditionalProperties', {}, extendedPath(claimName)),
    ),
    element('m:FolderIds', {}, folderRef(root, client)),
  );
  const folder = findNode(await client.callOne('GetFolder', request, signal), 'Folders')?.children[0];
  const [organizationId, on, organizationName] = (folder && extendedText(folder, claimName)?.split('\n')) ?? [];
  if (!organizationId) return undefined;
  return { organizationId, organizationName: organizationName ?? '', on: new Date(on ?? 0) };
}

/** Writes that this organisation does (TE-13). */
export async function writeClaim(client: EwsClient, claim: ActClaim, signal: AbortSignal): Promise<void> {
  const name = claim.organizationName.replace(/\s+/g, ' ').slice(0, 160);
  const text = [claim.organizationId, claim.on.toISOString(), name].join('\n');
  const set = element(
    't:SetFolderField',
    {},
    extendedPath(claimName),
    element('t:Folder', {}, extendedProperty(claimName, text)),
  );
  const request = element(
    'm:UpdateFolder',
    {},
    element(
      'm:FolderChanges',
      {},
      element('t:FolderChange', {}, folderRef(root, client), element('t:Updates', {}, set)),
    ),
  );
  await client.callOne('UpdateFolder', request, signal);
}

import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, findNode, textAt } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { folderId } from './folder-ref.ts';

/** PidTagLocalCommitTimeMax and PidTagDeletedCountTotal (MS-OXCFOLD 2.2.2.2.1): when a message of the folder last changed, and how many went. */
const paths = [
  element('t:ExtendedFieldURI', { PropertyTag: '0x670A', PropertyType: 'SystemTime' }),
  element('t:ExtendedFieldURI', { PropertyTag: '0x670B', PropertyType: 'Integer' }),
];

/** GetFolder for what changes in folders when something in them does, by their ids, one request for all; a folder of which the server does not tell when is left out. */
export async function getFolderStamps(
  client: EwsClient,
  folderIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const shape = element(
    'm:FolderShape',
    {},
    textElement('t:BaseShape', 'IdOnly'),
    element('t:AdditionalProperties', {}, element('t:FieldURI', { FieldURI: 'folder:TotalCount' }), ...paths),
  );
  const ids = element('m:FolderIds', {}, ...folderIds.map((id) => folderId({ id })));
  const outcomes = await client.call('GetFolder', element('m:GetFolder', {}, shape, ids), signal);
  const stamps = new Map<string, string>();
  for (const [index, id] of folderIds.entries()) {
    const outcome = outcomes[index];
    const node =
      outcome !== undefined && 'node' in outcome ? findNode(outcome.node, 'Folders')?.children[0] : undefined;
    if (node === undefined) continue;
    const values = node.children.filter(({ name }) => name === 'ExtendedProperty');
    const told = values.map((value) => [
      Number(childOf(value, 'ExtendedFieldURI')?.attributes.PropertyTag),
      childOf(value, 'Value')?.text ?? '',
    ]);
    if (!told.some(([tag]) => tag === 0x670a)) continue;
    stamps.set(id, [textAt(node, 'TotalCount') ?? '', ...told.map(([, value]) => value)].join(' '));
  }
  return stamps;
}

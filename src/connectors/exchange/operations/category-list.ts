import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { folderRef } from './folder-ref.ts';

const calendar = { distinguished: 'calendar' } as const;

/** GetUserConfiguration: the list of categories, which lies beside the calendar (MS-OXOCFG 2.2.5), as XML. Throws notFound when the mailbox has none yet. */
export async function getCategoryList(client: EwsClient, signal: AbortSignal): Promise<string> {
  const request = element(
    'm:GetUserConfiguration',
    {},
    element('m:UserConfigurationName', { Name: 'CategoryList' }, folderRef(calendar, client)),
    textElement('m:UserConfigurationProperties', 'XmlData'),
  );
  const node = await client.callOne('GetUserConfiguration', request, signal);
  return Buffer.from(findNode(node, 'XmlData')?.text ?? '', 'base64').toString('utf8');
}

/** UpdateUserConfiguration, or CreateUserConfiguration where there was no list: stores the list of categories. */
export async function putCategoryList(
  client: EwsClient,
  xml: string,
  isNew: boolean,
  signal: AbortSignal,
): Promise<void> {
  const operation = isNew ? 'CreateUserConfiguration' : 'UpdateUserConfiguration';
  const request = element(
    `m:${operation}`,
    {},
    element(
      'm:UserConfiguration',
      {},
      element('t:UserConfigurationName', { Name: 'CategoryList' }, folderRef(calendar, client)),
      textElement('t:XmlData', Buffer.from(xml, 'utf8').toString('base64')),
    ),
  );
  await client.callOne(operation, request, signal);
}

import type { MessageDefinition, MessageParameter, ParameterType } from './message-definition.ts';

const needed = (name: string, type: ParameterType): MessageParameter => ({ name, type, required: true });

/** Templates, tracking tokens, folders, mappings and what clients ask of the organisation first. */
export const contentMessages: readonly MessageDefinition[] = [
  {
    name: 'InstantiateTemplate',
    kind: 'action',
    parameters: [needed('TemplateId', 'Edm.Guid'), needed('ObjectType', 'Edm.String'), needed('ObjectId', 'Edm.Guid')],
    returns: { value: 'Collection(mscrm.email)' },
  },
  {
    name: 'SendEmailFromTemplate',
    kind: 'action',
    parameters: [needed('TemplateId', 'Edm.Guid'), needed('Regarding', 'record'), needed('Target', 'record')],
    returns: { Id: 'Edm.Guid', activityid: 'Edm.Guid' },
  },
  {
    name: 'SendTemplate',
    kind: 'action',
    parameters: [
      needed('TemplateId', 'Edm.Guid'),
      needed('Sender', 'record'),
      needed('Recipients', 'Collection(record)'),
      needed('Regarding', 'record'),
      { name: 'DeliveryPriorityCode', type: 'Edm.Int32', required: false },
    ],
  },
  {
    name: 'SendBulkMail',
    kind: 'action',
    parameters: [
      needed('Sender', 'record'),
      needed('TemplateId', 'Edm.Guid'),
      needed('RegardingType', 'Edm.String'),
      needed('RegardingId', 'Edm.Guid'),
      { name: 'Query', type: 'QueryBase', required: false },
    ],
  },
  {
    name: 'RetrieveCurrentOrganization',
    kind: 'function',
    parameters: [needed('AccessType', 'Edm.String')],
    returns: { Detail: 'mscrm.OrganizationDetail' },
  },
  {
    name: 'RetrieveMailboxTrackingFolders',
    kind: 'function',
    parameters: [needed('MailboxId', 'Edm.String')],
    returns: { MailboxTrackingFolderMappings: 'Collection(mscrm.MailboxTrackingFolderMapping)' },
  },
  {
    name: 'RetrievePrincipalSyncAttributeMappings',
    kind: 'function',
    boundTo: 'systemuser',
    alsoBoundTo: ['team'],
    parameters: [],
    returns: { AttributeMappings: 'Collection(mscrm.AttributeMapping)' },
  },
];

import type { MessageDefinition, MessageParameter } from './message-definition.ts';

const target: MessageParameter = { name: 'Target', type: 'record', required: true };
const paging: MessageParameter = { name: 'PagingInfo', type: 'PagingInfo', required: false };
const details = { AuditDetailCollection: 'mscrm.AuditDetailCollection' };

/** What the audit tells of one record, of one column, and of one of its own rows. */
export const auditMessages: readonly MessageDefinition[] = [
  { name: 'RetrieveRecordChangeHistory', kind: 'function', parameters: [target, paging], returns: details },
  {
    name: 'RetrieveAttributeChangeHistory',
    kind: 'function',
    parameters: [target, { name: 'AttributeLogicalName', type: 'Edm.String', required: true }, paging],
    returns: details,
  },
  {
    name: 'RetrieveAuditDetails',
    kind: 'function',
    boundTo: 'audit',
    parameters: [],
    returns: { AuditDetail: 'mscrm.AuditDetail' },
  },
];

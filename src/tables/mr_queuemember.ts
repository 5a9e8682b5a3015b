import { bigInt, dateTime, guid, lookup, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** A user or team that works on the items of a queue (AddPrincipalToQueue). */
export const mr_queuememberTable = {
  logicalName: 'mr_queuemember',
  schemaName: 'mr_QueueMember',
  entitySetName: 'mr_queuemembers',
  objectTypeCode: 10103,
  primaryId: 'mr_queuememberid',
  primaryName: undefined,
  ownership: 'OrganizationOwned',
  columns: {
    mr_queuememberid: guid('mr_QueueMemberId', { required: 'SystemRequired', access: 'CR' }),
    mr_queueid: lookup('mr_QueueId', ['queue'], { required: 'ApplicationRequired', access: 'CR' }),
    mr_principalid: lookup('mr_PrincipalId', ['systemuser', 'team'], { required: 'ApplicationRequired', access: 'CR' }),
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('mr_queue_members', 'queue', 'mr_queueid', 'mr_QueueId'), toOne('mr_systemuser_queuemembers', 'systemuser', 'mr_principalid', 'mr_PrincipalId_systemuser'), toOne('mr_team_queuemembers', 'team', 'mr_principalid', 'mr_PrincipalId_team')],
  indexes: [{ columns: ['mr_queueid', 'mr_principalid'], unique: true }, { columns: ['mr_principalid'] }],
} as const satisfies TableDefinition;

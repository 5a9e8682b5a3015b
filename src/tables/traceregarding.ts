import { entityName, guid, lookup, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** TraceRegarding: type code 8052. */
export const traceregardingTable = {
  logicalName: 'traceregarding',
  schemaName: 'TraceRegarding',
  entitySetName: 'traceregardings',
  objectTypeCode: 8052,
  primaryId: 'traceregardingid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    regardingobjectid: lookup('RegardingObjectId', ['emailserverprofile', 'mailbox']),
    regardingobjectownerid: lookup('RegardingObjectOwnerId', ['systemuser', 'team']),
    regardingobjectowningbusinessunit: lookup('RegardingObjectOwningBusinessUnit', ['businessunit'], { access: 'R' }),
    regardingobjecttypecodeforsharing: entityName('RegardingObjectTypeCodeForSharing', { access: 'R' }),
    traceregardingid: guid('TraceRegardingId', { required: 'SystemRequired', access: 'CR' }),
  },
  relationships: [
    toOne('emailserverprofile_traceregarding_regardingobjectid', 'emailserverprofile', 'regardingobjectid', 'regardingobjectid'),
    toOne('mailbox_traceregarding_regardingobjectid', 'mailbox', 'regardingobjectid', 'regardingobjectid'),
    toOne('systemuser_traceregarding_regardingobjectownerid', 'systemuser', 'regardingobjectownerid', 'regardingobjectownerid'),
    toOne('team_traceregarding_regardingobjectownerid', 'team', 'regardingobjectownerid', 'regardingobjectownerid'),
    toOne('businessunit_traceregarding_regardingobjectowningbusinessunit', 'businessunit', 'regardingobjectowningbusinessunit', 'regardingobjectowningbusinessunit'),
  ],
} as const satisfies TableDefinition;

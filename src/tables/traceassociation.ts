import { guid, lookup, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** TraceAssociation: type code 8051. */
export const traceassociationTable = {
  logicalName: 'traceassociation',
  schemaName: 'TraceAssociation',
  entitySetName: 'traceassociations',
  objectTypeCode: 8051,
  primaryId: 'traceassociationid',
  primaryName: undefined,
  ownership: 'OrganizationOwned',
  columns: {
    organizationid: lookup('OrganizationId', ['organization'], { access: 'R' }),
    regardingobjectid: lookup('RegardingObjectId', []),
    traceassociationid: guid('TraceAssociationId', { required: 'SystemRequired', access: 'CR' }),
    tracelogid: lookup('TraceLogId', ['tracelog']),
  },
  relationships: [toOne('organization_traceassociation_organizationid', 'organization', 'organizationid', 'organizationid'), toOne('tracelog_traceassociation_tracelogid', 'tracelog', 'tracelogid', 'tracelogid')],
} as const satisfies TableDefinition;

import { bool, choice, dateTime, entityName, guid, integer, lookup, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** SyncAttributeMapping: type code 1401. */
export const syncattributemappingTable = {
  logicalName: 'syncattributemapping',
  schemaName: 'SyncAttributeMapping',
  entitySetName: 'syncattributemappings',
  objectTypeCode: 1401,
  primaryId: 'syncattributemappingid',
  primaryName: undefined,
  ownership: 'OrganizationOwned',
  columns: {
    allowedsyncdirection: integer('AllowedSyncDirection'),
    attributecrmname: text('AttributeCRMName', 100),
    attributeexchangename: text('AttributeExchangeName', 100),
    componentstate: choice(
      'ComponentState',
      [
        [0, 'Published'],
        [1, 'Unpublished'],
        [2, 'Deleted'],
        [3, 'Deleted Unpublished'],
      ],
      { access: 'R' },
    ),
    computedproperties: text('ComputedProperties', 500),
    defaultsyncdirection: choice(
      'DefaultSyncDirection',
      [
        [0, 'None'],
        [1, 'ToExchange'],
        [2, 'ToCRM'],
        [3, 'Bidirectional'],
      ],
      { default: 0 },
    ),
    entitytypecode: entityName('EntityTypeCode'),
    iscomputed: bool('IsComputed', { access: 'R' }),
    ismanaged: bool('IsManaged', { labels: ['Unmanaged', 'Managed'], access: 'R' }),
    mappingname: text('MappingName', 100),
    organizationid: lookup('OrganizationId', ['organization'], { access: 'R' }),
    overwritetime: dateTime('OverwriteTime', { format: 'DateOnly', access: 'R' }),
    parentsyncattributemappingid: lookup('ParentSyncAttributeMappingId', ['syncattributemapping']),
    solutionid: guid('SolutionId', { access: 'R' }),
    supportingsolutionid: guid('SupportingSolutionId', { access: 'R' }),
    syncattributemappingid: guid('SyncAttributeMappingId', { required: 'SystemRequired', access: 'CR' }),
    syncattributemappingidunique: guid('SyncAttributeMappingIdUnique', { access: 'R' }),
    syncattributemappingprofileid: lookup('SyncAttributeMappingProfileId', ['syncattributemappingprofile']),
    syncdirection: choice(
      'SyncDirection',
      [
        [0, 'None'],
        [1, 'ToExchange'],
        [2, 'ToCRM'],
        [3, 'Bidirectional'],
      ],
      { default: 0 },
    ),
  },
  relationships: [
    toOne('organization_syncattributemapping_organizationid', 'organization', 'organizationid', 'organizationid'),
    toOne('syncattributemapping_syncattributemapping_parentsyncattributemappingid', 'syncattributemapping', 'parentsyncattributemappingid', 'parentsyncattributemappingid'),
    toOne('syncattributemappingprofile_syncattributemapping_syncattributemappingprofileid', 'syncattributemappingprofile', 'syncattributemappingprofileid', 'syncattributemappingprofileid'),
  ],
} as const satisfies TableDefinition;

import { bigInt, bool, choice, dateTime, guid, lookup, memo, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** SyncAttributeMappingProfile: type code 1400. */
export const syncattributemappingprofileTable = {
  logicalName: 'syncattributemappingprofile',
  schemaName: 'SyncAttributeMappingProfile',
  entitySetName: 'syncattributemappingprofiles',
  objectTypeCode: 1400,
  primaryId: 'syncattributemappingprofileid',
  primaryName: 'name',
  ownership: 'OrganizationOwned',
  columns: {
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
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    createdonbehalfby: lookup('CreatedOnBehalfBy', ['systemuser'], { access: 'R' }),
    description: memo('Description', 2000),
    ismanaged: bool('IsManaged', { labels: ['Unmanaged', 'Managed'], access: 'R' }),
    modifiedby: lookup('ModifiedBy', ['systemuser'], { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    modifiedonbehalfby: lookup('ModifiedOnBehalfBy', ['systemuser'], { access: 'R' }),
    name: text('Name', 100),
    organizationid: lookup('OrganizationId', ['organization'], { access: 'R' }),
    overwritetime: dateTime('OverwriteTime', { format: 'DateOnly', access: 'R' }),
    solutionid: guid('SolutionId', { access: 'R' }),
    supportingsolutionid: guid('SupportingSolutionId', { access: 'R' }),
    syncattributemappingprofileid: guid('SyncAttributeMappingProfileId', { required: 'SystemRequired', access: 'CR' }),
    syncattributemappingprofileidunique: guid('SyncAttributeMappingProfileIdUnique', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [
    toOne('systemuser_syncattributemappingprofile_createdby', 'systemuser', 'createdby', 'createdby'),
    toOne('systemuser_syncattributemappingprofile_createdonbehalfby', 'systemuser', 'createdonbehalfby', 'createdonbehalfby'),
    toOne('systemuser_syncattributemappingprofile_modifiedby', 'systemuser', 'modifiedby', 'modifiedby'),
    toOne('systemuser_syncattributemappingprofile_modifiedonbehalfby', 'systemuser', 'modifiedonbehalfby', 'modifiedonbehalfby'),
    toOne('organization_syncattributemappingprofile_organizationid', 'organization', 'organizationid', 'organizationid'),
  ],
} as const satisfies TableDefinition;

import { bigInt, bool, choice, entityName, guid, integer, lookup, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** PrincipalSyncAttributeMap: type code 1404. */
export const principalsyncattributemapTable = {
  logicalName: 'principalsyncattributemap',
  schemaName: 'PrincipalSyncAttributeMap',
  entitySetName: 'principalsyncattributemaps',
  objectTypeCode: 1404,
  primaryId: 'principalsyncattributemapid',
  primaryName: undefined,
  ownership: 'OrganizationOwned',
  columns: {
    allowedsyncdirection: integer('AllowedSyncDirection'),
    attributecrmdisplayname: text('AttributeCRMDisplayName', 100),
    attributecrmname: text('AttributeCRMName', 100),
    attributeexchangedisplayname: text('AttributeExchangeDisplayName', 100),
    attributeexchangename: text('AttributeExchangeName', 100),
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
    mappingname: text('MappingName', 100),
    organizationid: lookup('OrganizationId', ['organization'], { access: 'R' }),
    parentprincipalsyncattributemappingid: lookup('ParentPrincipalSyncAttributeMappingId', ['principalsyncattributemap']),
    principalid: guid('PrincipalId'),
    principalsyncattributemapid: guid('PrincipalSyncAttributeMapId', { required: 'SystemRequired', access: 'CR' }),
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
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [
    toOne('organization_principalsyncattributemap_organizationid', 'organization', 'organizationid', 'organizationid'),
    toOne('principalsyncattributemap_principalsyncattributemap_parentprincipalsyncattributemappingid', 'principalsyncattributemap', 'parentprincipalsyncattributemappingid', 'parentprincipalsyncattributemappingid'),
  ],
} as const satisfies TableDefinition;

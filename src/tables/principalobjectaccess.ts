import { bigInt, dateTime, entityName, guid, integer } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** PrincipalObjectAccess: type code 11; a row shared with a user or a team and the rights that gives (tables/access-right). */
export const principalobjectaccessTable = {
  logicalName: 'principalobjectaccess',
  schemaName: 'PrincipalObjectAccess',
  entitySetName: 'principalobjectaccessset',
  objectTypeCode: 11,
  primaryId: 'principalobjectaccessid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    accessrightsmask: integer('AccessRightsMask', { access: 'R' }),
    changedon: dateTime('ChangedOn', { access: 'R' }),
    inheritedaccessrightsmask: integer('InheritedAccessRightsMask', { default: 0, access: 'R' }),
    objectid: guid('ObjectId', { access: 'R' }),
    objecttypecode: entityName('ObjectTypeCode', { access: 'R' }),
    principalid: guid('PrincipalId', { access: 'R' }),
    principalobjectaccessid: guid('PrincipalObjectAccessId', { required: 'SystemRequired', access: 'R' }),
    principaltypecode: entityName('PrincipalTypeCode', { access: 'R' }),
    timezoneruleversionnumber: integer('TimeZoneRuleVersionNumber', { min: -1, access: 'R' }),
    utcconversiontimezonecode: integer('UTCConversionTimeZoneCode', { min: -1, access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
  indexes: [{ columns: ['principalid', 'objectid'], unique: true }, { columns: ['objectid'] }],
} as const satisfies TableDefinition;

import { bigInt, bool, guid, integer } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** RolePrivileges: type code 12; the privileges of a role, each with its depth (1 user, 2 business unit, 4 parent and child business units, 8 organisation). */
export const roleprivilegesTable = {
  logicalName: 'roleprivileges',
  schemaName: 'RolePrivileges',
  entitySetName: 'roleprivilegescollection',
  objectTypeCode: 12,
  primaryId: 'roleprivilegeid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    roleid: guid('RoleId', { required: 'SystemRequired', access: 'CR' }),
    privilegeid: guid('PrivilegeId', { required: 'SystemRequired', access: 'CR' }),
    roleprivilegeid: guid('RolePrivilegeId', { required: 'SystemRequired', access: 'CR' }),
    canbedeleted: bool('CanBeDeleted', { default: true, access: 'R' }),
    privilegedepthmask: integer('PrivilegeDepthMask', { required: 'SystemRequired' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
  indexes: [{ columns: ['roleid', 'privilegeid'], unique: true }, { columns: ['privilegeid'] }],
  intersects: { schemaName: 'roleprivileges_association', first: { table: 'role', column: 'roleid' }, second: { table: 'privilege', column: 'privilegeid' } },
} as const satisfies TableDefinition;

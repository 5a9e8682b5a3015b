import { bigInt, guid } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** SystemUserRoles: type code 15; the roles of a user. */
export const systemuserrolesTable = {
  logicalName: 'systemuserroles',
  schemaName: 'SystemUserRoles',
  entitySetName: 'systemuserrolescollection',
  objectTypeCode: 15,
  primaryId: 'systemuserroleid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    systemuserid: guid('SystemUserId', { required: 'SystemRequired', access: 'CR' }),
    roleid: guid('RoleId', { required: 'SystemRequired', access: 'CR' }),
    systemuserroleid: guid('SystemUserRoleId', { required: 'SystemRequired', access: 'CR' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
  indexes: [{ columns: ['systemuserid', 'roleid'], unique: true }, { columns: ['roleid'] }],
  intersects: { schemaName: 'systemuserroles_association', first: { table: 'systemuser', column: 'systemuserid' }, second: { table: 'role', column: 'roleid' } },
} as const satisfies TableDefinition;

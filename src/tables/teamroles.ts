import { bigInt, guid } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** TeamRoles: type code 40; the roles of a team. */
export const teamrolesTable = {
  logicalName: 'teamroles',
  schemaName: 'TeamRoles',
  entitySetName: 'teamrolescollection',
  objectTypeCode: 40,
  primaryId: 'teamroleid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    teamid: guid('TeamId', { required: 'SystemRequired', access: 'CR' }),
    roleid: guid('RoleId', { required: 'SystemRequired', access: 'CR' }),
    teamroleid: guid('TeamRoleId', { required: 'SystemRequired', access: 'CR' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
  indexes: [{ columns: ['teamid', 'roleid'], unique: true }, { columns: ['roleid'] }],
  intersects: { schemaName: 'teamroles_association', first: { table: 'team', column: 'teamid' }, second: { table: 'role', column: 'roleid' } },
} as const satisfies TableDefinition;

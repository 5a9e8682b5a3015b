import { bigInt, guid } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** TeamMembership: type code 23; the users of a team. */
export const teammembershipTable = {
  logicalName: 'teammembership',
  schemaName: 'TeamMembership',
  entitySetName: 'teammemberships',
  objectTypeCode: 23,
  primaryId: 'teammembershipid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    teamid: guid('TeamId', { required: 'SystemRequired', access: 'CR' }),
    systemuserid: guid('SystemUserId', { required: 'SystemRequired', access: 'CR' }),
    teammembershipid: guid('TeamMembershipId', { required: 'SystemRequired', access: 'CR' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
  indexes: [{ columns: ['teamid', 'systemuserid'], unique: true }, { columns: ['systemuserid'] }],
  intersects: { schemaName: 'teammembership_association', first: { table: 'team', column: 'teamid' }, second: { table: 'systemuser', column: 'systemuserid' } },
} as const satisfies TableDefinition;

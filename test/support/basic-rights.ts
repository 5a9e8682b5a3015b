import { privilegesOfRole } from '../../src/rules/role-privileges.ts';
import type { AccessRights, Grant } from '../../src/store/access-rights.ts';
import { basicUserRole, defaultRoles } from '../../src/tables/default-roles.ts';

/** What a user with one of the default roles may do (Basic User when absent), without asking a database. */
export function rightsOfRole(systemuserid: string, businessunitid: string, name = basicUserRole): AccessRights {
  const role = defaultRoles.find((known) => known.name === name);
  if (role === undefined) throw new Error(`There is no default role ${name}.`);
  const grant = (depth: number): readonly Grant[] => [
    { principal: systemuserid, unit: businessunitid, depth, isUsers: true },
  ];
  return {
    systemuserid,
    businessunitid,
    isAdministrator: false,
    teams: [],
    grants: new Map(privilegesOfRole(role).map(({ privilege, depth }) => [privilege.name, grant(depth)])),
    unitTrees: new Map([[businessunitid, [businessunitid]]]),
    partyRights: ['read', 'append', 'appendTo'],
  };
}

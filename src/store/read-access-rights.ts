import { systemAdministratorTemplate } from '../tables/default-roles.ts';
import type { AccessRights, Grant } from './access-rights.ts';
import type { StoreScope } from './database.ts';
import { readOrganizationSettings } from './organization-settings.ts';

interface GrantRow extends Grant {
  readonly name: string;
}

interface RoleRow {
  readonly roleid: string;
  readonly template: string | null;
  readonly principal: string;
  readonly unit: string;
  readonly isUsers: boolean;
}

/** The roles a user has, in the own name and through teams: those of a team reach its rows, and the members' own where the role says so. Access teams give no roles. */
const rolesSql = `
  select r.roleid, r.roletemplateid::text as template, u.systemuserid::text as principal, u.businessunitid::text as unit, true as "isUsers"
  from systemuserroles s join role r using (roleid) join systemuser u using (systemuserid) where s.systemuserid = $1::uuid
  union all
  select r.roleid, r.roletemplateid::text, t.teamid::text, t.businessunitid::text, coalesce(r.isinherited, 1) = 1
  from teammembership m join team t using (teamid) join teamroles x using (teamid) join role r using (roleid)
  where m.systemuserid = $1::uuid and coalesce(t.teamtype, 0) <> 1`;

/** Reads what a user may do from roles, teams and business units. */
export async function readAccessRights(
  scope: Pick<StoreScope, 'sql' | 'records'>,
  systemuserid: string,
): Promise<AccessRights> {
  const roles = await scope.sql<RoleRow>(rolesSql, [systemuserid]);
  const [user] = await scope.sql<{ unit: string | null }>(
    'select businessunitid::text as unit from systemuser where systemuserid = $1::uuid',
    [systemuserid],
  );
  const teams = await scope.sql<{ teamid: string }>(
    'select teamid::text as teamid from teammembership where systemuserid = $1::uuid',
    [systemuserid],
  );
  const settings = await readOrganizationSettings(scope.records);
  return {
    systemuserid,
    businessunitid: user?.unit ?? undefined,
    isAdministrator: roles.some((role) => role.template === systemAdministratorTemplate),
    teams: teams.map((team) => team.teamid),
    grants: await readGrants(scope, roles),
    unitTrees: await readUnitTrees(scope),
    partyRights: settings.switches.DisableImplicitSharingOfCommunicationActivities
      ? []
      : ['read', 'append', 'appendTo'],
  };
}

/** What a team may do by its own roles, as RetrievePrincipalAccess asks: its rows are those it owns or that are shared with it. */
export async function readTeamRights(scope: Pick<StoreScope, 'sql'>, teamid: string): Promise<AccessRights> {
  const roles = await scope.sql<RoleRow>(
    `select r.roleid, r.roletemplateid::text as template, t.teamid::text as principal, t.businessunitid::text as unit, false as "isUsers"
     from team t join teamroles x using (teamid) join role r using (roleid) where t.teamid = $1::uuid`,
    [teamid],
  );
  return {
    systemuserid: teamid,
    businessunitid: roles[0]?.unit,
    isAdministrator: roles.some((role) => role.template === systemAdministratorTemplate),
    teams: [],
    grants: await readGrants(scope, roles),
    unitTrees: await readUnitTrees(scope),
    partyRights: [],
  };
}

async function readGrants(
  scope: Pick<StoreScope, 'sql'>,
  roles: readonly RoleRow[],
): Promise<ReadonlyMap<string, readonly Grant[]>> {
  const held = await scope.sql<{ roleid: string; name: string; depth: number }>(
    `select rp.roleid::text as roleid, p.name, rp.privilegedepthmask as depth
     from roleprivileges rp join privilege p using (privilegeid) where rp.roleid = any($1::uuid[])`,
    [[...new Set(roles.map((role) => role.roleid))]],
  );
  const byRole = new Map<string, { readonly name: string; readonly depth: number }[]>();
  for (const { roleid, name, depth } of held) byRole.set(roleid, [...(byRole.get(roleid) ?? []), { name, depth }]);
  const rows = roles.flatMap(({ roleid, principal, unit, isUsers }): GrantRow[] =>
    (byRole.get(roleid) ?? []).map(({ name, depth }) => ({ name, depth, principal, unit, isUsers })),
  );
  const grants = new Map<string, Grant[]>();
  for (const { name, ...grant } of rows) grants.set(name, [...(grants.get(name) ?? []), grant]);
  return grants;
}

/** Each unit with all below it. A ring of parents, which the rules refuse, ends where it began. */
async function readUnitTrees(scope: Pick<StoreScope, 'sql'>): Promise<ReadonlyMap<string, readonly string[]>> {
  const units = await scope.sql<{ id: string; parent: string | null }>(
    'select businessunitid::text as id, parentbusinessunitid::text as parent from businessunit',
  );
  const children = new Map<string, string[]>();
  for (const { id, parent } of units) if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), id]);
  const trees = new Map<string, readonly string[]>();
  for (const { id } of units) {
    const tree = new Set([id]);
    for (const unit of tree) for (const child of children.get(unit) ?? []) tree.add(child);
    trees.set(id, [...tree]);
  }
  return trees;
}

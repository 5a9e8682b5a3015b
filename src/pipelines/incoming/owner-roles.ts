import type { StoreScope } from '../../store/database.ts';

/** Which of the users and teams have no role at all, neither of their own nor, for users, through a team (OW-05). */
export async function readRoleless(
  scope: StoreScope,
  userIds: readonly string[],
  teamIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const roleless = new Set([...userIds, ...teamIds]);
  for (const id of await usersWithRoles(scope, userIds)) roleless.delete(id);
  const users = userIds.filter((id) => roleless.has(id));
  const memberships = users.length === 0 ? [] : await readMemberships(scope, users);
  const teams = [...new Set([...teamIds, ...memberships.map((one) => one.teamid)])];
  const withRoles = await teamsWithRoles(scope, teams);
  for (const id of withRoles) roleless.delete(id);
  for (const { systemuserid, teamid } of memberships) if (withRoles.has(teamid)) roleless.delete(systemuserid);
  return roleless;
}

async function usersWithRoles(scope: StoreScope, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const page = await scope.records.retrieveMultiple({
    table: 'systemuserroles',
    columns: ['systemuserid'],
    filter: { column: 'systemuserid', operator: 'in', value: ids },
  });
  return page.rows.flatMap((row) => row.systemuserid ?? []);
}

async function readMemberships(scope: StoreScope, userIds: readonly string[]) {
  const page = await scope.records.retrieveMultiple({
    table: 'teammembership',
    columns: ['systemuserid', 'teamid'],
    filter: { column: 'systemuserid', operator: 'in', value: userIds },
  });
  return page.rows.map((row) => ({ systemuserid: row.systemuserid ?? '', teamid: row.teamid ?? '' }));
}

async function teamsWithRoles(scope: StoreScope, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const page = await scope.records.retrieveMultiple({
    table: 'teamroles',
    columns: ['teamid'],
    filter: { column: 'teamid', operator: 'in', value: ids },
  });
  return new Set(page.rows.flatMap((row) => row.teamid ?? []));
}

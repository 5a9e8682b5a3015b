import { bumpAccessStamp } from '../store/access-stamp.ts';
import type { TableName } from '../tables/catalog.ts';
import { systemAdministratorTemplate } from '../tables/default-roles.ts';
import { checkPrivilege, requireRow } from './access-rules.ts';
import { requireRoleHeld } from './escalation.ts';
import { keepAnAdministrator } from './last-administrator.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

/** Roles of users: given and taken by who may assign the role and holds all that it carries; the last System Administrator stays one. */
export const systemUserRolesRules: TableRules<'systemuserroles'> = {
  async beforeCreate(context, values) {
    await requireBoth(context, { systemuser: values.systemuserid, role: values.roleid });
    await requireAssignable(context, values.roleid ?? '');
    return values;
  },
  beforeUpdate: refuseChange,
  async beforeDelete(context, _id, before) {
    await requireAssignable(context, before.roleid ?? '');
    const role = await context.records.retrieve('role', before.roleid ?? '', ['roletemplateid']);
    if (role?.roletemplateid?.id === systemAdministratorTemplate)
      await keepAnAdministrator(context, before.systemuserid ?? '');
  },
};

/** Roles of teams; as those of users. */
export const teamRolesRules: TableRules<'teamroles'> = {
  async beforeCreate(context, values) {
    await requireBoth(context, { team: values.teamid, role: values.roleid });
    const team = await context.records.retrieve('team', values.teamid ?? '', ['teamtype', 'name']);
    if (team?.teamtype === accessTeam)
      refuse('80040203', `Team "${team.name}" is an access team, which has no roles. Use an owner team.`);
    await requireAssignable(context, values.roleid ?? '');
    return values;
  },
  beforeUpdate: refuseChange,
  async beforeDelete(context, _id, before) {
    await requireAssignable(context, before.roleid ?? '');
  },
};

/** Members of teams: who adds one gives the team's roles away and must hold them. */
export const teamMembershipRules: TableRules<'teammembership'> = {
  async beforeCreate(context, values) {
    await requireBoth(context, { team: values.teamid, systemuser: values.systemuserid });
    await requireTeamHeld(context, values.teamid ?? '');
    await bumpAccessStamp(context.scope);
    return values;
  },
  beforeUpdate: refuseChange,
  async beforeDelete(context, _id, before) {
    await requireTeamHeld(context, before.teamid ?? '');
    await bumpAccessStamp(context.scope);
  },
};

const accessTeam = 1;

async function refuseChange(): Promise<never> {
  refuse('80040203', 'A membership cannot change. Delete it and create another.');
}

/** Both ends must be there and seen by the caller. */
async function requireBoth(
  context: RuleContext,
  ends: Readonly<Partial<Record<TableName, string | null | undefined>>>,
): Promise<void> {
  for (const [table, id] of Object.entries(ends) as [TableName, string | null | undefined][]) {
    const name = table === 'systemuser' ? 'user' : table;
    if (!id) refuse('80040203', `The ${name} is missing. Name both sides of the membership.`);
    if ((await context.records.retrieve(table, id, [])) === undefined)
      refuse('80040217', `There is no ${name} with the id ${id}. Choose an existing one.`);
    await requireRow(context, 'read', table, id);
  }
}

async function requireAssignable(context: RuleContext, roleid: string): Promise<void> {
  checkPrivilege(context.caller, 'assign', 'role');
  await requireRow(context, 'assign', 'role', roleid);
  await requireRoleHeld(context, roleid);
  await bumpAccessStamp(context.scope);
}

async function requireTeamHeld(context: RuleContext, teamid: string): Promise<void> {
  if (context.caller.isAdministrator) return;
  const roles = await context.records.retrieveMultiple({
    table: 'teamroles',
    columns: ['roleid'],
    filter: { column: 'teamid', operator: 'eq', value: teamid },
  });
  for (const { roleid } of roles.rows) await requireRoleHeld(context, roleid ?? '');
}

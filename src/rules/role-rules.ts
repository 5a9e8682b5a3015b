import { bumpAccessStamp } from '../store/access-stamp.ts';
import { PrivilegeDepth } from '../tables/access-right.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { systemAdministratorTemplate } from '../tables/default-roles.ts';
import { requireHeld, requireRoleHeld } from './escalation.ts';
import { refuse } from './refuse.ts';
import { rootBusinessUnit } from './root-business-unit.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

/** Roles: the one of the System Administrator stays as it is; what changes takes effect at once. */
export const roleRules: TableRules<'role'> = {
  beforeCreate: async (context, values) => ({
    canbedeleted: true,
    iscustomizable: true,
    ...values,
    businessunitid: values.businessunitid ?? (await rootBusinessUnit(context)),
    organizationid: context.settings.organizationid,
  }),
  async beforeUpdate(context, id, before, values) {
    refuseAdministrators(before);
    await requireRoleHeld(context, id);
    await bumpAccessStamp(context.scope);
    return values;
  },
  async beforeDelete(context, id, before) {
    refuseAdministrators(before);
    await requireRoleHeld(context, id);
    await bumpAccessStamp(context.scope);
  },
};

/** Privileges of a role: each at a depth that it has, none beyond the giver's own. */
export const rolePrivilegesRules: TableRules<'roleprivileges'> = {
  async beforeCreate(context, values) {
    const { roleid, privilegeid } = values;
    if (!roleid || !privilegeid) refuse('80040203', 'A privilege of a role needs roleid and privilegeid. Give both.');
    await checkRole(context, roleid);
    const privilegedepthmask = await checkDepth(context, privilegeid, values.privilegedepthmask);
    await bumpAccessStamp(context.scope);
    return { canbedeleted: true, ...values, privilegedepthmask };
  },
  async beforeUpdate(context, _id, before, values) {
    await checkRole(context, before.roleid ?? '');
    const { privilegedepthmask, ...others } = values;
    if (Object.keys(others).length > 0)
      refuse('80040203', 'Only the depth of a privilege in a role can change. Delete the row and create another.');
    await bumpAccessStamp(context.scope);
    return {
      privilegedepthmask: await checkDepth(context, before.privilegeid ?? '', privilegedepthmask),
    };
  },
  async beforeDelete(context, _id, before) {
    await checkRole(context, before.roleid ?? '');
    await bumpAccessStamp(context.scope);
  },
};

async function checkRole(context: RuleContext, roleid: string): Promise<void> {
  const role = await context.records.retrieve('role', roleid);
  if (role === undefined) refuse('80040217', `There is no role with the id ${roleid}. Choose an existing one.`);
  refuseAdministrators(role);
}

function refuseAdministrators(role: RecordOf<'role'>): void {
  if (role.roletemplateid?.id === systemAdministratorTemplate)
    refuse('mr_RoleFixed', 'The role System Administrator cannot change. Make a role of your own instead.');
}

/** The depth given, else the deepest that the caller holds and the privilege has. */
async function checkDepth(
  context: RuleContext,
  privilegeid: string,
  given: number | null | undefined,
): Promise<number> {
  const row = await context.records.retrieve('privilege', privilegeid);
  if (row === undefined)
    refuse('80040217', `There is no privilege with the id ${privilegeid}. Choose one of the set privileges.`);
  const depths = [
    [row.canbebasic, PrivilegeDepth.basic],
    [row.canbelocal, PrivilegeDepth.local],
    [row.canbedeep, PrivilegeDepth.deep],
    [row.canbeglobal, PrivilegeDepth.global],
  ] as const;
  const possible = depths.flatMap(([can, depth]) => (can ? [depth] : []));
  const depth = given ?? possible.at(-1) ?? PrivilegeDepth.global;
  if (!possible.some((one) => one === depth))
    refuse('80040203', `${row.name} has no depth ${depth}. Choose one of ${possible.join(', ')}.`);
  requireHeld(context.caller, row.name ?? '', depth);
  return depth;
}

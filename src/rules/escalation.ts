import { readAccessRights } from '../store/read-access-rights.ts';
import { systemAdministratorTemplate } from '../tables/default-roles.ts';
import { refuse } from './refuse.ts';
import type { RuleCaller, RuleContext } from './table-rules.ts';

/** Throws 80040220 when the privilege at this depth is more than the caller has: nobody gives away what is not theirs. */
export function requireHeld(caller: RuleCaller, privilege: string, depth: number): void {
  if (caller.isAdministrator) return;
  const held = Math.max(0, ...(caller.rights?.grants.get(privilege) ?? []).map((grant) => grant.depth));
  if (held >= depth) return;
  refuse(
    '80040220',
    `You cannot give ${privilege} at depth ${depth}, because your own roles do not hold it as deep. Ask a system administrator.`,
  );
}

/** As requireHeld, for all that a role carries. */
export async function requireRoleHeld(context: RuleContext, roleid: string): Promise<void> {
  if (context.caller.isAdministrator) return;
  const role = await context.records.retrieve('role', roleid, ['roletemplateid']);
  if (role?.roletemplateid?.id === systemAdministratorTemplate)
    refuse('80040220', 'The role System Administrator is given and taken by system administrators. Ask one of them.');
  const privileges = await context.scope.sql<{ name: string; depth: number }>(
    'select p.name, rp.privilegedepthmask as depth from roleprivileges rp join privilege p using (privilegeid) where rp.roleid = $1::uuid',
    [roleid],
  );
  for (const { name, depth } of privileges) requireHeld(context.caller, name, depth);
}

/** Throws 80040220 when a user may do more than the caller, who could otherwise become that user by changing how they sign in. */
export async function requireUserHeld(context: RuleContext, systemuserid: string): Promise<void> {
  const { caller } = context;
  if (caller.isAdministrator || caller.systemuserid === systemuserid) return;
  const rights = await readAccessRights({ sql: context.scope.sql, records: context.records }, systemuserid);
  if (rights.isAdministrator)
    refuse(
      '80040220',
      'The sign-in of a system administrator is changed by system administrators alone. Ask one of them.',
    );
  for (const [name, grants] of rights.grants) requireHeld(caller, name, Math.max(...grants.map(({ depth }) => depth)));
}

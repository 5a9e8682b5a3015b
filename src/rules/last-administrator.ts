import { systemAdministratorTemplate } from '../tables/default-roles.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** Throws mr_LastAdministrator unless an enabled person other than this user is System Administrator by their own role: someone must be able to sign in and mend things. The locked row of the role makes two such changes wait for one another. */
export async function keepAnAdministrator(context: RuleContext, systemuserid: string): Promise<void> {
  await context.scope.sql('select 1 from role where roletemplateid = $1::uuid for update', [
    systemAdministratorTemplate,
  ]);
  const others = await context.scope.sql(
    `select 1 from systemuserroles s join role r using (roleid) join systemuser u using (systemuserid)
     where r.roletemplateid = $1::uuid and s.systemuserid <> $2::uuid and u.isdisabled is not true and u.domainname <> 'SYSTEM' limit 1`,
    [systemAdministratorTemplate, systemuserid],
  );
  if (others.length > 0) return;
  refuse(
    'mr_LastAdministrator',
    'This user is the last system administrator who can sign in. Give another user the role System Administrator first.',
  );
}

/** True when the user has the role System Administrator in their own name. */
export async function isOwnAdministrator(context: RuleContext, systemuserid: string): Promise<boolean> {
  const found = await context.scope.sql(
    'select 1 from systemuserroles s join role r using (roleid) where r.roletemplateid = $1::uuid and s.systemuserid = $2::uuid',
    [systemAdministratorTemplate, systemuserid],
  );
  return found.length > 0;
}

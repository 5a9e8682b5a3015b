import type { AccessRights } from '../store/access-rights.ts';
import { readAccessRights } from '../store/read-access-rights.ts';
import { PrivilegeDepth } from '../tables/access-right.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { checkPrivilege } from './access-rules.ts';
import { refuse } from './refuse.ts';
import { privilegeId } from './seed-roles.ts';
import type { RuleContext } from './table-rules.ts';

/** A privilege at a depth (PrivilegeDepth). */
export interface HeldPrivilege {
  readonly privilegeid: string;
  readonly name: string;
  readonly depth: number;
}

/** The privileges that a user has by all roles, each at its deepest (RetrieveUserPrivileges). One's own may be asked for by anybody, those of others by who may read users. */
export async function privilegesOfUser(context: RuleContext, systemuserid: string): Promise<readonly HeldPrivilege[]> {
  if (systemuserid !== context.caller.systemuserid) checkPrivilege(context.caller, 'read', 'systemuser');
  const rights: AccessRights = await readAccessRights(
    { sql: context.scope.sql, records: context.records },
    systemuserid,
  );
  return [...rights.grants].map(([name, grants]) => ({
    privilegeid: privilegeId(name),
    name,
    depth: Math.max(...grants.map((grant) => grant.depth)),
  }));
}

/** Row of a role's privilege, if it has it. */
export async function rolePrivilege(
  context: RuleContext,
  roleid: string,
  privilegeid: string,
): Promise<RecordOf<'roleprivileges'> | undefined> {
  const page = await context.records.retrieveMultiple({
    table: 'roleprivileges',
    filter: {
      and: [
        { column: 'roleid', operator: 'eq', value: roleid },
        { column: 'privilegeid', operator: 'eq', value: privilegeid },
      ],
    },
    limit: 1,
  });
  return page.rows[0];
}

const depthNames = ['Basic', 'Local', 'Deep', 'Global'] as const;
const depths: readonly number[] = Object.values(PrivilegeDepth);

/** `PrivilegeDepth` of the Web API as its number. Refuses other words. */
export function depthOf(name: unknown): number {
  const depth = depths[(depthNames as readonly unknown[]).indexOf(name)];
  if (depth === undefined)
    refuse(
      '80040203',
      `Depth must be one of ${depthNames.join(', ')}; found "${String(name).slice(0, 50)}". Choose one.`,
    );
  return depth;
}

/** A depth as the Web API names it. */
export function depthName(depth: number): string {
  return depthNames[depths.indexOf(depth)] ?? 'Basic';
}

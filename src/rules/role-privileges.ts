import { type DepthName, PrivilegeDepth } from '../tables/access-right.ts';
import type { DefaultRole } from '../tables/default-roles.ts';
import { allPrivileges, type Privilege } from '../tables/privileges.ts';

/** The depth (PrivilegeDepth) at which a default role carries a privilege; undefined when it does not. */
export function depthInRole(role: DefaultRole, privilege: Privilege): number | undefined {
  const deepest = privilege.depths.at(-1);
  const depth: DepthName | undefined = role.isEverything
    ? deepest
    : privilege.right === undefined
      ? role.special[privilege.name as keyof DefaultRole['special']]
      : depthOfNoun(role, privilege);
  return depth === undefined ? undefined : PrivilegeDepth[depth];
}

function depthOfNoun(role: DefaultRole, { name, right }: Privilege): DepthName | undefined {
  if (right === undefined) return undefined;
  const verb = `prv${right.charAt(0).toUpperCase()}${right.slice(1)}`;
  const noun = name.slice(verb.length);
  return name.startsWith(verb) && Object.hasOwn(role.nouns, noun) ? role.nouns[noun]?.[right] : undefined;
}

/** All privileges of a default role with their depths. */
export function privilegesOfRole(
  role: DefaultRole,
): readonly { readonly privilege: Privilege; readonly depth: number }[] {
  return allPrivileges().flatMap((privilege) => {
    const depth = depthInRole(role, privilege);
    return depth === undefined ? [] : [{ privilege, depth }];
  });
}

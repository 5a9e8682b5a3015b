import type { AccessRights, Grant } from './access-rights.ts';

/** The rights of a user whose access mode is Read: what they may read, and nothing that changes. */
export function readingRights(rights: AccessRights): AccessRights {
  const grants = [...rights.grants].filter(([name]) => name.startsWith('prvRead'));
  return { ...rights, isAdministrator: false, grants: new Map(grants) };
}

/** The rights of `user` for a program or person that acts on their behalf: each privilege as deep as both hold it. */
export function delegatedRights(user: AccessRights, actor: AccessRights): AccessRights {
  if (actor.isAdministrator) return user;
  const grants = new Map<string, readonly Grant[]>();
  for (const [name, held] of user.grants) {
    const deepest = Math.max(0, ...(actor.grants.get(name) ?? []).map((grant) => grant.depth));
    if (deepest > 0)
      grants.set(
        name,
        held.map((grant) => ({ ...grant, depth: Math.min(grant.depth, deepest) })),
      );
  }
  return { ...user, isAdministrator: false, grants };
}

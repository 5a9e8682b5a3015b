import { useFunction } from '../../api/use-rows.ts';
import { type Depth, depthNames } from './privilege-groups.ts';

/** What a role holds: depths by the privilege's id. */
export interface RolePrivileges {
  readonly depths: Readonly<Record<string, Depth>> | undefined;
  readonly error: Error | null;
  /** Another one whenever something changed. */
  readonly stamp: string;
  readonly refetch: () => Promise<unknown>;
}

const numbers = Object.fromEntries(Object.entries(depthNames).map(([depth, name]) => [name, Number(depth) as Depth]));

/** Reads the privileges of a role; they are asked for again when roles change. */
export function useRolePrivileges(roleId: string): RolePrivileges {
  const answer = useFunction<{ readonly RolePrivileges: readonly { PrivilegeId: string; Depth: string }[] }>(
    `RetrieveRolePrivilegesRole(RoleId=${roleId})`,
    ['role'],
  );
  const entries = answer.data?.RolePrivileges.map(
    ({ PrivilegeId, Depth }) => [PrivilegeId.toLowerCase(), numbers[Depth] ?? 0] as const,
  );
  return {
    depths: entries && Object.fromEntries(entries),
    error: answer.error,
    stamp: (entries ?? []).map(([id, depth]) => `${id}${depth}`).join(),
    refetch: answer.refetch,
  };
}

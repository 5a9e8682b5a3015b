import type { RightName } from '../tables/access-right.ts';

/** One privilege as a user holds it by one role: in their own name, or as member of a team. */
export interface Grant {
  /** The user, or the team whose role it is. */
  readonly principal: string;
  /** The principal's business unit. */
  readonly unit: string;
  /** PrivilegeDepth. */
  readonly depth: number;
  /** True when rows of the user's own count as well as the principal's (a role given to the user, or one that team members inherit). */
  readonly isUsers: boolean;
}

/** What a user may do, by all roles, directly and through teams. */
export interface AccessRights {
  readonly systemuserid: string;
  readonly businessunitid: string | undefined;
  /** Holds the role System Administrator: everything, without limits. */
  readonly isAdministrator: boolean;
  /** The user's teams. */
  readonly teams: readonly string[];
  /** By name of the privilege. */
  readonly grants: ReadonlyMap<string, readonly Grant[]>;
  /** Every business unit with all units below it, itself included. */
  readonly unitTrees: ReadonlyMap<string, readonly string[]>;
  /** What the parties of an activity may do with it by being parties (SE-12); nothing when ST-60 switches that off. */
  readonly partyRights: readonly RightName[];
}

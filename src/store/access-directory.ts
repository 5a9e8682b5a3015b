import type { AccessRights } from './access-rights.ts';
import type { StoreScope } from './database.ts';
import { readAccessRights } from './read-access-rights.ts';

/** A user as sign-in needs to know them. */
export interface UserAccess {
  readonly name: string;
  readonly isDisabled: boolean;
  /** systemuser.accessmode; 2 is read only, 4 a program. */
  readonly accessMode: number;
  readonly rights: AccessRights;
}

/** What users may do, from memory as long as nothing about roles changed. */
export interface AccessDirectory {
  /** Undefined for a user who does not exist. One small query, more only after a change. */
  find(systemuserid: string): Promise<UserAccess | undefined>;
}

/** Users whose rights are kept in memory. */
const mostKept = 2000;

interface UserRow {
  readonly name: string | null;
  readonly isdisabled: boolean | null;
  readonly accessmode: number | null;
  readonly unit: string | null;
  readonly stamp: string | null;
}

/** A directory over the database. A change shows from its commit on, in every process, because each look asks for the stamp that changes bump. */
export function createAccessDirectory(scope: Pick<StoreScope, 'sql' | 'records'>): AccessDirectory {
  const kept = new Map<string, { readonly stamp: string; readonly rights: AccessRights }>();
  return {
    async find(systemuserid) {
      const [user] = await scope.sql<UserRow>(
        `select fullname as name, isdisabled, accessmode, businessunitid::text as unit,
           (select value from mr_serviceinfo where key = 'access') as stamp
         from systemuser where systemuserid = $1::uuid`,
        [systemuserid],
      );
      if (user === undefined) return undefined;
      const stamp = `${user.stamp ?? ''}/${user.unit ?? ''}`;
      const known = kept.get(systemuserid);
      const rights = known?.stamp === stamp ? known.rights : await readAccessRights(scope, systemuserid);
      kept.delete(systemuserid);
      kept.set(systemuserid, { stamp, rights });
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return {
        name: user.name ?? '',
        isDisabled: user.isdisabled ?? false,
        accessMode: user.accessmode ?? 0,
        rights,
      };
    },
  };
}

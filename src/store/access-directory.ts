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
  /** Undefined for a user who does not exist. One small query, none with what another one `seen` of the user, more only after a change. */
  find(systemuserid: string, seen?: SeenUser): Promise<UserAccess | undefined>;
}

/** Users whose rights are kept in memory. */
const mostKept = 2000;

/** What `seenUserColumns` read of a user. */
export interface SeenUser {
  readonly name: string | null;
  readonly isdisabled: boolean | null;
  readonly accessmode: number | null;
  readonly unit: string | null;
  readonly stamp: string | null;
}

/** Columns for a statement that reads the systemuser `u` beside something else, as SeenUser. */
export const seenUserColumns = `u.fullname as name, u.isdisabled, u.accessmode, u.businessunitid::text as unit,
  (select value from mr_serviceinfo where key = 'access') as stamp`;

/** A directory over the database. A change shows from its commit on, in every process, because each look asks for the stamp that changes bump. */
export function createAccessDirectory(scope: Pick<StoreScope, 'sql' | 'records'>): AccessDirectory {
  const kept = new Map<string, { readonly stamp: string; readonly rights: AccessRights }>();
  return {
    async find(systemuserid, seen) {
      const [user] =
        seen === undefined
          ? await scope.sql<SeenUser>(`select ${seenUserColumns} from systemuser u where u.systemuserid = $1::uuid`, [
              systemuserid,
            ])
          : [seen];
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

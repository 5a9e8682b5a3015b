import type { AccessDirectory } from '../store/access-directory.ts';
import { readingRights } from '../store/reduced-rights.ts';
import type { DescribeUser } from '../webapi/token-store.ts';

/** systemuser.accessmode of users who only read. */
const readMode = 2;

/** Tells who a user is to the Web API and what their roles allow; undefined for one who is gone or disabled. With access mode Read they change nothing. */
export function createDescribeUser(directory: AccessDirectory): DescribeUser {
  return async (systemuserid, seen) => {
    const user = await directory.find(systemuserid, seen);
    if (user === undefined || user.isDisabled) return undefined;
    const rights = user.accessMode === readMode ? readingRights(user.rights) : user.rights;
    return { isAdministrator: rights.isAdministrator, name: user.name, rights };
  };
}

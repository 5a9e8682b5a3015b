import type { Database } from '../store/database.ts';
import type { DescribeUser } from '../webapi/token-store.ts';
import type { Organization } from './bootstrap.ts';

/** Tells who a user is to the Web API; the SYSTEM user, the first administrator and users with administrative access mode are administrators. */
export function createDescribeUser(database: Database, organization: Organization): DescribeUser {
  return async (systemuserid) => {
    const user = await database.records.retrieve('systemuser', systemuserid, ['fullname', 'isdisabled', 'accessmode']);
    if (user === undefined || user.isdisabled) return undefined;
    const isAdministrator =
      systemuserid === organization.administratorId ||
      systemuserid === organization.systemUserId ||
      user.accessmode === 1;
    return { isAdministrator, name: user.fullname ?? '' };
  };
}

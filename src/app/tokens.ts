import { systemClock } from '../base/clock.ts';
import type { Database } from '../store/database.ts';
import { createTokenStore, type TokenStore } from '../webapi/token-store.ts';
import type { Organization } from './bootstrap.ts';

/** The token store; the SYSTEM user and the first administrator, and users with administrative access mode, are administrators. */
export function createTokens(database: Database, organization: Organization): TokenStore {
  return createTokenStore({
    sql: (text, values) => database.sql(text, values),
    clock: systemClock,
    describeUser: async (systemuserid) => {
      const user = await database.records.retrieve('systemuser', systemuserid, [
        'fullname',
        'isdisabled',
        'accessmode',
      ]);
      if (user === undefined || user.isdisabled) return undefined;
      const isAdministrator =
        systemuserid === organization.administratorId ||
        systemuserid === organization.systemUserId ||
        user.accessmode === 1;
      return { isAdministrator, name: user.fullname ?? '' };
    },
  });
}

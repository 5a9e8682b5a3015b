import { systemClock } from '../base/clock.ts';
import type { Database } from '../store/database.ts';
import { createTokenStore, type TokenStore } from '../webapi/token-store.ts';
import type { Organization } from './bootstrap.ts';
import { createDescribeUser } from './describe-user.ts';

/** The token store over the database's users. */
export function createTokens(database: Database, organization: Organization): TokenStore {
  return createTokenStore({
    sql: (text, values) => database.sql(text, values),
    clock: systemClock,
    describeUser: createDescribeUser(database, organization),
  });
}

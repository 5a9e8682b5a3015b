import { systemClock } from '../base/clock.ts';
import type { Database } from '../store/database.ts';
import type { DescribeUser } from '../webapi/token-store.ts';
import { createTokenStore, type TokenStore } from '../webapi/token-store.ts';

/** The token store over the database's users; a session lasts `sessionMs` milliseconds (12 hours when absent). */
export function createTokens(database: Database, describeUser: DescribeUser, sessionMs?: number): TokenStore {
  return createTokenStore({
    sql: (text, values) => database.sql(text, values),
    clock: systemClock,
    describeUser,
    ...(sessionMs === undefined ? {} : { sessionMs }),
  });
}

import type { Clock } from '../base/clock.ts';
import type { StoreScope } from './database.ts';

/** Notes in the audit that users come in. */
export interface AccessAudit {
  /** Notes an access over the page (`web`) or by a program (`services`): the first one within `organization.useraccessauditinginterval` hours. */
  note(systemuserid: string, way: AccessWay): Promise<void>;
}

/** How a user came in. */
export type AccessWay = 'web' | 'services';

const actions: Readonly<Record<AccessWay, number>> = { web: 64, services: 65 };
/** Users and ways remembered at most; all are forgotten beyond, and the database is asked again. */
const mostRemembered = 10_000;
/** For this long the database is not asked again: the shortest interval, so that a change of the setting is seen. */
const rememberedMs = 3_600_000;

/** Keeps the record of accesses of one organisation; asks the database once an hour for each user. */
export function createAccessAudit(sql: StoreScope['sql'], clock: Clock): AccessAudit {
  const seen = new Map<string, number>();
  return {
    note: async (systemuserid, way) => {
      const now = clock.now();
      const key = `${systemuserid} ${way}`;
      const last = seen.get(key);
      if (last !== undefined && now.getTime() - last < rememberedMs) return;
      if (seen.size >= mostRemembered) seen.clear();
      await sql(
        `insert into audit (auditid, action, operation, objectid, objectid__table, userid, changedata, createdon, transactionid)
         select gen_random_uuid(), $2::integer, 4, $1::uuid, 'systemuser', $1::uuid, '{"changedAttributes":[]}', $3::timestamptz, md5(pg_current_xact_id()::text)::uuid
         from organization o where o.isauditenabled is not false and o.isuseraccessauditenabled is not false and not exists (
           select 1 from audit a where a.userid = $1::uuid and a.operation = 4 and a.action = $2::integer
             and a.createdon > $3::timestamptz - make_interval(hours => coalesce(o.useraccessauditinginterval, 4)))
         limit 1`,
        [systemuserid, actions[way], now],
      );
      seen.set(key, now.getTime());
    },
  };
}

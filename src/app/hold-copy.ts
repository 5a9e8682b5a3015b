import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Database, StoreScope } from '../store/database.ts';
import { markDatabase } from '../store/database-mark.ts';
import { howToRelease } from '../store/flow-refusal.ts';
import type { Organization } from './bootstrap.ts';

/** What telling a copy needs. */
export interface HoldCopyOptions {
  readonly database: Database;
  readonly organization: Organization;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Holds the organisation when its database was copied or moved since the service ran on it last: a test copy must neither send mail
 * nor delete any at the servers of its original (MG-06). One that exchanges nothing is left alone. Resolves to whether it was held; throws store errors.
 */
export async function holdCopy({ database, organization, clock, log }: HoldCopyOptions): Promise<boolean> {
  const isHeld = await database.transaction(async (scope) => {
    if ((await markDatabase(scope)) !== 'elsewhere' || !(await exchangesMail(scope))) return false;
    const found = clock.now().toISOString().slice(0, 16).replace('T', ' ');
    await scope.records.as(organization.systemUserId).update('organization', organization.organizationid, {
      mr_held: true,
      mr_heldreason: `Its database was copied or moved: on ${found} UTC it was found in another PostgreSQL server, or as another database, than before. A copy must not send or delete the mail of its original.`,
    });
    return true;
  });
  if (isHeld) {
    log.error(
      { code: 'mr_OrganizationHeld' },
      `this database was copied or moved: no mail is fetched or sent and no webhook called. ${howToRelease}`,
    );
  }
  return isHeld;
}

async function exchangesMail(scope: StoreScope): Promise<boolean> {
  const rows = await scope.sql(
    `select 1 where exists (select 1 from mailbox where statecode = 0
         and (enabledforincomingemail or enabledforoutgoingemail or enabledforact or testemailconfigurationscheduled))
       or exists (select 1 from mr_webhook where statecode = 0)`,
  );
  return rows.length > 0;
}

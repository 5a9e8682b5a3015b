import type { StoreScope } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';

/** A run of numbers of one user, taken for good. */
export interface TokenRun {
  /** Running number of the user; 0 stands for the organisation. */
  readonly user: number;
  /** The first counter of the run. */
  readonly next: number;
}

/**
 * Takes the next `count` numbers of a user, or of the organisation when null (CO-12, CO-13, CO-21). Runs in the caller's
 * transaction: the counter stays locked until it ends, so that no two takers get one number before it wraps.
 */
export function takeTokenRun(
  scope: StoreScope,
  settings: OrganizationSettings,
  userId: string | null,
  count: number,
): Promise<TokenRun> {
  return userId === null ? takeFromOrganization(scope, settings, count) : takeFromUser(scope, settings, userId, count);
}

/** The counter after `taken` more; it wraps (CO-13). */
function after(settings: OrganizationSettings, next: number, taken: number): number {
  return (next + taken) % 10 ** settings.token.counterDigits;
}

async function takeFromUser(
  scope: StoreScope,
  settings: OrganizationSettings,
  userId: string,
  count: number,
): Promise<TokenRun> {
  const page = await scope.records.retrieveMultiple({
    table: 'usersettings',
    columns: ['systemuserid', 'trackingtokenid', 'nexttrackingnumber'],
    filter: { column: 'systemuserid', operator: 'eq', value: userId },
    limit: 1,
    lock: 'wait',
  });
  const row = page.rows[0];
  if (row === undefined) return takeFromOrganization(scope, settings, count);
  const user = row.trackingtokenid ?? (await nextUserNumber(scope, settings));
  const next = row.nexttrackingnumber ?? 1;
  await scope.records.update('usersettings', userId, {
    trackingtokenid: user,
    nexttrackingnumber: after(settings, next, count),
  });
  return { user, next };
}

/** Running number of a user in the organisation, from 1 (CO-12); the organisation's row is locked meanwhile. */
async function nextUserNumber(scope: StoreScope, settings: OrganizationSettings): Promise<number> {
  await lockOrganization(scope, settings);
  const highest = await scope.records.retrieveMultiple({
    table: 'usersettings',
    columns: ['trackingtokenid'],
    filter: { column: 'trackingtokenid', operator: 'notNull' },
    orderBy: [{ column: 'trackingtokenid', descending: true }],
    limit: 1,
  });
  return (highest.rows[0]?.trackingtokenid ?? 0) + 1;
}

async function takeFromOrganization(
  scope: StoreScope,
  settings: OrganizationSettings,
  count: number,
): Promise<TokenRun> {
  const next = await lockOrganization(scope, settings);
  await scope.records.update('organization', settings.organizationid, {
    nexttrackingnumber: after(settings, next, count),
  });
  return { user: 0, next };
}

async function lockOrganization(scope: StoreScope, settings: OrganizationSettings): Promise<number> {
  const page = await scope.records.retrieveMultiple({
    table: 'organization',
    columns: ['nexttrackingnumber'],
    filter: { column: 'organizationid', operator: 'eq', value: settings.organizationid },
    limit: 1,
    lock: 'wait',
  });
  return page.rows[0]?.nexttrackingnumber ?? 1;
}

import { formatToken } from '../../formats/tracking-token.ts';
import type { StoreScope } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';

/** One email that needs a token, and the user it is counted for; null counts for the organisation, user number 0. */
export interface TokenRequest {
  readonly emailId: string;
  readonly userId: string | null;
}

/** Where the counting of one user stands. */
interface Series {
  readonly user: number;
  readonly next: number;
}

/**
 * Takes the next tokens of their users, all in the caller's transaction (CO-10 to CO-13, CO-21): the counters stay locked
 * until it ends, so that no two emails get one number before it wraps. Returns the token by email id.
 */
export async function allocateTokens(
  scope: StoreScope,
  settings: OrganizationSettings,
  requests: readonly TokenRequest[],
): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>();
  const users = [...new Set(requests.map((request) => request.userId))].sort();
  for (const userId of users) {
    const mine = requests.filter((request) => request.userId === userId);
    const series =
      userId === null
        ? await takeFromOrganization(scope, settings, mine.length)
        : await takeFromUser(scope, settings, userId, mine.length);
    for (const [index, request] of mine.entries()) {
      tokens.set(request.emailId, tokenOf(settings, series.user, series.next + index));
    }
  }
  return tokens;
}

function tokenOf(settings: OrganizationSettings, user: number, counter: number): string {
  const { prefix, userBase, userDigits, counterDigits } = settings.token;
  return formatToken({ prefix, deploy: 0, user: userBase + user, userDigits, counter, counterDigits });
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
): Promise<Series> {
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

async function takeFromOrganization(scope: StoreScope, settings: OrganizationSettings, count: number): Promise<Series> {
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

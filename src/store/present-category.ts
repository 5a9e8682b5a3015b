import type { StoreScope } from './database.ts';
import type { OrganizationSettings } from './organization-settings.ts';

/** What the tracking category of a mailbox is called in it now, as its incoming turns found it (CT-06); undefined when they never looked. */
export async function readPresentCategory(
  scope: Pick<StoreScope, 'sql'>,
  mailboxid: string,
): Promise<string | undefined> {
  const [row] = await scope.sql<{ value: string }>(
    "select value from mr_cursor where mailboxid = $1::uuid and work = 'tracking' and name = 'category'",
    [mailboxid],
  );
  return row?.value.split('\n')[2] || undefined;
}

/** The name under which items are marked; undefined where the organisation has switched that off (CT-07). */
export function categoryOfItems(settings: OrganizationSettings): string | undefined {
  return settings.switches.TrackCategorizedItems ? settings.trackedCategory : undefined;
}

import { activityTables } from '../store/table-layout.ts';
import type { RecordOf, TableName } from '../tables/catalog.ts';
import { EmailState } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

/** Locks the email that parties and attachments belong to and throws mr_EmailClosed when it is closed, for then it stays as it was sent or received; other activities are left to their own rules. Returns the email, undefined for another activity. Throws notFound 80040217 when the caller may not see it. */
export async function openEmailOf(
  context: RuleContext,
  activity: EntityReference | null | undefined,
  what: string,
): Promise<RecordOf<'email'> | undefined> {
  if (!activity) return undefined;
  const table = activity.table as TableName;
  if (table !== 'email') {
    if (activityTables.includes(table)) await lockVisible(context, table, activity.id);
    return undefined;
  }
  const email = await lockVisible(context, 'email', activity.id);
  if (email.statecode !== EmailState.open) {
    refuse(
      'mr_EmailClosed',
      `The email "${email.subject ?? ''}" is closed (status ${email.statuscode}); its ${what} cannot change. Set it back to Draft first, or make a new email.`,
    );
  }
  return email;
}

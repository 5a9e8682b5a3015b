import type { Database } from '../../store/database.ts';
import { readOrganizationSettings } from '../../store/organization-settings.ts';
import { ExpansionState, expansionWindow, settleInstances } from './settle-instances.ts';

/** Series looked at in one run; the next run goes on. */
const mostSeries = 50;

/**
 * Makes the instances that are missing within the expansion window, a slice of each series a run (AA-25): those left over by a write,
 * and those that time brings into the window. Returns how many series it looked at; one that fails does not stop the others.
 */
export async function expandDueSeries(database: Database, now: Date): Promise<number> {
  const settings = await readOrganizationSettings(database.records);
  const horizon = new Date(`${expansionWindow({ settings, now }).to}T23:59:59Z`);
  const page = await database.records.retrieveMultiple({
    table: 'recurringappointmentmaster',
    columns: ['activityid'],
    filter: {
      or: [
        { column: 'expansionstatecode', operator: 'eq', value: ExpansionState.unexpanded },
        {
          and: [
            { column: 'expansionstatecode', operator: 'eq', value: ExpansionState.partial },
            { column: 'nextexpansioninstancedate', operator: 'le', value: horizon },
          ],
        },
      ],
    },
    orderBy: [{ column: 'nextexpansioninstancedate' }],
    limit: mostSeries,
  });
  let failure: unknown;
  for (const { activityid } of page.rows) {
    if (!activityid) continue;
    try {
      await database.transaction(({ records }) =>
        settleInstances({ records, settings, now, limit: settings.expansion.batch }, activityid),
      );
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return page.rows.length;
}

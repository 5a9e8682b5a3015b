import type { Filter } from '../../store/record-store.ts';
import type { ColumnName } from '../../tables/catalog.ts';
import { EmailStatus } from '../../tables/choices.ts';
import type { TurnContext } from '../turn.ts';

/** The earliest moment at which an email that is delayed or postponed may go; undefined when none waits (OU-07, OU-11). */
export async function nextWaitingOn(context: TurnContext): Promise<Date | undefined> {
  const delayed = await earliest(context, 'delayedemailsendtime', 'postponeemailprocessinguntil');
  const postponed = await earliest(context, 'postponeemailprocessinguntil', 'delayedemailsendtime');
  if (delayed === undefined || postponed === undefined) return delayed ?? postponed;
  return new Date(Math.min(delayed.getTime(), postponed.getTime()));
}

async function earliest(
  context: TurnContext,
  column: ColumnName<'email'> & ('delayedemailsendtime' | 'postponeemailprocessinguntil'),
  other: 'delayedemailsendtime' | 'postponeemailprocessinguntil',
): Promise<Date | undefined> {
  const filter: Filter[] = [
    { column: 'sendermailboxid', operator: 'eq', value: context.lease.mailboxid },
    { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
    { column: 'directioncode', operator: 'eq', value: true },
    { column, operator: 'gt', value: context.clock.now() },
  ];
  const page = await context.database.records.retrieveMultiple({
    table: 'email',
    columns: [column, other],
    filter: { and: filter },
    orderBy: [{ column }],
    limit: 1,
  });
  const row = page.rows[0];
  const on = row?.[column];
  const until = row?.[other];
  if (!on) return undefined;
  return until && until > on ? until : on;
}

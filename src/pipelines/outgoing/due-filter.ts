import type { Filter } from '../../store/record-store.ts';
import { EmailStatus } from '../../tables/choices.ts';

/** Pending Send, and neither delayed nor postponed beyond now (OU-03, OU-07, OU-11). */
export function dueFilter(mailboxid: string, now: Date): Filter {
  const isDue = (column: string): Filter => ({
    or: [
      { column, operator: 'null' },
      { column, operator: 'le', value: now },
    ],
  });
  return {
    and: [
      { column: 'sendermailboxid', operator: 'eq', value: mailboxid },
      { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
      { column: 'directioncode', operator: 'eq', value: true },
      isDue('delayedemailsendtime'),
      isDue('postponeemailprocessinguntil'),
    ],
  };
}

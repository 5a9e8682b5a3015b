import type { StoreScope } from '../../../store/database.ts';
import { MailVerdict } from '../../../tables/choices.ts';

/** Writes on the decision about a message that a person took the category off: its email stays, the mailbox follows it no more (CT-04). */
export async function noteUntracked(scope: StoreScope, mailboxid: string, identity: string, now: Date): Promise<void> {
  await scope.records.updateWhere(
    'mr_maildecision',
    {
      and: [
        { column: 'mr_mailboxid', operator: 'eq', value: mailboxid },
        { column: 'mr_identity', operator: 'eq', value: identity },
      ],
    },
    {
      mr_verdict: MailVerdict.notTracked,
      mr_reasoncode: 'Untracked',
      mr_reason: `Somebody took the category off in the mailbox (seen ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC). Its email stays; the folder it lies in and its mark have no effect on it any more.`,
    },
  );
}

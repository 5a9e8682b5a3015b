import { asMailroomError } from '../base/errors.ts';
import type { Filter } from '../store/record-store.ts';
import { EmailStatus, SendOutcome } from '../tables/choices.ts';
import { pendingSend } from './pending-send.ts';
import { refuse } from './refuse.ts';
import type { RuledStore } from './ruled-store.ts';
import { sendEmail } from './send-email.ts';
import type { RuleContext } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

/** Which failed emails are meant. */
export interface FailedEmails {
  readonly mailboxid?: string | undefined;
  /** `mr_lasterrorcode` of the failure. */
  readonly errorCode?: string | undefined;
  /** Those that failed from then on. */
  readonly since?: Date | undefined;
}

/** What became of them. */
export interface ResentEmails {
  readonly resent: number;
  readonly refused: number;
  /** Why the first of the refused was; empty when none was. */
  readonly firstRefusal: string;
}

/** Emails that one call takes; those left are for the next. */
const mostAtOnce = 1000;

/**
 * Sends a failed email again, to all that do not have it; a partly accepted one to those the server refused or put off (OU-16,
 * PAIN-12). Throws `mr_StatusNotAllowed` for any other, one of unknown fate among them, and what SendEmail refuses.
 */
export async function resendEmail(context: RuleContext, emailid: string): Promise<void> {
  const email = await lockFor(context, 'write', 'email', emailid);
  if (email.statuscode === EmailStatus.failed) {
    await sendEmail(context, emailid, true, undefined);
    return;
  }
  const mailbox = email.sendermailboxid;
  if (email.statuscode !== EmailStatus.sent || email.mr_sendoutcome !== SendOutcome.partly || !mailbox) {
    refuse(
      'mr_StatusNotAllowed',
      `The email "${email.subject ?? ''}" has status ${email.statuscode}; only a failed email (8), or a sent one that did not reach everybody, can be sent again. Use SendEmail for a draft, or make a new email.`,
    );
  }
  await context.records.update('email', emailid, await pendingSend(context, mailbox.id, null));
}

/** Sends the failed emails that the caller may see again, oldest first, each on its own; those of unknown fate are left out. */
export async function resendFailedEmails(store: RuledStore, which: FailedEmails): Promise<ResentEmails> {
  const page = await store.retrieveMultiple({
    table: 'email',
    columns: ['activityid'],
    filter: { and: failedFilter(which) },
    orderBy: [{ column: 'createdon' }],
    limit: mostAtOnce,
  });
  let resent = 0;
  const refusals: string[] = [];
  for (const row of page.rows) {
    try {
      await store.act((rules) => resendEmail(rules, row.activityid ?? ''));
      resent += 1;
    } catch (thrown) {
      const error = asMailroomError(thrown);
      if (error.kind !== 'item' && error.kind !== 'notFound') throw error;
      refusals.push(error.message);
    }
  }
  return { resent, refused: refusals.length, firstRefusal: refusals[0] ?? '' };
}

function failedFilter({ mailboxid, errorCode, since }: FailedEmails): Filter[] {
  const filter: Filter[] = [
    { column: 'statuscode', operator: 'eq', value: EmailStatus.failed },
    { column: 'directioncode', operator: 'eq', value: true },
    { column: 'mr_sendoutcome', operator: 'eq', value: SendOutcome.refused },
  ];
  if (mailboxid !== undefined) filter.push({ column: 'sendermailboxid', operator: 'eq', value: mailboxid });
  if (errorCode !== undefined) filter.push({ column: 'mr_lasterrorcode', operator: 'eq', value: errorCode });
  if (since !== undefined) filter.push({ column: 'modifiedon', operator: 'ge', value: since });
  return filter;
}

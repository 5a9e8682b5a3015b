import { whyMailWaits } from '../store/flow-refusal.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { EmailState, EmailStatus, SendOutcome } from '../tables/choices.ts';
import type { RuleContext } from './table-rules.ts';

type Email = RecordOf<'email'>;

/**
 * The values of an email that is handed to the sender: Pending Send with nothing left of earlier tries, and from the first moment
 * what it waits for (OU-01, OU-04, OU-07). Its mailbox's turn is brought forward.
 */
export async function pendingSend(context: RuleContext, mailboxid: string, delayedUntil: Date | null): Promise<Email> {
  const now = context.clock.now();
  const mailbox = (await context.records.retrieve('mailbox', mailboxid)) ?? {};
  const id = mailbox.emailserverprofile?.id;
  const profile = id ? await context.records.retrieve('emailserverprofile', id) : undefined;
  const refusal = whyMailWaits(mailbox, profile, context.settings);
  const isDelayed = delayedUntil !== null && delayedUntil > now;
  const reason = isDelayed
    ? `To be sent at ${delayedUntil.toISOString()}, as asked.`
    : 'Waiting for the next outgoing turn of the mailbox.';
  context.touchedMailboxes.add(mailboxid);
  return {
    statecode: EmailState.completed,
    statuscode: EmailStatus.pendingSend,
    deliveryattempts: 0,
    postponeemailprocessinguntil: null,
    mr_sendoutcome: SendOutcome.waiting,
    mr_queuedon: now,
    mr_waitingreason: (refusal?.message ?? reason).slice(0, 4000),
    mr_nextattempton: refusal === undefined && isDelayed ? delayedUntil : null,
    mr_lasterror: null,
    mr_lasterrorcode: null,
    mr_serverreply: null,
  };
}

import { EmailState, EmailStatus, SendOutcome } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

/** What a person decides about an email whose fate is unknown: it was sent, or it shall go again (PAIN-11). It never goes again by itself. */
export async function resolveUncertainSend(
  context: RuleContext,
  emailid: string,
  decision: 'sent' | 'again',
): Promise<void> {
  const email = await lockFor(context, 'write', 'email', emailid);
  if (email.mr_sendoutcome !== SendOutcome.uncertain) {
    refuse(
      'mr_StatusNotAllowed',
      'The fate of this email is not uncertain; only then is there something to decide. Use SendEmail to send a failed email again.',
    );
  }
  const now = context.clock.now();
  if (decision === 'sent') {
    await context.records.update('email', emailid, {
      statecode: EmailState.completed,
      statuscode: EmailStatus.sent,
      mr_sendoutcome: SendOutcome.accepted,
      mr_waitingreason: null,
      actualend: now,
      senton: now,
    });
    return;
  }
  await context.records.update('email', emailid, {
    statecode: EmailState.completed,
    statuscode: EmailStatus.pendingSend,
    mr_sendoutcome: SendOutcome.waiting,
    mr_waitingreason: 'Sent again by decision of a person; waiting for the next outgoing turn of the mailbox.',
    postponeemailprocessinguntil: null,
    deliveryattempts: 0,
  });
  if (email.sendermailboxid) context.touchedMailboxes.add(email.sendermailboxid.id);
}

import { EmailState, EmailStatus, SendOutcome } from '../tables/choices.ts';
import { pendingSend } from './pending-send.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

/** What a person decides about an email whose fate is unknown: it was sent, or it shall go again to those who may lack it (PAIN-11). It never goes again by itself. */
export async function resolveUncertainSend(
  context: RuleContext,
  emailid: string,
  decision: 'sent' | 'again',
): Promise<void> {
  const email = await lockFor(context, 'write', 'email', emailid);
  const mailbox = email.sendermailboxid;
  if (email.mr_sendoutcome !== SendOutcome.uncertain || !mailbox) {
    refuse(
      'mr_StatusNotAllowed',
      'The fate of this email is not uncertain; only then is there something to decide. Use SendEmail to send a failed email again.',
    );
  }
  const now = context.clock.now();
  const sent = {
    statecode: EmailState.completed,
    statuscode: EmailStatus.sent,
    mr_sendoutcome: SendOutcome.accepted,
    mr_waitingreason: null,
    actualend: now,
    senton: email.senton ?? now,
  };
  const values = decision === 'sent' ? sent : await pendingSend(context, mailbox.id, null);
  await context.records.update('email', emailid, values);
}

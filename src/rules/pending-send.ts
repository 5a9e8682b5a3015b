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
  const { reason, nextOn } = refusal
    ? { reason: refusal.message, nextOn: null }
    : nextTurn(now, delayedUntil, postponedUntil(mailbox, now), mailbox.mr_outgoinglasterror ?? '');
  context.touchedMailboxes.add(mailboxid);
  return {
    statecode: EmailState.completed,
    statuscode: EmailStatus.pendingSend,
    deliveryattempts: 0,
    postponeemailprocessinguntil: null,
    mr_sendoutcome: SendOutcome.waiting,
    mr_queuedon: now,
    mr_waitingreason: reason.slice(0, 4000),
    mr_nextattempton: nextOn,
    mr_lasterror: null,
    mr_lasterrorcode: null,
    mr_serverreply: null,
  };
}

/** Until when sending from the mailbox is postponed after a failure (SC-10, SC-13); null when it is not. */
export function postponedUntil(mailbox: RecordOf<'mailbox'>, now: Date): Date | null {
  const until = mailbox.postponesendinguntil ?? null;
  return until !== null && until > now ? until : null;
}

function nextTurn(
  now: Date,
  delayedUntil: Date | null,
  postponed: Date | null,
  cause: string,
): { readonly reason: string; readonly nextOn: Date | null } {
  if (delayedUntil !== null && delayedUntil > (postponed ?? now)) {
    return { reason: `To be sent at ${delayedUntil.toISOString()}, as asked.`, nextOn: delayedUntil };
  }
  if (postponed === null) return { reason: 'Waiting for the next outgoing turn of the mailbox.', nextOn: null };
  const reason = `Sending from the mailbox is postponed until ${postponed.toISOString()}. ${cause}`.trim();
  return { reason, nextOn: postponed };
}

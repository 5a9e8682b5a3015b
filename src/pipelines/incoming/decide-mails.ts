import { isForwardSubject } from '../../formats/subject.ts';
import type { StoreScope } from '../../store/database.ts';
import { CorrelationMethod } from '../../tables/choices.ts';
import { type DecidedMail, decideGroup } from './decide-group.ts';
import type { Verdict } from './evaluate.ts';
import { type Forwarder, lookUpForwarders } from './forwarders.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { Judging } from './incoming-turn.ts';

/**
 * Decides about the messages of a mailbox. In a forward mailbox each recovered original is judged as if it had arrived in the mailbox
 * of the user or queue that forwarded it (FW-02, FW-06), and what holds no original, or comes from nobody who may forward, is told as
 * InvalidForwardMailItem (FW-03, FW-04). Writes nothing.
 */
export async function decideMails(
  scope: StoreScope,
  judging: Judging,
  mails: readonly IncomingMail[],
): Promise<readonly DecidedMail[]> {
  if (!judging.isForward) return decideGroup(scope, judging, mails);
  const findForwarder = await lookUpForwarders(
    scope,
    mails.flatMap((mail) => mail.source.carrier?.forwarders ?? []),
  );
  const byForwarder = new Map<string, { readonly forwarder: Forwarder; readonly mails: IncomingMail[] }>();
  const refused: { readonly mail: IncomingMail; readonly reason: string }[] = [];
  for (const mail of mails) {
    const { carrier } = mail.source;
    const answer =
      carrier === undefined ? { refusal: whyNoOriginal(mail, judging) } : findForwarder(carrier.forwarders);
    if ('refusal' in answer) refused.push({ mail, reason: answer.refusal });
    else {
      const { forwarder } = answer;
      const group = byForwarder.get(forwarder.mailboxid) ?? { forwarder, mails: [] };
      group.mails.push(mail);
      byForwarder.set(forwarder.mailboxid, group);
    }
  }
  const decided: DecidedMail[] = refused.map(({ mail, reason }) => refusedMail(judging, mail, reason));
  for (const { forwarder, mails: own } of byForwarder.values()) {
    const judged = await decideGroup(scope, asReceivedBy(judging, forwarder), own);
    decided.push(...judged.map((one) => ({ ...one, mailboxid: forwarder.mailboxid })));
  }
  return decided;
}

/** The forwarder's own mailbox in place of the forward mailbox. */
function asReceivedBy(judging: Judging, { mailboxid, addresses }: Forwarder): Judging {
  return { ...judging, mailboxid, addresses };
}

/** FW-04, FW-05: redirects and forwarded text told apart from mail that nobody forwarded. */
function whyNoOriginal(mail: IncomingMail, judging: Judging): string {
  const { headers, subject } = mail.message;
  const isRedirect =
    ['resent-from', 'resent-to', 'x-forwarded-to', 'x-forwarded-for'].some((name) => headers.has(name)) ||
    !mail.recipients.some(({ address }) => address === judging.addresses.main);
  const rule = 'A rule for a forward mailbox must forward messages as attachments.';
  if (isForwardSubject(subject)) return `It was forwarded as text, from which the original cannot be told. ${rule}`;
  if (isRedirect) return `It was redirected, not forwarded. ${rule}`;
  return `It was sent to the forward mailbox and holds no forwarded message. ${rule}`;
}

const nobody = { sender: { match: undefined, isDuplicate: false, tables: [] }, recipients: [], principals: [] };
const unlinked = { method: CorrelationMethod.none, parent: undefined, evidence: '', subjectChanged: false };

function refusedMail(judging: Judging, mail: IncomingMail, reason: string): DecidedMail {
  return {
    identified: {
      mail,
      identity: mail.identity,
      isOutgoing: false,
      email: undefined,
      decision: undefined,
      isBuried: false,
      isSentCopyTracked: false,
    },
    kind: 'rejected',
    emailId: undefined,
    people: nobody,
    facts: undefined,
    correlation: unlinked,
    verdict: refusal(mail, judging, reason),
    owner: undefined,
    queues: [],
    error: undefined,
  };
}

function refusal(mail: IncomingMail, judging: Judging, reason: string): Verdict {
  const plain = { accepted: false, acceptedBy: undefined, acceptingQueues: [], answers: [] };
  if (mail.message.headers.has('x-mailroom-test')) {
    return { ...plain, code: 'OwnTestMessage', reason: "It is Mailroom's own test message, which is never tracked." };
  }
  if (mail.receivedOn.getTime() < judging.startOn.getTime()) {
    return { ...plain, code: 'BeforeStartDate', reason: "It was received before the mailbox's start date." };
  }
  return { ...plain, code: 'InvalidForwardMailItem', reason };
}

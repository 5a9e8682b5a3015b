import { cutText } from '../../formats/cut-text.ts';
import type { ReportedRecipient } from '../../formats/delivery/delivery-report.ts';
import { MailVerdict } from '../../tables/choices.ts';
import type { MailDecision } from '../decisions.ts';
import type { DecidedMail } from './decide-group.ts';
import type { FilterAnswer } from './evaluate.ts';
import type { Carrier, IncomingMail } from './incoming-mail.ts';
import type { KeptAttachments } from './keep-attachments.ts';
import { decisionIdentity } from './known-mail.ts';
import type { NotedDeliveries } from './note-deliveries.ts';
import { failureWords } from './plan-deliveries.ts';
import type { BrokenMail } from './quarantine.ts';
import { placementWords } from './tracking/placement.ts';

/** The decision to be stored about a message; undefined for one that was decided before. Pure. */
export function decisionOf(
  mailboxid: string | undefined,
  decided: DecidedMail,
  attachments: KeptAttachments | undefined,
  noted: NotedDeliveries,
): MailDecision | undefined {
  if (decided.kind === 'known') return undefined;
  const { identified, verdict, correlation } = decided;
  const { mail } = identified;
  const common = {
    mailboxid,
    serverId: mail.source.serverId,
    identity: decisionIdentity(identified),
    messageId: mail.message.messageId,
    subject: mail.message.subject,
    sender: mail.senderAddress,
    receivedOn: mail.receivedOn,
    sizeBytes: Math.min(mail.source.wholeBytes ?? mail.source.raw.length, 2_147_483_647),
    isAutomatic: mail.automatic !== undefined,
    correlationMethod: correlation.method,
    evidence: evidenceOf(decided, attachments, noted),
  };
  const code = verdict?.code ?? 'Accepted';
  const reason = verdict?.reason ?? '';
  const acceptedBy = verdict?.acceptedBy?.reference;
  switch (decided.kind) {
    case 'accepted':
      return { ...common, verdict: MailVerdict.tracked, code, reason, acceptedBy, emailId: decided.emailId };
    case 'rejected':
      return { ...common, verdict: MailVerdict.notTracked, code, reason };
    case 'failed':
      return {
        ...common,
        verdict: MailVerdict.quarantined,
        code: decided.error?.code ?? '80040216',
        reason: decided.error?.message ?? '',
      };
    case 'buried':
      return {
        ...common,
        verdict: MailVerdict.notTracked,
        code: 'Deleted',
        reason: 'Its email was deleted here. Ask for re-evaluation of the mailbox to have it again.',
      };
    case 'stored': {
      const stored = `The message is tracked already. ${reason}`.trim();
      const verdictNow = MailVerdict.alreadyTracked;
      return { ...common, verdict: verdictNow, code: 'AlreadyTracked', reason: stored, emailId: decided.emailId };
    }
  }
}

/** The decision about a message that could not be read or had. Pure. */
export function decisionOfBroken(
  mailboxid: string | undefined,
  broken: BrokenMail,
  identity: string | null,
): MailDecision {
  return {
    mailboxid,
    serverId: broken.serverId,
    identity,
    messageId: broken.messageId,
    subject: broken.subject,
    sender: broken.sender,
    receivedOn: undefined,
    sizeBytes: Math.min(broken.sizeBytes, 2_147_483_647),
    verdict: MailVerdict.quarantined,
    code: broken.error.code,
    reason: broken.error.message,
    isAutomatic: false,
  };
}

function evidenceOf(
  decided: DecidedMail,
  attachments: KeptAttachments | undefined,
  noted: NotedDeliveries,
): Readonly<Record<string, unknown>> {
  const { correlation, verdict, identified } = decided;
  const { automatic, message } = identified.mail;
  const { faults } = message;
  const about = noted.get(identified.mail);
  return {
    ...(correlation.parent === undefined ? {} : { linkedTo: correlation.parent.id }),
    ...(correlation.evidence === '' ? {} : { correlation: correlation.evidence }),
    ...(verdict === undefined || verdict.answers.length === 0
      ? {}
      : { filters: verdict.answers.slice(0, 20).map(filterAnswer) }),
    ...(decided.kind === 'rejected' ? { sentTo: recipientsOf(identified.mail) } : {}),
    ...(decided.people.sender.match === undefined ? {} : { senderIs: decided.people.sender.match.table }),
    ...(decided.placement === undefined ? {} : { foundIn: placementWords(decided.placement) }),
    ...forwardEvidence(identified.mail.source.carrier),
    ...(identified.mail.source.wholeBytes === undefined ? {} : { judgedBy: 'head' }),
    ...(attachments === undefined || attachments.dropped.length === 0
      ? {}
      : { droppedAttachments: attachments.dropped.slice(0, 50) }),
    ...(automatic === undefined ? {} : { automatic: automatic.kind, automaticBecause: automatic.evidence }),
    ...(automatic?.report === undefined
      ? {}
      : { deliveries: automatic.report.recipients.slice(0, 20).map(deliveryOf) }),
    ...(about === undefined ? {} : { reportedEmail: about.emailId, reportedEmailBecause: about.evidence }),
    ...(faults.length === 0 ? {} : { faults: faults.slice(0, 20) }),
  };
}

/** FW-02: by whom and in what a recovered original came. */
const forwardEvidence = (carrier: Carrier | undefined): Readonly<Record<string, unknown>> =>
  carrier === undefined
    ? {}
    : { forwardedBy: carrier.forwarders[0]?.address ?? '', forwardedIn: carrier.messageId || carrier.subject };

/** To whom a message went of which no email tells. */
const recipientsOf = ({ recipients }: IncomingMail): readonly string[] =>
  recipients.slice(0, 20).map(({ address }) => cutText(address, 320));

const filterAnswer = ({ principal, accepts, reason }: FilterAnswer) => ({
  name: principal.name,
  filter: principal.filter,
  accepts,
  reason,
});

const deliveryOf = ({ address, action, status, reason, isHard, words }: ReportedRecipient) => ({
  address,
  action,
  status,
  ...(reason === undefined ? {} : { because: failureWords(reason), isHard }),
  words: words.slice(0, 300),
});

import { asMailroomError } from '../../base/errors.ts';
import type { MailHandle } from '../../contracts/mail-retriever.ts';
import type { DecidedMail } from './decide-group.ts';

/** What would become of one message. */
export interface PreviewedMail {
  readonly serverId: string;
  readonly messageId: string;
  readonly subject: string;
  readonly sender: string;
  readonly receivedOn: Date | undefined;
  readonly sizeBytes: number;
  /** `decidedBefore`: what was decided about it stands. */
  readonly verdict: 'tracked' | 'notTracked' | 'alreadyTracked' | 'decidedBefore' | 'quarantined';
  /** As in `mr_maildecision.mr_reasoncode`. */
  readonly code: string;
  readonly reason: string;
  /** Subject of the email that it would be linked to; empty when none. */
  readonly linkedTo: string;
}

/** What a decision comes to when nothing of it is carried out. Pure. */
export function previewOf(decided: DecidedMail): PreviewedMail {
  const { mail, decision } = decided.identified;
  const plain = {
    serverId: mail.source.serverId,
    messageId: mail.message.messageId,
    subject: mail.message.subject,
    sender: mail.senderAddress,
    receivedOn: mail.receivedOn,
    sizeBytes: mail.source.wholeBytes ?? mail.source.raw.length,
    linkedTo: decided.correlation.parent?.subject ?? '',
  };
  const reason = decided.verdict?.reason ?? '';
  switch (decided.kind) {
    case 'accepted':
      return { ...plain, verdict: 'tracked', code: 'Accepted', reason };
    case 'rejected':
      return { ...plain, verdict: 'notTracked', code: decided.verdict?.code ?? '', reason };
    case 'stored':
      return { ...plain, verdict: 'alreadyTracked', code: 'AlreadyTracked', reason: 'The message is tracked already.' };
    case 'buried':
      return { ...plain, verdict: 'notTracked', code: 'Deleted', reason: 'Its email was deleted here.' };
    case 'failed': {
      const { code = '', message = '' } = decided.error ?? {};
      return { ...plain, verdict: 'quarantined', code, reason: message };
    }
    case 'known': {
      const isTracked = decided.emailId !== undefined;
      const verdict = isTracked ? 'alreadyTracked' : 'decidedBefore';
      const words = isTracked ? 'The message is tracked already.' : 'It was judged before, and that stands.';
      return { ...plain, verdict, code: decision?.code ?? '', reason: words };
    }
  }
}

/** A message that cannot be had or read. */
export function previewOfBroken(handle: MailHandle, thrown: unknown): PreviewedMail {
  const error = asMailroomError(thrown);
  return {
    serverId: handle.serverId,
    messageId: '',
    subject: '',
    sender: '',
    receivedOn: handle.receivedOn,
    sizeBytes: handle.sizeBytes ?? 0,
    verdict: 'quarantined',
    code: error.code,
    reason: error.message,
    linkedTo: '',
  };
}

import { MailroomError } from '../../base/errors.ts';
import type { StoreScope } from '../../store/database.ts';
import { type DecidedMail, decideGroup } from './decide-group.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { Judging } from './incoming-turn.ts';
import { addQueueItems, linkEarlier, promote } from './promote.ts';
import { type ReasonName, reasonCodes } from './reason-codes.ts';
import { recordDecisions } from './record-group.ts';

/** Whether a message would become an email, and why not. */
export interface DeliveryCheck {
  readonly accepted: boolean;
  readonly name: ReasonName;
  /** One of `reasonCodes`. */
  readonly code: number;
  /** A sentence. */
  readonly reason: string;
  /** The email that is there already. */
  readonly emailId: string | undefined;
}

/** Judges a message that a program hands over, with the code that judges mail from servers; writes nothing (IN-47). */
export async function checkDelivery(scope: StoreScope, judging: Judging, mail: IncomingMail): Promise<DeliveryCheck> {
  const [decided] = await decideGroup(scope, judging, [mail]);
  return checkOf(decided);
}

/**
 * Makes the email of a message that a program hands over, in the caller's transaction, and returns its id; of one that is there
 * already, the id of that (IN-30, IN-47). Throws MailroomError `mr_NotAccepted`, kind `item`, for a message that nobody takes, and
 * conflict 80040237 where the id that it was to have belongs to another email.
 */
export async function deliver(scope: StoreScope, judging: Judging, mail: IncomingMail): Promise<string> {
  const [decided] = await decideGroup(scope, judging, [mail]);
  const check = checkOf(decided);
  if (decided === undefined || (!check.accepted && check.emailId === undefined)) throw refusal(check);
  if (check.emailId !== undefined) {
    await addQueueItems(scope, judging, [decided]);
    return check.emailId;
  }
  const { made, overtaken } = await promote(scope, judging, [decided]);
  const other = overtaken.get(decided);
  if (other === '') throw idTaken(decided.emailId);
  if (other !== undefined) return other;
  const attachments = new Map(made.map((one) => [one.decided, one.attachments]));
  if (judging.byHand?.isOutgoing !== true) await recordDecisions(scope, judging, [decided], [], attachments, new Map());
  await linkEarlier(scope, judging, made);
  return decided.emailId ?? '';
}

function checkOf(decided: DecidedMail | undefined): DeliveryCheck {
  const { kind, verdict, error, emailId } = decided ?? {};
  switch (kind) {
    case 'accepted':
      return { ...answer('Accepted', verdict?.reason), accepted: true };
    case 'stored':
      return { ...answer('AlreadyTracked', 'The message is tracked already.'), emailId };
    case 'known':
      return emailId === undefined
        ? answer(knownReason(decided?.identified.decision?.code), 'The mailbox has judged it before.')
        : { ...answer('AlreadyTracked', 'The message is tracked already.'), emailId };
    case 'buried':
      return answer('Deleted', 'Its email was deleted here.');
    case 'failed':
      return answer(error?.code === 'InvalidSender' ? 'InvalidSender' : 'NoOwner', error?.message);
    default:
      return answer(verdict?.code ?? 'NoRecipientMatch', verdict?.reason);
  }
}

function answer(name: ReasonName, reason = ''): DeliveryCheck {
  return { accepted: false, name, code: reasonCodes[name], reason, emailId: undefined };
}

function knownReason(code: string | undefined): ReasonName {
  const isKnown = code !== undefined && code !== 'Accepted' && Object.hasOwn(reasonCodes, code);
  return isKnown ? (code as ReasonName) : 'AlreadyTracked';
}

function idTaken(emailId: string | undefined): MailroomError {
  return new MailroomError(`The id ${emailId ?? ''} belongs to another email. Give a new one.`, {
    code: '80040237',
    kind: 'conflict',
  });
}

function refusal({ reason, name, code }: DeliveryCheck): MailroomError {
  return new MailroomError(`The message is not taken: ${reason} (${name}, reason code ${code})`, {
    code: 'mr_NotAccepted',
    kind: 'item',
  });
}

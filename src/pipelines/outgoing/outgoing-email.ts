import type { MailAddress } from '../../contracts/mail-message.ts';
import type { ColumnName, RecordOf } from '../../tables/catalog.ts';

/** A row of `email` as the sender reads it: `emailColumns`. */
export type EmailRow = RecordOf<'email'>;

/** A row of `activityparty` as the sender reads it: `partyColumns`. */
export type PartyRow = RecordOf<'activityparty'>;

/** What is read of an email that is to be sent. */
export const emailColumns = [
  'activityid',
  'subject',
  'description',
  'mimetype',
  'statuscode',
  'ownerid',
  'createdby',
  'createdon',
  'deliveryprioritycode',
  'prioritycode',
  'deliveryattempts',
  'deliveryreceiptrequested',
  'readreceiptrequested',
  'isworkflowcreated',
  'parentactivityid',
  'inreplyto',
  'messageid',
  'trackingtoken',
  'conversationindex',
  'mr_references',
  'senton',
  'mr_sentcopy',
] as const satisfies readonly ColumnName<'email'>[];

/** What is read of a party of such an email. */
export const partyColumns = [
  'activitypartyid',
  'activityid',
  'participationtypemask',
  'partyid',
  'addressused',
  'unresolvedpartyname',
  'mr_deliverystatus',
] as const satisfies readonly ColumnName<'activityparty'>[];

/** The thread an email stands in, as its headers tell it (OU-09). */
export interface ThreadFields {
  /** Without brackets; empty when it answers nothing. */
  readonly inReplyTo: string;
  /** Oldest first, without brackets. */
  readonly references: readonly string[];
  /** Thread-Index, base64. */
  readonly conversationIndex: string;
}

/** One address a message goes to, with the parties that stand for it. */
export interface Recipient {
  /** As it stands in the envelope. */
  readonly address: string;
  readonly partyIds: readonly string[];
}

/** An email that was claimed: everything final but its bytes. */
export interface ClaimedEmail {
  readonly row: EmailRow;
  readonly id: string;
  /** Without brackets; stays the same for every attempt. */
  readonly messageId: string;
  /** Subject on the wire, token included (CO-16). */
  readonly subject: string;
  readonly thread: ThreadFields;
  /** Author: the mailbox's owner, or the one on whose behalf it is sent (SA-05). */
  readonly from: MailAddress;
  /** Who sends it, where that is not the author (RFC 5322 3.6.2). */
  readonly sender: MailAddress | undefined;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  /** Who still has to get it: those accepted before are left out. */
  readonly recipients: readonly Recipient[];
  /** Recipients that a server took on an earlier attempt. */
  readonly acceptedBefore: number;
  /** Addresses refused for good on an earlier attempt of the same request. */
  readonly rejectedBefore: readonly string[];
}

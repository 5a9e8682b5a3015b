import { normaliseAddress } from '../../formats/address.ts';
import type { DeliveryReport, ReportedRecipient } from '../../formats/delivery/delivery-report.ts';
import type { FailureReason } from '../../formats/delivery/failure-reason.ts';
import { DeliveryStatus } from '../../tables/choices.ts';

/** A recipient of a sent email: one row for every record that the address stands for. */
export interface SentRecipient {
  readonly partyId: string;
  readonly address: string;
  readonly status: number | undefined;
  readonly reply: string;
}

/** What a report changes at one recipient's row. */
export interface DeliveryChange {
  readonly partyId: string;
  readonly address: string;
  readonly status: number;
  readonly reply: string;
  /** Why, as people read it; empty for a delivery. */
  readonly cause: string;
  readonly isHard: boolean;
}

/** What a report changes at an email. */
export interface DeliveryPlan {
  readonly changes: readonly DeliveryChange[];
  /** True when after it the email has reached nobody. */
  readonly reachedNobody: boolean;
}

const WORDS: Readonly<Record<FailureReason, string>> = {
  userUnknown: 'the address does not exist',
  hostUnknown: 'the domain does not exist',
  moved: 'the person has moved to another address',
  takesNoMail: 'the domain takes no mail',
  filtered: 'a filter refused it there',
  mailboxFull: 'the mailbox is full',
  disabled: 'the mailbox is disabled',
  tooLarge: 'the message is too large for the other server',
  blocked: 'our server is blocked there',
  spam: 'it was taken for spam',
  virus: 'it was taken for dangerous',
  policy: "it is against the other server's policy",
  authentication: 'our domain could not prove that the message is ours (SPF, DKIM, DMARC)',
  relaying: 'the other server does not take mail for that domain',
  rateLimit: 'too much mail was sent at once',
  expired: 'it could not be delivered in time',
  network: 'the other server could not be reached',
  content: 'the other server did not like its content',
  rejected: 'the other server refused it',
  system: 'the other server had trouble of its own',
  unknown: 'the report does not say why',
};

const STATUSES: Readonly<Record<ReportedRecipient['action'], number>> = {
  failed: DeliveryStatus.bounced,
  delayed: DeliveryStatus.deferred,
  delivered: DeliveryStatus.accepted,
};

/** The reason of a failure as part of a sentence. */
export function failureWords(reason: FailureReason | undefined): string {
  return WORDS[reason ?? 'unknown'];
}

/**
 * What a delivery report changes at the email it is about (UD-04). A recipient counts by any address the report names for it; where an
 * email has one recipient and the report names one other, it is that one under another name (an alias, a forward). What bounced stays
 * bounced whatever an earlier report says later. Pure.
 */
export function planDeliveries(report: DeliveryReport, recipients: readonly SentRecipient[]): DeliveryPlan {
  const byAddress = new Map<string, SentRecipient[]>();
  for (const recipient of recipients) {
    const key = normaliseAddress(recipient.address);
    byAddress.set(key, [...(byAddress.get(key) ?? []), recipient]);
  }
  const changes: DeliveryChange[] = [];
  for (const reported of report.recipients) {
    const named = reported.addresses.map(normaliseAddress).find((address) => byAddress.has(address));
    const isOnly = named === undefined && byAddress.size === 1 && report.recipients.length === 1;
    const rows = isOnly ? recipients : (byAddress.get(named ?? '') ?? []);
    for (const row of rows) changes.push(...changeOf(row, reported));
  }
  const after = new Map(changes.map((change) => [change.partyId, change.status]));
  const reachedNobody =
    recipients.length > 0 &&
    recipients.every(({ partyId, status }) => {
      const now = after.get(partyId) ?? status;
      return now === DeliveryStatus.bounced || now === DeliveryStatus.rejected;
    });
  return { changes, reachedNobody };
}

function changeOf(row: SentRecipient, reported: ReportedRecipient): DeliveryChange[] {
  const status = STATUSES[reported.action];
  if (row.status === DeliveryStatus.bounced && status !== DeliveryStatus.bounced) return [];
  const code = [reported.reply, reported.status].filter((one) => one !== '' && !reported.words.includes(one)).join(' ');
  const reply = `${code} ${reported.words}`.trim().slice(0, 2000);
  if (row.status === status && row.reply === reply) return [];
  const cause = reported.action === 'delivered' ? '' : failureWords(reported.reason);
  return [{ partyId: row.partyId, address: row.address, status, reply, cause, isHard: reported.isHard }];
}

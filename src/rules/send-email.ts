import { isMailAddress } from '../base/mail-address-check.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { EmailState, EmailStatus, PartyMask, SendOutcome } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { checkSender } from './check-sender.ts';
import { pendingSend, postponedUntil } from './pending-send.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

type Party = RecordOf<'activityparty'>;

/** Address columns of the tables that can be a party, first match wins. */
const addressColumns: Readonly<Record<string, readonly string[]>> = {
  systemuser: ['internalemailaddress', 'personalemailaddress'],
  queue: ['emailaddress'],
  contact: ['emailaddress1', 'emailaddress2', 'emailaddress3'],
  account: ['emailaddress1', 'emailaddress2', 'emailaddress3'],
  lead: ['emailaddress1', 'emailaddress2', 'emailaddress3'],
  team: ['emailaddress'],
  businessunit: ['emailaddress'],
};

/** What SendEmail did. */
export interface SentRequest {
  readonly subject: string;
  /** The mailbox whose outgoing turn should come forward; null when nothing is to be transmitted, or a failure postponed it (SC-10). */
  readonly mailboxid: string | null;
}

/** The SendEmail message: checks the parties and hands the email to the sender (`issueSend`), or only marks it sent. OU-01, OU-02, OU-08, OU-17, SA-01, SA-02. */
export async function sendEmail(
  context: RuleContext,
  emailid: string,
  issueSend: boolean,
  trackingToken: string | undefined,
): Promise<SentRequest> {
  const email = await lockFor(context, 'write', 'email', emailid);
  if (email.statuscode !== EmailStatus.draft && email.statuscode !== EmailStatus.failed) {
    refuse(
      'mr_StatusNotAllowed',
      `The email has status ${email.statuscode}; only a draft (1) or a failed email (8) can be sent. Make a new email, or set this one back to Draft where its status allows that.`,
    );
  }
  if (email.mr_sendoutcome === SendOutcome.uncertain) {
    refuse(
      'mr_StatusNotAllowed',
      'Nobody knows whether this email was delivered, so sending it may give it to somebody twice. Decide first: call mr_MarkSent, or mr_SendAgain to send it again.',
    );
  }
  const parties = (
    await context.records.retrieveMultiple({
      table: 'activityparty',
      filter: { column: 'activityid', operator: 'eq', value: emailid },
    })
  ).rows;
  const mailbox = await checkSender(context, parties);
  await checkRecipients(context, parties);
  const now = context.clock.now();
  const token = trackingToken ? { trackingtoken: trackingToken } : {};
  if (!issueSend) {
    await context.records.update('email', emailid, {
      ...token,
      statecode: EmailState.completed,
      statuscode: EmailStatus.sent,
      actualend: now,
      senton: now,
      directioncode: true,
      mr_sendoutcome: SendOutcome.notSent,
    });
    return { subject: email.subject ?? '', mailboxid: null };
  }
  await context.records.update('email', emailid, {
    ...token,
    ...(await pendingSend(context, mailbox.id, email.delayedemailsendtime ?? null)),
    directioncode: true,
    sendermailboxid: mailbox,
    submittedby: await submitter(context),
  });
  const row = await context.records.retrieve('mailbox', mailbox.id, ['postponesendinguntil']);
  const isPostponed = postponedUntil(row ?? {}, now) !== null;
  return { subject: email.subject ?? '', mailboxid: isPostponed ? null : mailbox.id };
}

async function checkRecipients(context: RuleContext, parties: readonly Party[]): Promise<void> {
  const masks: readonly number[] = [PartyMask.to, PartyMask.cc, PartyMask.bcc];
  const recipients = parties.filter((party) => masks.includes(party.participationtypemask ?? 0));
  if (recipients.length === 0)
    refuse('80040B04', 'The email has no recipient. Put at least one in "to", "cc" or "bcc".');
  for (const party of recipients) {
    if (!party.partyid && !context.settings.allowUnresolvedRecipients) {
      refuse(
        '80040B0B',
        `Recipient ${party.addressused ?? ''} is not linked to a record. Link it to one, or allow messages with unresolved recipients (organization.allowunresolvedpartiesonemailsend).`,
      );
    }
    const address = party.addressused || (party.partyid ? await addressOf(context, party.partyid) : '');
    if (!address)
      refuse(
        '80040B00',
        `Recipient ${party.partyid?.table ?? ''} ${party.partyid?.id ?? ''} has no email address. Enter one on the record or remove the recipient.`,
      );
    if (!isMailAddress(address)) refuse('80044192', `Recipient address "${address}" is not valid. Correct it.`);
    if (!party.addressused && party.activitypartyid)
      await context.records.update('activityparty', party.activitypartyid, { addressused: address });
  }
}

async function addressOf(context: RuleContext, party: EntityReference): Promise<string> {
  const columns = addressColumns[party.table];
  if (columns === undefined) return '';
  const row: Readonly<Record<string, unknown>> | undefined = await context.records.retrieve(
    party.table as 'contact',
    party.id,
    columns as readonly 'emailaddress1'[],
  );
  for (const column of columns) {
    const value = row?.[column];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

/** SA-06: who asked for the sending. */
async function submitter(context: RuleContext): Promise<string> {
  const user = await context.records.retrieve('systemuser', context.caller.systemuserid, [
    'fullname',
    'internalemailaddress',
  ]);
  return user?.internalemailaddress || user?.fullname || '';
}

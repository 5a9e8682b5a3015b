import { isMailAddress } from '../base/mail-address-check.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { EmailState, EmailStatus, PartyMask, SendOutcome } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { reachesUser, requireRow } from './access-rules.ts';
import { findMailboxOf } from './email-rules.ts';
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
  /** The mailbox whose outgoing turn should come forward; null when nothing is to be transmitted. */
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
    statecode: EmailState.completed,
    statuscode: EmailStatus.pendingSend,
    directioncode: true,
    sendermailboxid: mailbox,
    submittedby: await submitter(context),
    deliveryattempts: 0,
    postponeemailprocessinguntil: null,
    mr_sendoutcome: SendOutcome.waiting,
    mr_waitingreason: await waitingReason(context, mailbox.id),
    mr_lasterror: null,
    mr_lasterrorcode: null,
    mr_serverreply: null,
  });
  context.touchedMailboxes.add(mailbox.id);
  return { subject: email.subject ?? '', mailboxid: mailbox.id };
}

async function checkSender(context: RuleContext, parties: readonly Party[]): Promise<EntityReference> {
  const senders = parties.filter((party) => party.participationtypemask === PartyMask.from);
  if (senders.length > 1)
    refuse(
      '80040B01',
      `The email has ${senders.length} senders; it must have exactly one. Remove the others from "from".`,
    );
  const sender = senders[0]?.partyid;
  if (!sender) refuse('80040B02', 'The email has no sender. Put a user or a queue in "from".');
  if (sender.table !== 'systemuser' && sender.table !== 'queue') {
    refuse(
      '80040B02',
      `The sender is a ${sender.table}; mail is sent from users and queues only. Put one of these in "from".`,
    );
  }
  await checkSendAs(context, sender);
  const mailbox = await findMailboxOf(context, sender);
  if (mailbox === null)
    refuse(
      '80040B08',
      `The sending ${sender.table} has no mailbox. Create the ${sender.table} anew or ask an administrator.`,
    );
  const row = await context.records.retrieve('mailbox', mailbox.id, ['emailaddress']);
  if (!row?.emailaddress)
    refuse('80040B08', `The sending ${sender.table} has no email address. Enter one on it or on its mailbox.`);
  return mailbox;
}

/** SA-01: another user's name needs prvSendAsUser deep enough and that user's permission. SA-02: a queue's needs the right to read the queue. */
async function checkSendAs(context: RuleContext, sender: EntityReference): Promise<void> {
  if (context.caller.isAdministrator || sender.id === context.caller.systemuserid) return;
  if (sender.table === 'queue') return requireRow(context, 'read', 'queue', sender.id);
  if (!(await reachesUser(context, 'prvSendAsUser', sender.id))) {
    refuse(
      '80040220',
      'You may not send mail in the name of this user (privilege prvSendAsUser). Ask an administrator, or send from your own mailbox.',
    );
  }
  const settings = await context.records.retrieve('usersettings', sender.id, ['issendasallowed']);
  if (!settings?.issendasallowed) {
    refuse(
      '80040220',
      'The sender does not allow others to send mail on their behalf. Ask them to switch on "Allow others to send email on my behalf", or send from your own mailbox.',
    );
  }
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

/** OU-04: an email that cannot go now says why, from the first moment. */
async function waitingReason(context: RuleContext, mailboxid: string): Promise<string> {
  const mailbox = await context.records.retrieve('mailbox', mailboxid, [
    'name',
    'statecode',
    'enabledforoutgoingemail',
    'outgoingemaildeliverymethod',
    'emailserverprofile',
  ]);
  const name = `Mailbox "${mailbox?.name ?? ''}"`;
  if (mailbox?.statecode === 1) return `${name} is inactive. Activate it to send.`;
  if (!mailbox?.emailserverprofile) return `${name} has no email server profile. Choose one to send.`;
  if (mailbox.outgoingemaildeliverymethod !== 2)
    return `${name} does not send by server-side synchronization. Set its outgoing delivery method to 2.`;
  if (!mailbox.enabledforoutgoingemail) return `${name} is not enabled for outgoing mail. Run Test & Enable.`;
  return 'Waiting for the next outgoing turn of the mailbox.';
}

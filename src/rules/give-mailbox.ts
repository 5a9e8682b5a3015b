import { indexAddresses } from '../store/address-index.ts';
import type { Filter } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { Approval, EmailStatus } from '../tables/choices.ts';
import { requireWideRight } from './access-rules.ts';
import { changedMailbox } from './mailbox-changes.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

type Mailbox = RecordOf<'mailbox'>;

/**
 * Gives a user's mailbox to another user (AR-05): the two users exchange mailboxes, so that each keeps exactly one (AR-04); the
 * former user loses the address, what waits to be sent goes with its sender. Throws mr_ConfirmationNeeded unless `isConfirmed`,
 * 8005E207 when it is not a user's mailbox, mr_InUse while an email of one of the two is being sent, 80040220 for callers whose right to assign mailboxes does not reach both.
 */
export async function giveMailbox(
  context: RuleContext,
  mailboxid: string,
  touserid: string,
  isConfirmed: boolean,
): Promise<void> {
  const mailbox = await lockVisible(context, 'mailbox', mailboxid);
  await requireWideRight(context, 'assign', 'mailbox', mailboxid);
  const from = mailbox.regardingobjectid;
  if (from?.table !== 'systemuser')
    refuse(
      '8005E207',
      `Mailbox "${mailbox.name}" belongs to no user; only the mailbox of a user can be given to another. Choose such a mailbox.`,
    );
  if (from.id === touserid) return;
  const receiver = await lockVisible(context, 'systemuser', touserid);
  const otherid = receiver.defaultmailbox?.id;
  if (!otherid)
    refuse('80040203', `User "${receiver.fullname}" has no mailbox to exchange. Give the user an address first.`);
  if (!isConfirmed) {
    refuse(
      'mr_ConfirmationNeeded',
      `Mailbox "${mailbox.name}" belongs to another user, who will have no email address afterwards. Repeat with Confirm set to true to give it to "${receiver.fullname}".`,
    );
  }
  const giver = await lockVisible(context, 'systemuser', from.id);
  const other = await lockVisible(context, 'mailbox', otherid);
  await requireWideRight(context, 'assign', 'mailbox', otherid);
  await moveUnsent(context, mailboxid, otherid);
  await context.records.update('mailbox', otherid, { regardingobjectid: null });
  await hand(context, mailbox, { id: touserid, name: receiver.fullname, address: mailbox.emailaddress });
  await hand(context, other, { id: from.id, name: giver.fullname, address: null });
}

interface Receiver {
  readonly id: string;
  readonly name: string | null | undefined;
  readonly address: string | null | undefined;
}

async function hand(context: RuleContext, mailbox: Mailbox, to: Receiver): Promise<void> {
  const id = mailbox.mailboxid ?? '';
  const owner = { table: 'systemuser', id: to.id };
  // As if the address were new: statuses, flags, approval and credentials of the former user end here.
  const reset = await changedMailbox(
    context,
    id,
    { ...mailbox, emailaddress: null, regardingobjectid: owner },
    { emailaddress: to.address ?? null, password: '', username: null },
  );
  const approval = to.address ? Approval.pending : Approval.empty;
  await context.records.update('mailbox', id, {
    ...reset,
    ...changedFlags,
    emailrouteraccessapproval: approval,
    emailaddressapprovedby: null,
    emailaddressapprovedon: null,
    name: to.name ?? '',
    regardingobjectid: owner,
    ownerid: owner,
  });
  await context.records.update('systemuser', to.id, {
    internalemailaddress: to.address ?? null,
    defaultmailbox: { table: 'mailbox', id },
    emailrouteraccessapproval: approval,
  });
  await indexAddresses(context.scope, 'systemuser', to.id);
}

/** The flows run again after Test & Enable only. */
const changedFlags: Mailbox = {
  enabledforincomingemail: false,
  enabledforoutgoingemail: false,
  enabledforact: false,
  incomingemailstatus: 0,
  outgoingemailstatus: 0,
  actstatus: 0,
  mailboxstatus: 0,
};

/** Emails that wait stay with their sender, whose mailbox is now the other one (SA-04). */
async function moveUnsent(context: RuleContext, first: string, second: string): Promise<void> {
  const sending = await context.records.count('email', sentThrough([first, second], EmailStatus.sending));
  if (sending > 0) refuse('mr_InUse', 'An email of this mailbox is being sent at this moment. Try again in a minute.');
  const waiting: string[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await context.records.retrieveMultiple({
      table: 'email',
      columns: ['activityid'],
      filter: sentThrough([first], EmailStatus.pendingSend),
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) waiting.push(row.activityid ?? '');
    after = page.next;
    more = after !== undefined;
  }
  const to = (id: string): RecordOf<'email'> => ({ sendermailboxid: { table: 'mailbox', id } });
  await context.records.updateWhere('email', sentThrough([second], EmailStatus.pendingSend), to(first));
  if (waiting.length > 0)
    await context.records.updateWhere('email', { column: 'activityid', operator: 'in', value: waiting }, to(second));
}

const sentThrough = (mailboxids: readonly string[], statuscode: number): Filter => ({
  and: [
    { column: 'sendermailboxid', operator: 'in', value: mailboxids },
    { column: 'statuscode', operator: 'eq', value: statuscode },
  ],
});

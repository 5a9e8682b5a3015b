import type { RecordOf } from '../tables/catalog.ts';
import { PartyMask } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { reachesUser, requireRow } from './access-rules.ts';
import { findMailboxOf } from './email-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

type Party = RecordOf<'activityparty'>;

/**
 * The mailbox an email goes through: that of the user or queue in From (SA-04), or, where the organisation lets people send with the
 * rights they have on the server, that of the one who sends it (SA-05). Throws 80040B01, 80040B02 and 80040B08 (OU-02, OU-17),
 * 80040220 without leave (SA-01).
 */
export async function checkSender(context: RuleContext, parties: readonly Party[]): Promise<EntityReference> {
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
  const { mailbox, address } = await mailboxWithAddress(context, sender, `sending ${sender.table}`);
  await noteAddress(context, senders[0], address);
  const submitter: EntityReference = { table: 'systemuser', id: context.caller.systemuserid };
  const isOwn = sender.id === submitter.id;
  if (isOwn || !context.settings.switches.EnableMailboxDelegationForOutgoingEmail) return mailbox;
  return (await mailboxWithAddress(context, submitter, 'user who sends for somebody else')).mailbox;
}

async function mailboxWithAddress(
  context: RuleContext,
  owner: EntityReference,
  who: string,
): Promise<{ readonly mailbox: EntityReference; readonly address: string }> {
  const mailbox = await findMailboxOf(context, owner);
  if (mailbox === null) {
    refuse('80040B08', `The ${who} has no mailbox. Create the ${owner.table} anew or ask an administrator.`);
  }
  const address = (await context.records.retrieve('mailbox', mailbox.id, ['emailaddress']))?.emailaddress;
  if (!address) refuse('80040B08', `The ${who} has no email address. Enter one on it or on its mailbox.`);
  return { mailbox, address };
}

/** From keeps the address it was sent with. */
async function noteAddress(context: RuleContext, sender: Party | undefined, address: string): Promise<void> {
  if (!sender?.activitypartyid || sender.addressused === address) return;
  await context.records.update('activityparty', sender.activitypartyid, { addressused: address });
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

import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, Approval, DeliveryMethod, MailboxStatus } from '../tables/choices.ts';
import { hasPrivilege } from './access-rules.ts';
import { checkDedicatedAddress } from './dedicated-address.ts';
import { checkAgainstProfile, checkMailbox } from './mailbox-checks.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;

/** The values of a new mailbox: defaults, approval (AP-07), start date (EP-16), after the checks. `regardingobjectid` empty makes a forward mailbox (AR-04). */
export async function newMailbox(context: RuleContext, values: Mailbox): Promise<Mailbox> {
  const row: Mailbox = {
    incomingemaildeliverymethod: DeliveryMethod.none,
    outgoingemaildeliverymethod: DeliveryMethod.none,
    actdeliverymethod: ActDeliveryMethod.none,
    emailserverprofile: context.settings.defaultProfile,
    organizationid: { table: 'organization', id: context.settings.organizationid },
    ...values,
    isforwardmailbox: values.regardingobjectid == null,
    emailrouteraccessapproval:
      values.emailrouteraccessapproval ?? (values.emailaddress ? Approval.pending : Approval.empty),
    enabledforincomingemail: false,
    enabledforoutgoingemail: false,
    enabledforact: false,
  };
  checkMailbox(row);
  await checkDedicatedAddress(context, row);
  const profile = await profileOf(context, row);
  if (profile) checkAgainstProfile(row, profile, values.processemailreceivedafter);
  return { ...row, ...startDate(row, profile), ...secretFlags(values), ...approvalStamp(context, undefined, row) };
}

/** What a change of a mailbox comes to: the values given and what follows from them (MB-09, AP-06, EP-16, TE-02), after the checks. */
export async function changedMailbox(
  context: RuleContext,
  id: string,
  before: Mailbox,
  values: Mailbox,
): Promise<Mailbox> {
  const after = { ...before, ...values };
  checkMailbox(after);
  if (values.emailaddress !== undefined) await checkDedicatedAddress(context, after);
  const reset = resetOnChange(before, values);
  const profile = await profileOf(context, after);
  if (profile) checkAgainstProfile(after, profile, values.processemailreceivedafter);
  const isMoved =
    values.processemailreceivedafter !== undefined ||
    idOf(after.emailserverprofile) !== idOf(before.emailserverprofile);
  context.touchedMailboxes.add(id);
  return {
    ...reset,
    ...values,
    ...flagsOf(reset),
    ...(isMoved ? startDate(after, profile) : {}),
    ...secretFlags(values),
    ...approvalStamp(context, before, values),
    ...(values.testemailconfigurationscheduled === true ? scheduledTest(context) : {}),
  };
}

async function profileOf(context: RuleContext, row: Mailbox): Promise<Profile | undefined> {
  if (!row.emailserverprofile) return undefined;
  return context.records.retrieve('emailserverprofile', row.emailserverprofile.id, [
    'servertype',
    'name',
    'processemailsreceivedafter',
  ]);
}

/** EP-16: on joining a profile the mailbox takes its floor over, so that lowering it later does not reach it. */
function startDate(row: Mailbox, profile: Profile | undefined): Mailbox {
  const floor = profile?.processemailsreceivedafter;
  const own = row.processemailreceivedafter;
  return floor && (!own || own < floor) ? { processemailreceivedafter: floor } : {};
}

/** MB-09, AP-06: a change of address, profile or delivery method makes the flow's earlier test worthless; a new address wants approval anew. */
function resetOnChange(before: Mailbox, values: Mailbox): Mailbox {
  const changed = (column: keyof Mailbox): boolean =>
    values[column] !== undefined && idOf(values[column]) !== idOf(before[column]);
  const all = changed('emailaddress') || changed('emailserverprofile');
  const reset: Mailbox = {};
  if (all || changed('incomingemaildeliverymethod'))
    Object.assign(reset, { incomingemailstatus: MailboxStatus.notRun, enabledforincomingemail: false });
  if (all || changed('outgoingemaildeliverymethod'))
    Object.assign(reset, { outgoingemailstatus: MailboxStatus.notRun, enabledforoutgoingemail: false });
  if (all || changed('actdeliverymethod'))
    Object.assign(reset, { actstatus: MailboxStatus.notRun, enabledforact: false });
  if (Object.keys(reset).length > 0) reset.mailboxstatus = MailboxStatus.notRun;
  if (changed('emailaddress')) {
    Object.assign(reset, {
      emailrouteraccessapproval: values.emailaddress ? Approval.pending : Approval.empty,
      isemailaddressapprovedbyo365admin: false,
      emailaddressapprovedby: null,
      emailaddressapprovedon: null,
    });
  }
  return reset;
}

/** Of a reset, what the same write may not set otherwise: statuses and enabled flags. Approval may come with the address. */
function flagsOf(reset: Mailbox): Mailbox {
  const {
    emailrouteraccessapproval: _approval,
    isemailaddressapprovedbyo365admin: _byTenant,
    emailaddressapprovedby: _by,
    emailaddressapprovedon: _on,
    ...flags
  } = reset;
  return flags;
}

const idOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : (value ?? null);

/** EP-22: readers learn only that a secret is set. */
function secretFlags(values: Mailbox): Mailbox {
  const flags: Mailbox = {};
  if (values.password !== undefined) flags.ispasswordset = Boolean(values.password);
  if (values.oauthaccesstoken !== undefined) flags.isoauthaccesstokenset = Boolean(values.oauthaccesstoken);
  if (values.oauthrefreshtoken !== undefined) flags.isoauthrefreshtokenset = Boolean(values.oauthrefreshtoken);
  return flags;
}

/** AP-03, AP-05: only who may approve does, and it is noted who and when. */
function approvalStamp(context: RuleContext, before: Mailbox | undefined, values: Mailbox): Mailbox {
  const asked = values.emailrouteraccessapproval;
  if (asked !== Approval.approved && asked !== Approval.rejected) return {};
  const address = values.emailaddress === undefined ? before?.emailaddress : values.emailaddress;
  if (before && asked === before.emailrouteraccessapproval && address === before.emailaddress) return {};
  const name = `mailbox "${values.name ?? before?.name ?? ''}"`;
  if (!hasPrivilege(context.caller, 'prvApproveRejectEmailAddress')) {
    refuse(
      '80040220',
      `You may not approve or reject the address of ${name} (privilege prvApproveRejectEmailAddress). Ask an administrator.`,
    );
  }
  if (!address) refuse('8005E221', `The address of ${name} is empty and cannot be approved. Enter the address first.`);
  return {
    emailaddressapprovedby: { table: 'systemuser', id: context.caller.systemuserid },
    emailaddressapprovedon: context.clock.now(),
  };
}

/** TE-02, TE-07: a test that is asked for begins from nothing. */
function scheduledTest(context: RuleContext): Mailbox {
  return {
    testemailconfigurationretrycount: 0,
    postponetestemailconfigurationuntil: null,
    testandenablelastattemptedby: { table: 'systemuser', id: context.caller.systemuserid },
  };
}

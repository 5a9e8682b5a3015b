import { isMailAddress } from '../base/mail-address-check.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, Approval, DeliveryMethod, MailboxStatus, ServerType } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Mailbox = RecordOf<'mailbox'>;

/** What a write to a mailbox entails: chapters MB and AP, AR-04, AR-07. */
export const mailboxRules: TableRules<'mailbox'> = {
  async beforeCreate(context, values) {
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
    await checkServerType(context, row);
    return { ...row, ...approvalStamp(context, {}, row) };
  },
  async beforeUpdate(context, id, before, values) {
    const after = { ...before, ...values };
    checkMailbox(after);
    if (values.actdeliverymethod !== undefined || values.emailserverprofile !== undefined)
      await checkServerType(context, after);
    const changes = { ...values, ...resetOnChange(before, values), ...approvalStamp(context, before, values) };
    if (values.testemailconfigurationscheduled === true) {
      Object.assign(changes, { testemailconfigurationretrycount: 0, postponetestemailconfigurationuntil: null });
    }
    context.touchedMailboxes.add(id);
    return changes;
  },
  async afterCreate(context, id) {
    context.touchedMailboxes.add(id);
  },
  async afterUpdate(context, _id, before, values) {
    if (values.emailaddress === undefined || values.emailaddress === before.emailaddress) return;
    await carryAddressToOwner(context, before, values.emailaddress);
  },
  async beforeDelete(_context, _id, before) {
    if (before.regardingobjectid != null) {
      refuse(
        '8004F051',
        `Mailbox "${before.name}" belongs to a ${wordFor(before)} and goes when that is deleted. Deactivate the mailbox to stop its processing.`,
      );
    }
  },
};

const wordFor = (row: Mailbox): string => (row.regardingobjectid?.table === 'queue' ? 'queue' : 'user');

/** MB-01, MB-02, MB-05, MB-07. */
function checkMailbox(row: Mailbox): void {
  const name = `Mailbox "${row.name ?? row.emailaddress ?? ''}"`;
  if (row.emailaddress && !isMailAddress(row.emailaddress)) {
    refuse('8005E221', `${name}: "${row.emailaddress}" is not an email address. Enter one such as name@example.com.`);
  }
  if (row.regardingobjectid == null) checkForwardMailbox(name, row);
  else if (row.regardingobjectid.table === 'queue') checkQueueMailbox(name, row);
  if (row.processanddeleteemails && row.regardingobjectid?.table === 'systemuser') {
    refuse(
      '8005E233',
      `${name}: "Delete emails after processing" is for queue and forward mailboxes only. Switch it off.`,
    );
  }
}

function checkForwardMailbox(name: string, row: Mailbox): void {
  const { none, serverSide } = DeliveryMethod;
  if (!row.emailaddress)
    refuse(
      '8005E211',
      `${name}: a forward mailbox needs an email address. Enter the address that mail is forwarded to.`,
    );
  if (row.incomingemaildeliverymethod !== none && row.incomingemaildeliverymethod !== serverSide) {
    refuse(
      '8005E212',
      `${name}: a forward mailbox takes incoming mail by server-side synchronization (2) or not at all (0). Choose one of these.`,
    );
  }
  if (row.outgoingemaildeliverymethod !== none) {
    refuse('8005E213', `${name}: a forward mailbox does not send. Set the outgoing delivery method to None (0).`);
  }
  if (row.actdeliverymethod !== ActDeliveryMethod.none) {
    refuse(
      '8005E247',
      `${name}: a forward mailbox has no appointments, contacts or tasks. Set that delivery method to None (2).`,
    );
  }
}

function checkQueueMailbox(name: string, row: Mailbox): void {
  if (
    row.incomingemaildeliverymethod === DeliveryMethod.outlook ||
    row.outgoingemaildeliverymethod === DeliveryMethod.outlook
  ) {
    refuse(
      '8005E210',
      `${name}: a queue cannot use Outlook. Choose server-side synchronization (2), a forward mailbox (3, incoming only) or None (0).`,
    );
  }
  if (row.actdeliverymethod !== ActDeliveryMethod.none) {
    refuse(
      '8005E247',
      `${name}: a queue has no appointments, contacts or tasks. Set that delivery method to None (2).`,
    );
  }
}

/** MB-06: appointments, contacts and tasks need an Exchange-type profile. */
async function checkServerType(context: RuleContext, row: Mailbox): Promise<void> {
  if (row.actdeliverymethod !== ActDeliveryMethod.serverSide || row.emailserverprofile == null) return;
  const profile = await context.records.retrieve('emailserverprofile', row.emailserverprofile.id, [
    'servertype',
    'name',
  ]);
  if (profile?.servertype === ServerType.pop3Smtp || profile?.servertype === ServerType.imapSmtp) {
    refuse(
      '8005E247',
      `Mailbox "${row.name ?? ''}": profile "${profile.name}" is not of an Exchange type and carries mail only. Choose an Exchange profile or set the delivery method of appointments, contacts and tasks to None (2).`,
    );
  }
}

/** MB-09: a change of address, profile or delivery method makes the flow's earlier test worthless. */
function resetOnChange(before: Mailbox, values: Mailbox): Mailbox {
  const changed = (column: keyof Mailbox): boolean => {
    const next = values[column];
    if (next === undefined) return false;
    const past = before[column] ?? null;
    return idOf(next) !== idOf(past);
  };
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
    reset.emailrouteraccessapproval = values.emailaddress ? Approval.pending : Approval.empty;
    reset.isemailaddressapprovedbyo365admin = false;
  }
  return reset;
}

const idOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : value;

/** AP-03: only who may approve does, and it is noted who and when. */
function approvalStamp(context: RuleContext, before: Mailbox, values: Mailbox): Mailbox {
  const asked = values.emailrouteraccessapproval;
  if (asked === undefined || asked === (before.emailrouteraccessapproval ?? undefined)) return {};
  if (asked !== Approval.approved && asked !== Approval.rejected) return {};
  if (!context.caller.isAdministrator) {
    refuse(
      '80040220',
      `You may not approve or reject the address of mailbox "${before.name ?? values.name ?? ''}". Ask an administrator.`,
    );
  }
  return {
    emailaddressapprovedby: { table: 'systemuser', id: context.caller.systemuserid },
    emailaddressapprovedon: context.clock.now(),
  };
}

/** AR-07: the owner's address follows the mailbox's. */
async function carryAddressToOwner(context: RuleContext, before: Mailbox, address: string | null): Promise<void> {
  const owner = before.regardingobjectid;
  if (owner?.table === 'systemuser') {
    await context.records.update('systemuser', owner.id, {
      internalemailaddress: address,
      emailrouteraccessapproval: Approval.pending,
    });
  } else if (owner?.table === 'queue') {
    await context.records.update('queue', owner.id, {
      emailaddress: address,
      emailrouteraccessapproval: Approval.pending,
    });
  }
}

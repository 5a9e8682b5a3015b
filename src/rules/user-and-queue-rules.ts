import { isMailAddress } from '../base/mail-address-check.ts';
import { fullName } from '../formats/full-name.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { Approval, EmailStatus, FilterOption, RecordState } from '../tables/choices.ts';
import { basicUserRole } from '../tables/default-roles.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { checkFilterOption } from './check-filter-option.ts';
import { carryToMailbox, createOwnersMailbox, followOwnersState } from './owner-mailbox.ts';
import { refuse } from './refuse.ts';
import { rootBusinessUnit } from './root-business-unit.ts';
import { defaultRoleId } from './seed-roles.ts';
import { giveDefaultFilters } from './synchronization-filters.ts';
import type { RuleContext, TableRules } from './table-rules.ts';
import { followUnit } from './team-and-unit-rules.ts';
import { checkIdentity } from './user-identity.ts';

type User = RecordOf<'systemuser'>;
type Queue = RecordOf<'queue'>;

/** What a write to a user entails: full name, personal settings, the one mailbox (AR-03, AR-04, AR-07, MB-11). */
export const userRules: TableRules<'systemuser'> = {
  async beforeCreate(context, values) {
    checkAddress('User', values.internalemailaddress);
    const businessunitid = values.businessunitid ?? (await rootBusinessUnit(context));
    await checkIdentity(context, undefined, {}, values);
    return {
      islicensed: true,
      isdisabled: false,
      ...values,
      businessunitid,
      fullname: fullName(values, context.settings.fullNameConvention),
      emailrouteraccessapproval: approvalFor(values.internalemailaddress),
    };
  },
  async afterCreate(context, id, values) {
    await context.records.create('usersettings', {
      systemuserid: id,
      ...(values.businessunitid ? { businessunitid: values.businessunitid.id } : {}),
      incomingemailfilteringmethod: FilterOption.inResponse,
      issendasallowed: false,
    });
    if (isEnginesOwn(values)) return;
    await giveBasicRole(context, id);
    await giveDefaultFilters(context.records, id);
    await makeUsersMailbox(context, id, values);
  },
  async beforeUpdate(context, id, before, values) {
    if (values.internalemailaddress !== undefined) checkAddress('User', values.internalemailaddress);
    await checkIdentity(context, id, before, values);
    const named = values.firstname !== undefined || values.middlename !== undefined || values.lastname !== undefined;
    return {
      ...approvalReset(before.internalemailaddress, values.internalemailaddress),
      ...values,
      ...(named ? { fullname: fullName({ ...before, ...values }, context.settings.fullNameConvention) } : {}),
    };
  },
  async afterUpdate(context, id, before, values) {
    await followUnit(context, id, before.businessunitid?.id, values.businessunitid?.id);
    const mailbox = before.defaultmailbox;
    if (!mailbox) {
      if (values.internalemailaddress && !isEnginesOwn(before))
        await makeUsersMailbox(context, id, { ...before, ...values });
      return;
    }
    await carryToMailbox(context, mailbox, values.internalemailaddress, values.emailrouteraccessapproval);
    if (values.isdisabled != null && values.isdisabled !== (before.isdisabled ?? false))
      await followOwnersState(context, mailbox, !values.isdisabled);
  },
  async beforeDelete(_context, _id, before) {
    refuse(
      'mr_NotDeletable',
      `User "${before.fullname}" cannot be deleted, because records are owned by and say who made them. Disable the user: set isdisabled to true.`,
    );
  },
};

/** What a write to a queue entails (AR-03, AR-04, AR-07, PO-09, QU-01). */
export const queueRules: TableRules<'queue'> = {
  async beforeCreate(context, values) {
    checkAddress('Queue', values.emailaddress);
    checkFilterOption(context, undefined, values.incomingemailfilteringmethod);
    return {
      incomingemailfilteringmethod: FilterOption.all,
      ...values,
      emailrouteraccessapproval: approvalFor(values.emailaddress),
    };
  },
  async afterCreate(context, id, values) {
    await createOwnersMailbox(context, {
      regarding: { table: 'queue', id },
      name: values.name ?? '',
      address: values.emailaddress,
      owner: values.ownerid ?? { table: 'systemuser', id: context.caller.systemuserid },
    });
  },
  async beforeUpdate(context, _id, before, values) {
    if (values.emailaddress !== undefined) checkAddress('Queue', values.emailaddress);
    checkFilterOption(context, before.incomingemailfilteringmethod, values.incomingemailfilteringmethod);
    return { ...approvalReset(before.emailaddress, values.emailaddress), ...values };
  },
  async afterUpdate(context, _id, before, values) {
    const mailbox = before.defaultmailbox;
    if (!mailbox) return;
    await carryToMailbox(context, mailbox, values.emailaddress, values.emailrouteraccessapproval);
    if (values.statecode != null && values.statecode !== before.statecode)
      await followOwnersState(context, mailbox, values.statecode === RecordState.active);
  },
  beforeDelete: (context, _id, before) => checkNothingWaits(context, before),
  async afterDelete(context, id, before) {
    await deleteCreationRules(context, id);
    if (!before.defaultmailbox) return;
    context.touchedMailboxes.add(before.defaultmailbox.id);
    await context.records.delete('mailbox', before.defaultmailbox.id);
  },
};

async function deleteCreationRules(context: RuleContext, queueid: string): Promise<void> {
  const page = await context.records.retrieveMultiple({
    table: 'mr_creationrule',
    columns: ['mr_creationruleid'],
    filter: { column: 'mr_queueid', operator: 'eq', value: queueid },
  });
  for (const rule of page.rows) await context.records.delete('mr_creationrule', rule.mr_creationruleid ?? '');
}

const approvalFor = (address: string | null | undefined): number => (address ? Approval.pending : Approval.empty);

/** The SYSTEM user has no mailbox of its own (AR-10). */
const isEnginesOwn = (row: User): boolean => row.domainname === 'SYSTEM';

/** AP-06, AP-07: a new address wants approval anew. */
function approvalReset(
  before: string | null | undefined,
  after: string | null | undefined,
): { readonly emailrouteraccessapproval?: number } {
  return after === undefined || after === before ? {} : { emailrouteraccessapproval: approvalFor(after) };
}

function makeUsersMailbox(context: RuleContext, id: string, user: User): Promise<void> {
  const owner: EntityReference = { table: 'systemuser', id };
  return createOwnersMailbox(context, {
    regarding: owner,
    name: user.fullname || user.domainname || user.internalemailaddress || '',
    address: user.internalemailaddress,
    owner,
  });
}

/** A new user begins as Basic User, unless an administrator has deleted that role. */
async function giveBasicRole(context: RuleContext, systemuserid: string): Promise<void> {
  const roleid = defaultRoleId(basicUserRole);
  if ((await context.records.retrieve('role', roleid, ['roleid'])) === undefined) return;
  await context.records.create('systemuserroles', { systemuserid, roleid });
}

function checkAddress(what: string, address: string | null | undefined): void {
  if (address && !isMailAddress(address))
    refuse('80044192', `${what}: "${address}" is not an email address. Enter one such as name@example.com.`);
}

/** A queue goes with its mailbox; mail that still waits to be sent through it would wait for ever. */
async function checkNothingWaits(context: RuleContext, queue: Queue): Promise<void> {
  if (!queue.defaultmailbox) return;
  const waiting = await context.records.count('email', {
    and: [
      { column: 'sendermailboxid', operator: 'eq', value: queue.defaultmailbox.id },
      { column: 'statuscode', operator: 'in', value: [EmailStatus.pendingSend, EmailStatus.sending] },
    ],
  });
  if (waiting > 0) {
    refuse(
      'mr_InUse',
      `Queue "${queue.name}" still has ${waiting} email${waiting === 1 ? '' : 's'} to send. Cancel these or wait until they are sent, then delete the queue.`,
    );
  }
}

import { isMailAddress } from '../base/mail-address-check.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, Approval, DeliveryMethod, FilterOption } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { mailboxRules } from './mailbox-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

/** What a write to a user entails: full name, personal settings, the one mailbox (AR-03, AR-04, AR-07, MB-11). */
export const userRules: TableRules<'systemuser'> = {
  async beforeCreate(context, values) {
    checkAddress('User', values.internalemailaddress);
    const businessunitid = values.businessunitid ?? (await rootBusinessUnit(context));
    const islicensed = values.islicensed ?? true;
    return {
      islicensed,
      isdisabled: false,
      ...values,
      businessunitid,
      fullname: fullName(values),
      emailrouteraccessapproval: approvalFor(values.internalemailaddress),
    };
  },
  async afterCreate(context, id, values) {
    await context.records.create('usersettings', {
      systemuserid: id,
      ...(values.businessunitid ? { businessunitid: values.businessunitid.id } : {}),
      incomingemailfilteringmethod: FilterOption.inResponse,
    });
    if (isEnginesOwn(values)) return;
    const mailbox = await createMailbox(
      context,
      { table: 'systemuser', id },
      values.fullname ?? '',
      values.internalemailaddress,
      { table: 'systemuser', id },
    );
    await context.records.update('systemuser', id, { defaultmailbox: { table: 'mailbox', id: mailbox } });
  },
  async beforeUpdate(_context, _id, before, values) {
    if (values.internalemailaddress !== undefined) checkAddress('User', values.internalemailaddress);
    const named = values.firstname !== undefined || values.lastname !== undefined;
    return named ? { ...values, fullname: fullName({ ...before, ...values }) } : values;
  },
  async afterUpdate(context, _id, before, values) {
    await carryAddressToMailbox(
      context,
      before.defaultmailbox,
      before.internalemailaddress,
      values.internalemailaddress,
    );
    if (values.isdisabled !== undefined && before.defaultmailbox)
      context.touchedMailboxes.add(before.defaultmailbox.id);
  },
  async beforeDelete(_context, _id, before) {
    refuse(
      '80040277',
      `User "${before.fullname}" cannot be deleted, because records are owned by and say who made them. Disable the user: set isdisabled to true.`,
    );
  },
};

/** What a write to a queue entails (AR-03, AR-04, AR-07, PO-09). */
export const queueRules: TableRules<'queue'> = {
  async beforeCreate(_context, values) {
    checkAddress('Queue', values.emailaddress);
    return {
      incomingemailfilteringmethod: FilterOption.all,
      ...values,
      emailrouteraccessapproval: approvalFor(values.emailaddress),
    };
  },
  async afterCreate(context, id, values) {
    const owner = values.ownerid ?? { table: 'systemuser', id: context.caller.systemuserid };
    const mailbox = await createMailbox(context, { table: 'queue', id }, values.name ?? '', values.emailaddress, owner);
    await context.records.update('queue', id, { defaultmailbox: { table: 'mailbox', id: mailbox } });
  },
  async beforeUpdate(_context, _id, _before, values) {
    if (values.emailaddress !== undefined) checkAddress('Queue', values.emailaddress);
    return values;
  },
  async afterUpdate(context, _id, before, values) {
    await carryAddressToMailbox(context, before.defaultmailbox, before.emailaddress, values.emailaddress);
  },
  async afterDelete(context, _id, before) {
    if (before.defaultmailbox) await context.records.delete('mailbox', before.defaultmailbox.id);
  },
};

const approvalFor = (address: string | null | undefined): number => (address ? Approval.pending : Approval.empty);

const fullName = (row: RecordOf<'systemuser'>): string => [row.firstname, row.lastname].filter(Boolean).join(' ');

/** The SYSTEM user has no mailbox of its own (AR-10). */
const isEnginesOwn = (row: RecordOf<'systemuser'>): boolean => row.domainname === 'SYSTEM';

function checkAddress(what: string, address: string | null | undefined): void {
  if (address && !isMailAddress(address))
    refuse('80044192', `${what}: "${address}" is not an email address. Enter one such as name@example.com.`);
}

async function rootBusinessUnit(context: RuleContext): Promise<EntityReference> {
  const page = await context.records.retrieveMultiple({ table: 'businessunit', columns: ['businessunitid'], limit: 1 });
  const id = page.rows[0]?.businessunitid;
  if (!id)
    refuse('80040216', 'There is no business unit yet. Start the service once, which makes the root business unit.');
  return { table: 'businessunit', id };
}

async function createMailbox(
  context: RuleContext,
  regarding: EntityReference,
  name: string,
  address: string | null | undefined,
  owner: EntityReference,
): Promise<string> {
  const { defaultDelivery, defaultProfile } = context.settings;
  const forQueue = regarding.table === 'queue';
  const usable = (method: number): number =>
    forQueue && method === DeliveryMethod.outlook ? DeliveryMethod.none : method;
  const values: RecordOf<'mailbox'> = {
    name,
    ...(address ? { emailaddress: address } : {}),
    regardingobjectid: regarding,
    ownerid: owner,
    emailserverprofile: defaultProfile,
    incomingemaildeliverymethod: usable(defaultDelivery.incoming),
    outgoingemaildeliverymethod: usable(defaultDelivery.outgoing),
    actdeliverymethod: forQueue ? ActDeliveryMethod.none : defaultDelivery.act,
  };
  const row = (await mailboxRules.beforeCreate?.(context, values)) ?? values;
  const id = await context.records.create('mailbox', row);
  context.touchedMailboxes.add(id);
  return id;
}

/** AR-07: the mailbox's address follows its owner's, with what that entails (MB-09). */
async function carryAddressToMailbox(
  context: RuleContext,
  mailbox: EntityReference | null | undefined,
  before: string | null | undefined,
  after: string | null | undefined,
): Promise<void> {
  if (!mailbox || after === undefined || after === before) return;
  const row = await context.records.retrieve('mailbox', mailbox.id);
  if (row === undefined || row.emailaddress === after) return;
  const changes = (await mailboxRules.beforeUpdate?.(context, mailbox.id, row, { emailaddress: after })) ?? {};
  await context.records.update('mailbox', mailbox.id, changes);
}

import { indexAddresses } from '../store/address-index.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { RecordState } from '../tables/choices.ts';
import { changedMailbox, newMailbox } from './mailbox-changes.ts';
import { checkMayEditMailbox } from './own-mailbox.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';
import { checkVerboseLogging } from './verbose-logging.ts';

type Mailbox = RecordOf<'mailbox'>;

/** What a write to a mailbox entails: chapters MB and AP, AR-04, AR-05, AR-07, MO-09. */
export const mailboxRules: TableRules<'mailbox'> = {
  async beforeCreate(context, values) {
    if (values.regardingobjectid != null) {
      refuse(
        '8005E207',
        'A mailbox made by hand is a forward mailbox and belongs to no user or queue; theirs are made with them. Leave regardingobjectid out.',
      );
    }
    return newMailbox(context, values);
  },
  async beforeUpdate(context, id, before, values) {
    await checkMayEditMailbox(context, id, before, values);
    checkOwner(before, values);
    await checkVerboseLogging(context, id, before, values);
    if (values.statecode === RecordState.active && before.statecode !== RecordState.active)
      await checkOwnerIsActive(context, before);
    return changedMailbox(context, id, before, values);
  },
  async afterCreate(context, id) {
    context.touchedMailboxes.add(id);
  },
  async afterUpdate(context, _id, before, values) {
    await carryToOwner(context, before, values);
  },
  async beforeDelete(context, id, before) {
    if (before.regardingobjectid != null) {
      refuse(
        'mr_InUse',
        `Mailbox "${before.name}" belongs to a ${wordFor(before)} and goes when that is deleted. Deactivate the mailbox to stop its processing.`,
      );
    }
    context.touchedMailboxes.add(id);
  },
};

const wordFor = (row: Mailbox): string => (row.regardingobjectid?.table === 'queue' ? 'queue' : 'user');

/** AR-05, MB-02, MB-10: whose mailbox it is does not change by writing the row. */
function checkOwner(before: Mailbox, values: Mailbox): void {
  const regarding = before.regardingobjectid;
  const given = values.regardingobjectid;
  if (given !== undefined && given?.id !== regarding?.id) {
    if (regarding == null) {
      refuse(
        '8005E207',
        `Mailbox "${before.name}" is a forward mailbox and cannot belong to a ${given?.table ?? 'user'}. Enter its address on the mailbox of the user or queue instead.`,
      );
    }
    refuse(
      '80040203',
      `Mailbox "${before.name}" belongs to a ${wordFor(before)}; regardingobjectid cannot be written. Use mr_GiveMailbox to give it to another user.`,
    );
  }
  if (regarding?.table === 'systemuser' && values.ownerid && values.ownerid.id !== regarding.id) {
    refuse(
      '80040203',
      `Mailbox "${before.name}" must be owned by the user it belongs to, or it is not synchronized (MB-10). Leave ownerid out, or use mr_GiveMailbox.`,
    );
  }
}

/** MB-11: while its user is disabled or its queue inactive, a mailbox stays inactive. */
async function checkOwnerIsActive(context: RuleContext, before: Mailbox): Promise<void> {
  const owner = before.regardingobjectid;
  if (owner?.table === 'systemuser') {
    const user = await context.records.retrieve('systemuser', owner.id, ['isdisabled', 'fullname']);
    if (user?.isdisabled)
      refuse('8005E273', `User "${user.fullname}" of mailbox "${before.name}" is disabled. Enable the user first.`);
  } else if (owner?.table === 'queue') {
    const queue = await context.records.retrieve('queue', owner.id, ['statecode', 'name']);
    if (queue?.statecode === RecordState.inactive)
      refuse('8005E219', `Queue "${queue.name}" of mailbox "${before.name}" is inactive. Activate the queue first.`);
  }
}

/** AR-07, AP-06: the owner's address and approval follow the mailbox's. */
async function carryToOwner(context: RuleContext, before: Mailbox, values: Mailbox): Promise<void> {
  const owner = before.regardingobjectid;
  const isReaddressed = values.emailaddress !== undefined && values.emailaddress !== before.emailaddress;
  const approval = values.emailrouteraccessapproval;
  const isJudged = approval !== undefined && approval !== before.emailrouteraccessapproval;
  if (owner == null || (!isReaddressed && !isJudged)) return;
  const judged = isJudged ? { emailrouteraccessapproval: approval } : {};
  if (owner.table === 'queue') {
    const readdressed = isReaddressed ? { emailaddress: values.emailaddress ?? null } : {};
    await context.records.update('queue', owner.id, { ...readdressed, ...judged });
    await indexAddresses(context.scope, 'queue', owner.id);
  } else {
    const readdressed = isReaddressed ? { internalemailaddress: values.emailaddress ?? null } : {};
    await context.records.update('systemuser', owner.id, { ...readdressed, ...judged });
    await indexAddresses(context.scope, 'systemuser', owner.id);
  }
}

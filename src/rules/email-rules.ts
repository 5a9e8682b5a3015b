import type { RecordOf } from '../tables/catalog.ts';
import { EmailState, EmailStatus, emailStateOf, SendOutcome } from '../tables/choices.ts';
import type { EntityReference, PartyInput } from '../tables/table-definition.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Email = RecordOf<'email'>;

/** Changes of status that a caller may make by writing the row; sending goes through SendEmail (OU 21.1). */
const allowedStatusChanges: Readonly<Record<number, readonly number[]>> = {
  [EmailStatus.draft]: [EmailStatus.draft, EmailStatus.completed, EmailStatus.canceled],
  [EmailStatus.failed]: [EmailStatus.failed, EmailStatus.draft, EmailStatus.completed, EmailStatus.canceled],
  [EmailStatus.pendingSend]: [EmailStatus.pendingSend, EmailStatus.draft, EmailStatus.canceled],
  [EmailStatus.sending]: [EmailStatus.sending],
  [EmailStatus.sent]: [EmailStatus.sent],
  [EmailStatus.received]: [EmailStatus.received],
  [EmailStatus.completed]: [EmailStatus.completed, EmailStatus.draft],
  [EmailStatus.canceled]: [EmailStatus.canceled, EmailStatus.draft],
};

/** Columns that stay writable once an email is closed. */
const writableWhenClosed = new Set<string>([
  'statecode',
  'statuscode',
  'regardingobjectid',
  'ownerid',
  'category',
  'subcategory',
  'prioritycode',
  'isbilled',
  'sortdate',
]);

/** What a write to an email entails: sender's mailbox, status changes, closed emails. */
export const emailRules: TableRules<'email'> = {
  async beforeCreate(context, values) {
    const statuscode = values.statuscode ?? EmailStatus.draft;
    if (statuscode === EmailStatus.pendingSend || statuscode === EmailStatus.sending) {
      refuse(
        '80040203',
        'An email cannot be created as Pending Send or Sending. Create it as a draft (statuscode 1) and call SendEmail.',
      );
    }
    const mailbox = values.from === undefined ? null : await senderMailbox(context, values.from);
    return {
      directioncode: true,
      mr_sendoutcome: SendOutcome.notSent,
      ...values,
      statuscode,
      statecode: emailStateOf[statuscode] ?? EmailState.open,
      ...(mailbox ? { sendermailboxid: mailbox } : {}),
    };
  },
  async beforeUpdate(context, _id, before, values) {
    const changes: Email = { ...values };
    checkStatusChange(before, changes);
    checkClosed(before, changes);
    if (
      before.statuscode === EmailStatus.pendingSend &&
      changes.statuscode != null &&
      changes.statuscode !== EmailStatus.pendingSend
    )
      Object.assign(changes, {
        mr_sendoutcome: SendOutcome.notSent,
        mr_waitingreason: null,
        mr_nextattempton: null,
        mr_queuedon: null,
      });
    if (values.from !== undefined) changes.sendermailboxid = await senderMailbox(context, values.from ?? []);
    return changes;
  },
  async beforeDelete(_context, _id, before) {
    if (before.statuscode === EmailStatus.sending) {
      refuse(
        'mr_StatusNotAllowed',
        `The email "${before.subject ?? ''}" is being sent and cannot be deleted now. Wait for the outcome (OU-19), then delete it.`,
      );
    }
  },
};

function checkStatusChange(before: Email, changes: Email): void {
  if (changes.statecode !== undefined && changes.statuscode === undefined && changes.statecode !== before.statecode) {
    changes.statuscode =
      changes.statecode === EmailState.open
        ? EmailStatus.draft
        : changes.statecode === EmailState.completed
          ? EmailStatus.completed
          : EmailStatus.canceled;
  }
  const from = before.statuscode ?? EmailStatus.draft;
  const to = changes.statuscode;
  if (to === undefined || to === null || to === from) return;
  if (!(allowedStatusChanges[from] ?? []).includes(to)) {
    const remedy =
      to === EmailStatus.pendingSend
        ? ' Call SendEmail to send it.'
        : from === EmailStatus.sending
          ? ' It is being sent; wait for the outcome (OU-19).'
          : '';
    refuse('mr_StatusNotAllowed', `The email's status cannot change from ${from} to ${to}.${remedy}`);
  }
  changes.statecode = emailStateOf[to] ?? EmailState.open;
}

function checkClosed(before: Email, changes: Email): void {
  if (before.statecode === EmailState.open || changes.statecode === EmailState.open) return;
  const blocked = Object.keys(changes).find(
    (column) =>
      !writableWhenClosed.has(column) && changes[column as keyof Email] !== (before[column as keyof Email] ?? null),
  );
  if (blocked !== undefined) {
    refuse(
      'mr_EmailClosed',
      `The email is closed (status ${before.statuscode}); its ${blocked} cannot change. Set it back to Draft first, or make a new email.`,
    );
  }
}

/** The mailbox that a From party sends through (OU-03); null when the party has none. */
async function senderMailbox(
  context: RuleContext,
  from: readonly PartyInput[] | null,
): Promise<EntityReference | null> {
  const party = from?.[0]?.partyid;
  if (!party || (party.table !== 'systemuser' && party.table !== 'queue')) return null;
  return findMailboxOf(context, party);
}

/** The one mailbox of a user or queue (AR-04). */
export async function findMailboxOf(context: RuleContext, owner: EntityReference): Promise<EntityReference | null> {
  const page = await context.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['mailboxid'],
    filter: { column: 'regardingobjectid', operator: 'eq', value: owner.id },
    limit: 1,
  });
  const id = page.rows[0]?.mailboxid;
  return id ? { table: 'mailbox', id } : null;
}

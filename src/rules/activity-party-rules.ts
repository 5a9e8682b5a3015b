import { PartyMask } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { findMailboxOf } from './email-rules.ts';
import { openEmailOf } from './open-email.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

/** Parties written one by one: not on closed emails (OU-16), never moved to another activity; the sender decides on the mailbox (OU-03). */
export const activityPartyRules: TableRules<'activityparty'> = {
  async beforeCreate(context, values) {
    if (!values.activityid) refuse('80040203', 'activityparty.activityid is missing. Name the activity of the party.');
    await openEmailOf(context, values.activityid, 'parties');
    return { ispartydeleted: false, ...values };
  },
  async afterCreate(context, _id, values) {
    if (values.participationtypemask === PartyMask.from) await noteSender(context, values.activityid, values.partyid);
  },
  async beforeUpdate(context, _id, before, values) {
    if (values.activityid !== undefined && values.activityid?.id !== before.activityid?.id)
      refuse('80040203', 'A party cannot move to another activity. Delete it and create a new one there.');
    await openEmailOf(context, before.activityid, 'parties');
    return values;
  },
  async afterUpdate(context, _id, before, values) {
    const { activityid, partyid, participationtypemask } = { ...before, ...values };
    if (participationtypemask === PartyMask.from) await noteSender(context, activityid, partyid);
    else if (before.participationtypemask === PartyMask.from) await noteSender(context, activityid, null);
  },
  async beforeDelete(context, _id, before) {
    await openEmailOf(context, before.activityid, 'parties');
  },
  async afterDelete(context, _id, before) {
    if (before.participationtypemask === PartyMask.from) await noteSender(context, before.activityid, null);
  },
};

async function noteSender(
  context: RuleContext,
  activity: EntityReference | null | undefined,
  sender: EntityReference | null | undefined,
): Promise<void> {
  if (activity?.table !== 'email') return;
  const sends = sender?.table === 'systemuser' || sender?.table === 'queue';
  const sendermailboxid = sender && sends ? await findMailboxOf(context, sender) : null;
  await context.records.update('email', activity.id, { sendermailboxid });
}

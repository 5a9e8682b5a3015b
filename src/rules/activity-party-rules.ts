import { resolveParties } from '../store/resolve-parties.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { EmailState, PartyMask } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { findMailboxOf } from './email-rules.ts';
import { openEmailOf } from './open-email.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

type Party = RecordOf<'activityparty'>;

/** Parties written one by one: not on closed emails (OU-16), where only unresolved ones may get their record (AD-13, AD-14); never moved to another activity; the sender decides on the mailbox (OU-03). */
export const activityPartyRules: TableRules<'activityparty'> = {
  async beforeCreate(context, values) {
    if (!values.activityid) refuse('80040203', 'activityparty.activityid is missing. Name the activity of the party.');
    await openEmailOf(context, values.activityid, 'parties');
    return { ispartydeleted: false, ...values };
  },
  async afterCreate(context, _id, values) {
    if (values.participationtypemask === PartyMask.from) await noteSender(context, values.activityid, values.partyid);
  },
  async beforeUpdate(context, id, before, values) {
    if (values.activityid !== undefined && values.activityid?.id !== before.activityid?.id)
      refuse('80040203', 'A party cannot move to another activity. Delete it and create a new one there.');
    if (isResolution(before, values)) await resolve(context, id, before, values.partyid);
    else await openEmailOf(context, before.activityid, 'parties');
    return values;
  },
  async afterUpdate(context, _id, before, values) {
    if (isResolution(before, values) && (await isClosed(context, before.activityid))) return;
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

/** An unresolved party gets its record and nothing else. */
function isResolution(before: Party, values: Party): boolean {
  const isAlone = Object.keys(values).every((column) => column === 'partyid');
  return isAlone && !before.partyid && !!values.partyid && !!before.addressused;
}

/** The decision counts for all unresolved parties of the address with ST-14, else for this one. */
async function resolve(
  context: RuleContext,
  id: string,
  { activityid, addressused }: Party,
  record: EntityReference | null | undefined,
): Promise<void> {
  if (activityid?.table === 'email') await lockVisible(context, 'email', activityid.id);
  if (!record || !addressused) return;
  await resolveParties(context.scope, addressused, record, context.settings.resolveSimilar ? undefined : id);
}

async function isClosed(context: RuleContext, activity: EntityReference | null | undefined): Promise<boolean> {
  if (activity?.table !== 'email') return false;
  const email = await context.records.retrieve('email', activity.id, ['statecode']);
  return email?.statecode !== EmailState.open;
}

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

import type { Filter } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod } from '../tables/choices.ts';
import { isExchangeType } from '../tables/exchange-types.ts';
import { checkIssuer, knownLocations } from './consent-profile.ts';
import { checkProfile } from './profile-checks.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Profile = RecordOf<'emailserverprofile'>;

/** What a write to an email server profile entails: chapter EP. */
export const profileRules: TableRules<'emailserverprofile'> = {
  async beforeCreate(context, values) {
    checkOutgoingOnItsOwn({}, values);
    const row: Profile = {
      organizationid: { table: 'organization', id: context.settings.organizationid },
      ...mirrored({ ...values, ...knownLocations(values) }, {}),
    };
    checkIssuer(row);
    checkProfile(context.settings.gates, row);
    return { ...row, ...secretFlags(row) };
  },
  async beforeUpdate(context, id, before, values) {
    checkOutgoingOnItsOwn(before, values);
    const changes = mirrored(values, before);
    const after = { ...before, ...changes, ...secretFlags(changes) };
    checkIssuer(after);
    checkProfile(context.settings.gates, after);
    if (isExchangeType(before.servertype) && !isExchangeType(after.servertype)) await checkNoActs(context, id, after);
    await raiseStartDates(context, id, before, values);
    await touchMailboxes(context, id);
    return { ...changes, ...secretFlags(changes) };
  },
  async beforeDelete(context, id, before) {
    const used = await context.records.count('mailbox', usersOf(id));
    if (used > 0) {
      refuse(
        'mr_InUse',
        `Profile "${before.name}" is used by ${used} mailbox${used === 1 ? '' : 'es'} and cannot be deleted. Give these another profile first, or deactivate this one.`,
      );
    }
    if (context.settings.defaultProfile?.id === id) {
      refuse(
        'mr_InUse',
        `Profile "${before.name}" is the organisation's default and cannot be deleted. Choose another default (organization.defaultemailserverprofileid) first.`,
      );
    }
  },
};

const usersOf = (profileid: string): Filter => ({ column: 'emailserverprofile', operator: 'eq', value: profileid });

/** Settings of the outgoing side that follow the incoming ones while both are the same. */
const mirroredColumns = [
  ['outgoingcredentialretrieval', 'incomingcredentialretrieval'],
  ['outgoingusername', 'incomingusername'],
  ['outgoingpassword', 'incomingpassword'],
  ['outgoingauthenticationprotocol', 'incomingauthenticationprotocol'],
  ['outgoinguseimpersonation', 'incominguseimpersonation'],
] as const;

/** True for Exchange types, where both directions are one server, unless the profile says otherwise. */
const isOneSetting = (row: Profile): boolean =>
  isExchangeType(row.servertype) && (row.usesamesettingsforoutgoingconnections ?? true);

/** EP-12: while both sides are the same, the outgoing one is not edited on its own. */
function checkOutgoingOnItsOwn(before: Profile, values: Profile): void {
  const after = { ...before, ...values };
  if (!isOneSetting(after)) return;
  for (const [outgoing, incoming] of mirroredColumns) {
    const given = values[outgoing];
    if (given === undefined || given === before[outgoing] || given === after[incoming]) continue;
    refuse(
      '8005E238',
      `Profile "${after.name}": ${outgoing} cannot be set while "same settings for outgoing" is Yes. Set usesamesettingsforoutgoingconnections to false first, or leave it out.`,
    );
  }
}

/** The outgoing settings follow the incoming ones where both are the same; a secret follows only when it is written. */
function mirrored(values: Profile, before: Profile): Profile {
  const after: Record<string, unknown> = { ...before, ...values };
  if (!isOneSetting(after as Profile)) return { ...values };
  const copies = mirroredColumns
    .filter(([, incoming]) => after[incoming] !== undefined && (incoming !== 'incomingpassword' || incoming in values))
    .map(([outgoing, incoming]) => [outgoing, after[incoming]]);
  return { ...values, ...(Object.fromEntries(copies) as Profile) };
}

/** EP-22: readers learn only that a secret is set. */
function secretFlags(values: Profile): Profile {
  const flags: Profile = {};
  if (values.incomingpassword !== undefined) flags.isincomingpasswordset = Boolean(values.incomingpassword);
  if (values.outgoingpassword !== undefined) flags.isoutgoingpasswordset = Boolean(values.outgoingpassword);
  if (values.oauthclientsecret !== undefined) flags.isoauthclientsecretset = Boolean(values.oauthclientsecret);
  return flags;
}

/** MB-06: mailboxes that synchronise appointments, contacts and tasks need an Exchange type. */
async function checkNoActs(context: RuleContext, profileid: string, after: Profile): Promise<void> {
  const acts = await context.records.count('mailbox', {
    and: [usersOf(profileid), { column: 'actdeliverymethod', operator: 'eq', value: ActDeliveryMethod.serverSide }],
  });
  if (acts > 0) {
    refuse(
      '8005E247',
      `Profile "${after.name}": ${acts} of its mailboxes synchronise appointments, contacts and tasks, which needs an Exchange type. Set that delivery method of these mailboxes to None (2) first.`,
    );
  }
}

/** EP-16: a later start date reaches every mailbox of the profile; an earlier one only those that join afterwards. */
async function raiseStartDates(
  context: RuleContext,
  profileid: string,
  before: Profile,
  values: Profile,
): Promise<void> {
  const floor = values.processemailsreceivedafter;
  const past = before.processemailsreceivedafter;
  if (!floor || (past && floor <= past)) return;
  await context.records.updateWhere(
    'mailbox',
    {
      and: [
        usersOf(profileid),
        {
          or: [
            { column: 'processemailreceivedafter', operator: 'null' },
            { column: 'processemailreceivedafter', operator: 'lt', value: floor },
          ],
        },
      ],
    },
    { processemailreceivedafter: floor },
  );
}

/** EP-01, EP-23: the schedule of the profile's mailboxes is looked at again. */
async function touchMailboxes(context: RuleContext, profileid: string): Promise<void> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await context.records.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: usersOf(profileid),
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) if (row.mailboxid) context.touchedMailboxes.add(row.mailboxid);
    after = page.next;
    more = after !== undefined;
  }
}

import type { catalog, TableName } from '../../src/tables/catalog.ts';

type Naming<N extends TableName> = readonly [
  set: (typeof catalog)[N]['entitySetName'],
  id: (typeof catalog)[N]['primaryId'],
];

/** Entity set and id column of the tables that the page shows; the compiler holds them to the tables. */
export const entitySets = {
  account: ['accounts', 'accountid'],
  activitymimeattachment: ['activitymimeattachments', 'activitymimeattachmentid'],
  activityparty: ['activityparties', 'activitypartyid'],
  appointment: ['appointments', 'activityid'],
  audit: ['audits', 'auditid'],
  businessunit: ['businessunits', 'businessunitid'],
  contact: ['contacts', 'contactid'],
  email: ['emails', 'activityid'],
  emailserverprofile: ['emailserverprofiles', 'emailserverprofileid'],
  exchangesyncidmapping: ['exchangesyncidmappings', 'exchangesyncidmappingid'],
  fax: ['faxes', 'activityid'],
  lead: ['leads', 'leadid'],
  letter: ['letters', 'activityid'],
  mailbox: ['mailboxes', 'mailboxid'],
  mailboxstatistics: ['mailboxstatistics', 'mailboxstatisticsid'],
  mailboxtrackingfolder: ['mailboxtrackingfolders', 'mailboxtrackingfolderid'],
  organization: ['organizations', 'organizationid'],
  phonecall: ['phonecalls', 'activityid'],
  principalsyncattributemap: ['principalsyncattributemaps', 'principalsyncattributemapid'],
  privilege: ['privileges', 'privilegeid'],
  queue: ['queues', 'queueid'],
  queueitem: ['queueitems', 'queueitemid'],
  recurringappointmentmaster: ['recurringappointmentmasters', 'activityid'],
  role: ['roles', 'roleid'],
  savedquery: ['savedqueries', 'savedqueryid'],
  syncattributemapping: ['syncattributemappings', 'syncattributemappingid'],
  syncerror: ['syncerrors', 'syncerrorid'],
  systemuser: ['systemusers', 'systemuserid'],
  task: ['tasks', 'activityid'],
  team: ['teams', 'teamid'],
  tracelog: ['tracelogs', 'tracelogid'],
  userquery: ['userqueries', 'userqueryid'],
  usersettings: ['usersettingscollection', 'systemuserid'],
  mr_creationrule: ['mr_creationrules', 'mr_creationruleid'],
  mr_creationruleitem: ['mr_creationruleitems', 'mr_creationruleitemid'],
  mr_delivery: ['mr_deliveries', 'mr_deliveryid'],
  mr_maildecision: ['mr_maildecisions', 'mr_maildecisionid'],
  mr_quarantine: ['mr_quarantines', 'mr_quarantineid'],
  mr_subscription: ['mr_subscriptions', 'mr_subscriptionid'],
  mr_webhook: ['mr_webhooks', 'mr_webhookid'],
} as const satisfies { readonly [N in TableName]?: Naming<N> };

/** A table that the page shows. */
export type ShownTable = keyof typeof entitySets;

/** Path of a set, or of one record of it. */
export function pathOf(table: ShownTable, id?: string): string {
  return id === undefined ? entitySets[table][0] : `${entitySets[table][0]}(${id})`;
}

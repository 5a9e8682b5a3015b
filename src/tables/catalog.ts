import { accountTable } from './account.ts';
import { activitymimeattachmentTable } from './activitymimeattachment.ts';
import { activitypartyTable } from './activityparty.ts';
import { activitypointerTable } from './activitypointer.ts';
import { annotationTable } from './annotation.ts';
import { appointmentTable } from './appointment.ts';
import { auditTable } from './audit.ts';
import { businessunitTable } from './businessunit.ts';
import { contactTable } from './contact.ts';
import { emailTable } from './email.ts';
import { emailhashTable } from './emailhash.ts';
import { emailsearchTable } from './emailsearch.ts';
import { emailserverprofileTable } from './emailserverprofile.ts';
import { exchangesyncidmappingTable } from './exchangesyncidmapping.ts';
import { faxTable } from './fax.ts';
import { leadTable } from './lead.ts';
import { letterTable } from './letter.ts';
import { mailboxTable } from './mailbox.ts';
import { mailboxstatisticsTable } from './mailboxstatistics.ts';
import { mailboxtrackingcategoryTable } from './mailboxtrackingcategory.ts';
import { mailboxtrackingfolderTable } from './mailboxtrackingfolder.ts';
import { mr_auditsettingTable } from './mr_auditsetting.ts';
import { mr_creationruleTable } from './mr_creationrule.ts';
import { mr_creationruleitemTable } from './mr_creationruleitem.ts';
import { mr_deliveryTable } from './mr_delivery.ts';
import { mr_maildecisionTable } from './mr_maildecision.ts';
import { mr_quarantineTable } from './mr_quarantine.ts';
import { mr_queuememberTable } from './mr_queuemember.ts';
import { mr_subscriptionTable } from './mr_subscription.ts';
import { mr_webhookTable } from './mr_webhook.ts';
import { organizationTable } from './organization.ts';
import { phonecallTable } from './phonecall.ts';
import { principalobjectaccessTable } from './principalobjectaccess.ts';
import { principalsyncattributemapTable } from './principalsyncattributemap.ts';
import { privilegeTable } from './privilege.ts';
import { queueTable } from './queue.ts';
import { queueitemTable } from './queueitem.ts';
import { recurrenceruleTable } from './recurrencerule.ts';
import { recurringappointmentmasterTable } from './recurringappointmentmaster.ts';
import { roleTable } from './role.ts';
import { roleprivilegesTable } from './roleprivileges.ts';
import { roletemplateTable } from './roletemplate.ts';
import { savedqueryTable } from './savedquery.ts';
import { syncattributemappingTable } from './syncattributemapping.ts';
import { syncattributemappingprofileTable } from './syncattributemappingprofile.ts';
import { syncerrorTable } from './syncerror.ts';
import { systemuserTable } from './systemuser.ts';
import { systemuserrolesTable } from './systemuserroles.ts';
import type { RecordValues, TableDefinition } from './table-definition.ts';
import { taskTable } from './task.ts';
import { teamTable } from './team.ts';
import { teammembershipTable } from './teammembership.ts';
import { teamrolesTable } from './teamroles.ts';
import { templateTable } from './template.ts';
import { traceassociationTable } from './traceassociation.ts';
import { tracelogTable } from './tracelog.ts';
import { traceregardingTable } from './traceregarding.ts';
import { unresolvedaddressTable } from './unresolvedaddress.ts';
import { userqueryTable } from './userquery.ts';
import { usersettingsTable } from './usersettings.ts';

/** Every table that the product knows, by logical name. */
export const catalog = {
  account: accountTable,
  activitymimeattachment: activitymimeattachmentTable,
  activityparty: activitypartyTable,
  activitypointer: activitypointerTable,
  annotation: annotationTable,
  appointment: appointmentTable,
  audit: auditTable,
  businessunit: businessunitTable,
  contact: contactTable,
  email: emailTable,
  emailhash: emailhashTable,
  emailsearch: emailsearchTable,
  emailserverprofile: emailserverprofileTable,
  exchangesyncidmapping: exchangesyncidmappingTable,
  fax: faxTable,
  lead: leadTable,
  letter: letterTable,
  mailbox: mailboxTable,
  mailboxstatistics: mailboxstatisticsTable,
  mailboxtrackingcategory: mailboxtrackingcategoryTable,
  mailboxtrackingfolder: mailboxtrackingfolderTable,
  organization: organizationTable,
  phonecall: phonecallTable,
  principalobjectaccess: principalobjectaccessTable,
  principalsyncattributemap: principalsyncattributemapTable,
  privilege: privilegeTable,
  queue: queueTable,
  queueitem: queueitemTable,
  recurrencerule: recurrenceruleTable,
  recurringappointmentmaster: recurringappointmentmasterTable,
  role: roleTable,
  roleprivileges: roleprivilegesTable,
  roletemplate: roletemplateTable,
  savedquery: savedqueryTable,
  syncattributemapping: syncattributemappingTable,
  syncattributemappingprofile: syncattributemappingprofileTable,
  syncerror: syncerrorTable,
  systemuser: systemuserTable,
  systemuserroles: systemuserrolesTable,
  task: taskTable,
  team: teamTable,
  teammembership: teammembershipTable,
  teamroles: teamrolesTable,
  template: templateTable,
  traceassociation: traceassociationTable,
  tracelog: tracelogTable,
  traceregarding: traceregardingTable,
  unresolvedaddress: unresolvedaddressTable,
  userquery: userqueryTable,
  usersettings: usersettingsTable,
  mr_auditsetting: mr_auditsettingTable,
  mr_delivery: mr_deliveryTable,
  mr_maildecision: mr_maildecisionTable,
  mr_quarantine: mr_quarantineTable,
  mr_queuemember: mr_queuememberTable,
  mr_creationrule: mr_creationruleTable,
  mr_creationruleitem: mr_creationruleitemTable,
  mr_subscription: mr_subscriptionTable,
  mr_webhook: mr_webhookTable,
} as const;

/** Logical name of a table of the catalog. */
export type TableName = keyof typeof catalog;

/** A row of a table: every column optional (only what was asked for is there), null for empty. */
export type RecordOf<N extends TableName> = RecordValues<(typeof catalog)[N]>;

/** Names of a table's columns. */
export type ColumnName<N extends TableName> = Extract<keyof (typeof catalog)[N]['columns'], string>;

/** The definition of a table by a name that came from outside; undefined when there is none. */
export function findTable(logicalName: string): TableDefinition | undefined {
  return Object.hasOwn(catalog, logicalName) ? catalog[logicalName as TableName] : undefined;
}

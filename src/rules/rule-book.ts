import type { TableName } from '../tables/catalog.ts';
import { activityPartyRules } from './activity-party-rules.ts';
import { annotationRules } from './annotation-rules.ts';
import { appointmentRules } from './appointment-rules.ts';
import { attachmentRules } from './attachment-rules.ts';
import { auditSettingRules } from './audit-setting-rules.ts';
import { creationRuleItemRules, creationRuleRules } from './creation-rules.ts';
import { emailRules } from './email-rules.ts';
import { fieldMapRules, userFieldMapRules } from './field-map-rules.ts';
import { filterRules } from './filter-rules.ts';
import { fixedRules } from './fixed-rules.ts';
import { folderRuleRules } from './folder-rule-rules.ts';
import { mailboxRules } from './mailbox-rules.ts';
import { systemUserRolesRules, teamMembershipRules, teamRolesRules } from './membership-rules.ts';
import { organizationRules } from './organization-rules.ts';
import { personRules } from './person-rules.ts';
import { profileRules } from './profile-rules.ts';
import { quarantineRules } from './quarantine-rules.ts';
import { queueItemRules } from './queue-item-rules.ts';
import { rolePrivilegesRules, roleRules } from './role-rules.ts';
import { masterRules } from './series/master-rules.ts';
import type { TableRules } from './table-rules.ts';
import { businessUnitRules, teamRules } from './team-and-unit-rules.ts';
import { queueRules, userRules } from './user-and-queue-rules.ts';
import { userSettingsRules } from './user-settings-rules.ts';
import { subscriptionRules, webhookRules } from './webhook-rules.ts';

/** The rules of every table that has some. */
export const ruleBook: Readonly<{ [N in TableName]?: TableRules<N> }> = {
  annotation: annotationRules,
  audit: fixedRules('audit', 'They go when they are older than organization.auditretentionperiodv2 says; lower that.'),
  businessunit: businessUnitRules,
  activitymimeattachment: attachmentRules,
  activityparty: activityPartyRules,
  appointment: appointmentRules,
  contact: personRules<'contact'>(),
  email: emailRules,
  emailserverprofile: profileRules,
  exchangesyncidmapping: fixedRules('exchangesyncidmapping', 'Use "mailroom act".'),
  lead: personRules<'lead'>(),
  mailbox: mailboxRules,
  mailboxtrackingfolder: folderRuleRules,
  mr_auditsetting: auditSettingRules,
  mr_creationrule: creationRuleRules,
  mr_creationruleitem: creationRuleItemRules,
  mr_quarantine: quarantineRules,
  mr_subscription: subscriptionRules,
  mr_webhook: webhookRules,
  organization: organizationRules,
  principalobjectaccess: fixedRules('principalobjectaccess', 'Use GrantAccess, ModifyAccess and RevokeAccess.'),
  privilege: fixedRules('privilege', 'Write rows of roleprivileges instead.'),
  queue: queueRules,
  queueitem: queueItemRules,
  recurringappointmentmaster: masterRules,
  role: roleRules,
  roleprivileges: rolePrivilegesRules,
  roletemplate: fixedRules('roletemplate', 'Make a role instead.'),
  systemuser: userRules,
  systemuserroles: systemUserRolesRules,
  team: teamRules,
  teammembership: teamMembershipRules,
  teamroles: teamRolesRules,
  savedquery: filterRules<'savedquery'>(),
  syncattributemapping: fieldMapRules,
  principalsyncattributemap: userFieldMapRules,
  userquery: filterRules<'userquery'>(),
  usersettings: userSettingsRules,
};

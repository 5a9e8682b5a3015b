import type { TableName } from '../tables/catalog.ts';
import { activityPartyRules } from './activity-party-rules.ts';
import { annotationRules } from './annotation-rules.ts';
import { attachmentRules } from './attachment-rules.ts';
import { emailRules } from './email-rules.ts';
import { mailboxRules } from './mailbox-rules.ts';
import { organizationRules } from './organization-rules.ts';
import { personRules } from './person-rules.ts';
import { profileRules } from './profile-rules.ts';
import { quarantineRules } from './quarantine-rules.ts';
import { queueItemRules } from './queue-item-rules.ts';
import type { TableRules } from './table-rules.ts';
import { queueRules, userRules } from './user-and-queue-rules.ts';
import { userSettingsRules } from './user-settings-rules.ts';
import { subscriptionRules, webhookRules } from './webhook-rules.ts';

/** The rules of every table that has some. */
export const ruleBook: Readonly<{ [N in TableName]?: TableRules<N> }> = {
  annotation: annotationRules,
  activitymimeattachment: attachmentRules,
  activityparty: activityPartyRules,
  contact: personRules<'contact'>(),
  email: emailRules,
  emailserverprofile: profileRules,
  lead: personRules<'lead'>(),
  mailbox: mailboxRules,
  mr_quarantine: quarantineRules,
  mr_subscription: subscriptionRules,
  mr_webhook: webhookRules,
  organization: organizationRules,
  queue: queueRules,
  queueitem: queueItemRules,
  systemuser: userRules,
  usersettings: userSettingsRules,
};

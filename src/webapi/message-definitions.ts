import { accessMessages } from './access-messages.ts';
import { accountMessages } from './account-messages.ts';
import { actMessages } from './act-messages.ts';
import { addressMessages } from './address-messages.ts';
import { auditMessages } from './audit-messages.ts';
import { blockMessages } from './block-messages.ts';
import { calendarMessages } from './calendar-messages.ts';
import { contentMessages } from './content-messages.ts';
import { incomingMessages } from './incoming-messages.ts';
import type { MessageDefinition, MessageParameter, ParameterType } from './message-definition.ts';
import { overviewMessages } from './overview-messages.ts';
import { queueMessages } from './queue-messages.ts';

const required = (name: string, type: ParameterType = 'Edm.String'): MessageParameter => ({
  name,
  type,
  required: true,
});
const optional = (name: string, type: ParameterType = 'Edm.String'): MessageParameter => ({
  name,
  type,
  required: false,
});

/** Messages with a known shape; a handler without a definition takes its parameters unchecked. */
export const messageDefinitions: readonly MessageDefinition[] = [
  {
    name: 'WhoAmI',
    kind: 'function',
    parameters: [],
    returns: { BusinessUnitId: 'Edm.Guid', UserId: 'Edm.Guid', OrganizationId: 'Edm.Guid' },
  },
  { name: 'RetrieveVersion', kind: 'function', parameters: [], returns: { Version: 'Edm.String' } },
  {
    name: 'RetrieveTotalRecordCount',
    kind: 'function',
    parameters: [required('EntityNames', 'Collection(Edm.String)')],
    returns: { EntityRecordCountCollection: 'mscrm.EntityRecordCountCollection' },
  },
  {
    name: 'SendEmail',
    kind: 'action',
    boundTo: 'email',
    parameters: [required('IssueSend', 'Edm.Boolean'), optional('TrackingToken')],
    returns: { Subject: 'Edm.String' },
  },
  {
    name: 'BackgroundSendEmail',
    kind: 'action',
    parameters: [optional('Query', 'QueryBase')],
    returns: { EntityCollection: 'Collection(mscrm.email)', HasAttachments: 'Collection(Edm.Boolean)' },
  },
  {
    name: 'SendFax',
    kind: 'action',
    parameters: [required('FaxId', 'Edm.Guid'), required('IssueSend', 'Edm.Boolean')],
  },
  {
    name: 'GetTrackingTokenEmail',
    kind: 'action',
    parameters: [optional('Subject')],
    returns: { TrackingToken: 'Edm.String' },
  },
  {
    name: 'mr_TestAndEnableMailboxes',
    kind: 'action',
    boundTo: 'emailserverprofile',
    parameters: [],
    returns: { Count: 'Edm.Int32' },
  },
  { name: 'mr_TestAndEnable', kind: 'action', boundTo: 'mailbox', parameters: [] },
  {
    name: 'mr_MailboxConsent',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [],
    returns: {
      IsNeeded: 'Edm.Boolean',
      Url: 'Edm.String',
      State: 'Edm.String',
      Account: 'Edm.String',
      GivenOn: 'Edm.DateTimeOffset',
      Refusal: 'Edm.String',
    },
  },
  { name: 'mr_RunMailboxNow', kind: 'action', boundTo: 'mailbox', parameters: [] },
  {
    name: 'mr_ApplyDefaultEmailSettings',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [optional('TestAndEnable', 'Edm.Boolean')],
  },
  { name: 'mr_ConvertToForwardMailbox', kind: 'action', boundTo: 'mailbox', parameters: [] },
  {
    name: 'mr_GiveMailbox',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [required('UserId', 'Edm.Guid'), required('Confirm', 'Edm.Boolean')],
  },
  { name: 'mr_MarkSent', kind: 'action', boundTo: 'email', parameters: [] },
  { name: 'mr_SendAgain', kind: 'action', boundTo: 'email', parameters: [] },
  { name: 'mr_Resend', kind: 'action', boundTo: 'email', parameters: [] },
  {
    name: 'mr_ResendFailed',
    kind: 'action',
    parameters: [optional('MailboxId', 'Edm.Guid'), optional('ErrorCode'), optional('Since', 'Edm.DateTimeOffset')],
    returns: { Resent: 'Edm.Int32', Refused: 'Edm.Int32', FirstRefusal: 'Edm.String' },
  },
  { name: 'mr_DeliverAgain', kind: 'action', boundTo: 'mr_delivery', parameters: [] },
  {
    name: 'mr_SendTestEvent',
    kind: 'action',
    boundTo: 'mr_webhook',
    parameters: [],
    returns: { DeliveryId: 'Edm.Guid' },
  },
  ...accessMessages,
  ...accountMessages,
  ...actMessages,
  ...addressMessages,
  ...auditMessages,
  {
    name: 'mr_FindMailSettings',
    kind: 'function',
    parameters: [required('Address')],
    returns: { Settings: 'Collection(mscrm.mr_MailSettings)' },
  },
  ...blockMessages,
  ...calendarMessages,
  ...contentMessages,
  ...incomingMessages,
  ...overviewMessages,
  ...queueMessages,
];

/** The definition of a message by name. */
export function findMessage(name: string): MessageDefinition | undefined {
  return messageDefinitions.find((definition) => definition.name === name);
}

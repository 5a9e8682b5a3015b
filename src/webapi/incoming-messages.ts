import type { MessageDefinition } from './message-definition.ts';

const since = { name: 'Since', type: 'Edm.DateTimeOffset', required: true } as const;

const text = (name: string, required = true) => ({ name, type: 'Edm.String', required }) as const;
const extra = { name: 'ExtraProperties', type: 'record', required: false } as const;
const envelope = [
  text('MessageId'),
  text('Subject', false),
  text('From'),
  text('To'),
  text('Cc'),
  text('Bcc'),
] as const;
const content = [
  ...envelope,
  { name: 'ReceivedOn', type: 'Edm.DateTimeOffset', required: true },
  text('SubmittedBy'),
  text('Importance'),
  text('Body'),
  extra,
] as const;
const attachments = { name: 'Attachments', type: 'Collection(record)', required: true } as const;
const delivered = { activityid: 'Edm.Guid' } as const;

/** Messages about incoming mail. */
export const incomingMessages: readonly MessageDefinition[] = [
  {
    name: 'CheckIncomingEmail',
    kind: 'function',
    parameters: [...envelope, extra],
    returns: { ShouldDeliver: 'Edm.Boolean', ReasonCode: 'Edm.Int32' },
  },
  {
    name: 'CheckPromoteEmail',
    kind: 'function',
    parameters: [
      text('MessageId'),
      text('Subject', false),
      { name: 'DirectionCode', type: 'Edm.Int32', required: false },
    ],
    returns: { ShouldPromote: 'Edm.Boolean', ReasonCode: 'Edm.Int32' },
  },
  {
    name: 'DeliverIncomingEmail',
    kind: 'action',
    boundTo: 'email',
    onCollection: true,
    parameters: [...content, attachments],
    returns: delivered,
  },
  {
    name: 'DeliverPromoteEmail',
    kind: 'action',
    boundTo: 'email',
    mayBeNew: true,
    parameters: [...content, attachments],
    returns: delivered,
  },
  {
    name: 'DeliverImmediatePromoteEmail',
    kind: 'action',
    boundTo: 'email',
    mayBeNew: true,
    parameters: [...content, { name: 'AttachmentIds', type: 'Collection(Edm.String)', required: true }],
    returns: delivered,
  },
  { name: 'ProcessInboundEmail', kind: 'action', boundTo: 'email', parameters: [] },
  {
    name: 'mr_ExplainMessage',
    kind: 'function',
    parameters: [{ name: 'MessageId', type: 'Edm.String', required: true }],
    returns: { Story: 'Collection(Edm.String)', Explanation: 'Edm.String' },
  },
  {
    name: 'mr_RetrieveSource',
    kind: 'function',
    boundTo: 'email',
    alsoBoundTo: ['mr_quarantine'],
    parameters: [],
    returns: { Source: 'Edm.Binary', SizeBytes: 'Edm.Int32' },
  },
  {
    name: 'mr_PreviewMailbox',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [since, { name: 'Reevaluate', type: 'Edm.Boolean', required: false }],
    returns: {
      Complete: 'Edm.Boolean',
      Total: 'Edm.Int32',
      Done: 'Edm.Int32',
      Tracked: 'Edm.Int32',
      Messages: 'Edm.String',
    },
  },
  {
    name: 'mr_ListMailFolders',
    kind: 'function',
    boundTo: 'mailbox',
    parameters: [{ name: 'Live', type: 'Edm.Boolean', required: false }],
    returns: { Folders: 'Collection(mscrm.mr_MailFolder)' },
  },
  { name: 'mr_BackfillMailbox', kind: 'action', boundTo: 'mailbox', parameters: [since] },
  { name: 'mr_ReevaluateMailbox', kind: 'action', boundTo: 'mailbox', parameters: [since] },
];

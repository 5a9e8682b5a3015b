import type { MessageDefinition } from './message-definition.ts';

const text = (name: string, required: boolean) => ({ name, type: 'Edm.String', required }) as const;

/** Messages about the synchronisation of appointments, contacts and tasks. */
export const actMessages: readonly MessageDefinition[] = [
  {
    name: 'RetrieveExchangeAppointments',
    kind: 'function',
    parameters: [
      { name: 'StartDate', type: 'Edm.DateTimeOffset', required: true },
      { name: 'EndDate', type: 'Edm.DateTimeOffset', required: true },
    ],
    returnsUnstored: true,
  },
  {
    name: 'mr_RetrieveSyncState',
    kind: 'function',
    boundTo: 'mailbox',
    parameters: [],
    returns: {
      Enabled: 'Edm.Boolean',
      Status: 'Edm.String',
      Links: 'Collection(mscrm.mr_StateCount)',
      Failing: 'Edm.Int32',
      NextTryOn: 'Edm.DateTimeOffset',
      OpenConflicts: 'Edm.Int32',
      Question: 'Edm.String',
      QuestionAskedOn: 'Edm.DateTimeOffset',
      Answer: 'Edm.String',
      StartDate: 'Edm.DateTimeOffset',
      FirstStartedOn: 'Edm.DateTimeOffset',
      FirstCompletedOn: 'Edm.DateTimeOffset',
      FirstTotal: 'Edm.Int32',
      FirstDone: 'Edm.Int32',
    },
  },
  {
    name: 'mr_PreviewSync',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [{ name: 'StartDate', type: 'Edm.DateTimeOffset', required: false }],
    returns: { Folders: 'Collection(mscrm.mr_FolderPreview)' },
  },
  {
    name: 'mr_PreviewFilter',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [{ name: 'FilterId', type: 'Edm.Guid', required: false }, text('FetchXml', false)],
    returns: {
      Matching: 'Edm.Int32',
      Added: 'Edm.Int32',
      Left: 'Edm.Int32',
      DeletedItems: 'Edm.Int32',
      AddedNames: 'Collection(Edm.String)',
      LeftNames: 'Collection(Edm.String)',
    },
  },
  { name: 'mr_AnswerSyncQuestion', kind: 'action', boundTo: 'mailbox', parameters: [text('Answer', true)] },
  {
    name: 'mr_StartSync',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [{ name: 'From', type: 'Edm.DateTimeOffset', required: false }],
  },
  { name: 'mr_ResyncMailbox', kind: 'action', boundTo: 'mailbox', parameters: [], returns: { Links: 'Edm.Int32' } },
  {
    name: 'mr_UndoSync',
    kind: 'action',
    boundTo: 'mailbox',
    parameters: [],
    returns: { Deleted: 'Edm.Int32', Kept: 'Edm.Int32', Complete: 'Edm.Boolean' },
  },
  {
    name: 'mr_RespondToMeeting',
    kind: 'action',
    boundTo: 'appointment',
    alsoBoundTo: ['recurringappointmentmaster'],
    parameters: [text('Response', true), text('Comment', false)],
  },
  { name: 'mr_UnlinkItem', kind: 'action', boundTo: 'exchangesyncidmapping', parameters: [] },
  { name: 'mr_TakeItem', kind: 'action', boundTo: 'exchangesyncidmapping', parameters: [] },
  { name: 'mr_ResyncItem', kind: 'action', boundTo: 'exchangesyncidmapping', parameters: [] },
  {
    name: 'InstantiateFilters',
    kind: 'action',
    parameters: [
      { name: 'TemplateCollection', type: 'Collection(record)', required: true },
      { name: 'UserId', type: 'Edm.Guid', required: true },
    ],
  },
  {
    name: 'ResetUserFilters',
    kind: 'action',
    parameters: [{ name: 'QueryType', type: 'Edm.Int32', required: true }],
  },
];

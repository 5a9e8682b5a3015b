import type { MessageDefinition } from './message-definition.ts';

/** Messages about how the whole of it stands, and whether servers can be reached. */
export const overviewMessages: readonly MessageDefinition[] = [
  {
    name: 'mr_RetrieveOverview',
    kind: 'function',
    parameters: [{ name: 'Hours', type: 'Edm.Int32', required: false }],
    returns: {
      Hours: 'Collection(mscrm.mr_HourCount)',
      MailboxStates: 'Collection(mscrm.mr_StateCount)',
      LagSeconds: 'Edm.Int32',
      LagMailboxId: 'Edm.Guid',
      Backlog: 'Edm.Int32',
      WaitingSends: 'Edm.Int32',
      RunningSends: 'Edm.Int32',
      FailedSends: 'Edm.Int32',
      UncertainSends: 'Edm.Int32',
      OldestWaitingOn: 'Edm.DateTimeOffset',
      OpenErrors: 'Edm.Int32',
      OpenWarnings: 'Edm.Int32',
      Quarantined: 'Edm.Int32',
      HeldFor: 'Edm.String',
      ScheduledTurns: 'Edm.Int32',
      OverdueTurns: 'Edm.Int32',
      OldestDueOn: 'Edm.DateTimeOffset',
      Workers: 'Collection(mscrm.mr_WorkerCount)',
    },
  },
  {
    name: 'mr_TestConnection',
    kind: 'action',
    boundTo: 'emailserverprofile',
    parameters: [{ name: 'MailboxId', type: 'Edm.Guid', required: false }],
    returns: { Ok: 'Edm.Boolean', MailboxId: 'Edm.Guid', Steps: 'Collection(mscrm.mr_TestStep)' },
  },
];

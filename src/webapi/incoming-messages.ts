import type { MessageDefinition } from './message-definition.ts';

const since = { name: 'Since', type: 'Edm.DateTimeOffset', required: true } as const;

/** Messages about incoming mail. */
export const incomingMessages: readonly MessageDefinition[] = [
  {
    name: 'mr_ExplainMessage',
    kind: 'function',
    parameters: [{ name: 'MessageId', type: 'Edm.String', required: true }],
    returns: { Story: 'Collection(Edm.String)', Explanation: 'Edm.String' },
  },
  { name: 'mr_BackfillMailbox', kind: 'action', boundTo: 'mailbox', parameters: [since] },
  { name: 'mr_ReevaluateMailbox', kind: 'action', boundTo: 'mailbox', parameters: [since] },
];

import type { MessageDefinition, MessageParameter } from './message-definition.ts';

const record = (name: string, required = true): MessageParameter => ({ name, type: 'record', required });
const flag = (name: string): MessageParameter => ({ name, type: 'Edm.Boolean', required: true });

/** Putting records into queues, working on them, routing them, and who works on a queue. */
export const queueMessages: readonly MessageDefinition[] = [
  {
    name: 'AddToQueue',
    kind: 'action',
    boundTo: 'queue',
    parameters: [record('Target'), record('SourceQueue', false), record('QueueItemProperties', false)],
    returns: { QueueItemId: 'Edm.Guid' },
  },
  { name: 'RemoveFromQueue', kind: 'action', boundTo: 'queueitem', parameters: [] },
  {
    name: 'PickFromQueue',
    kind: 'action',
    boundTo: 'queueitem',
    parameters: [record('SystemUser'), flag('RemoveQueueItem')],
  },
  { name: 'ReleaseToQueue', kind: 'action', boundTo: 'queueitem', parameters: [] },
  { name: 'RouteTo', kind: 'action', parameters: [record('Target'), record('QueueItem', false)] },
  { name: 'AddPrincipalToQueue', kind: 'action', boundTo: 'queue', parameters: [record('Principal')] },
  {
    name: 'RetrieveUserQueues',
    kind: 'function',
    boundTo: 'systemuser',
    parameters: [flag('IncludePublic')],
    returnsRecords: 'queue',
  },
];

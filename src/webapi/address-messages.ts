import type { MessageDefinition } from './message-definition.ts';

/** Messages about addresses that nobody has. */
export const addressMessages: readonly MessageDefinition[] = [
  {
    name: 'mr_ResolveAddress',
    kind: 'action',
    parameters: [
      { name: 'Address', type: 'Edm.String', required: true },
      { name: 'Target', type: 'record', required: false },
      { name: 'CreateAs', type: 'Edm.String', required: false },
      { name: 'Name', type: 'Edm.String', required: false },
      { name: 'KeepAddress', type: 'Edm.Boolean', required: false },
    ],
    returns: { RecordId: 'Edm.Guid', RecordType: 'Edm.String', Resolved: 'Edm.Int32' },
  },
];

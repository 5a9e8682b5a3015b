import type { MessageDefinition } from './message-definition.ts';

/** Passwords of local accounts and secrets of application users. */
export const accountMessages: readonly MessageDefinition[] = [
  {
    name: 'mr_SetPassword',
    kind: 'action',
    boundTo: 'systemuser',
    parameters: [
      { name: 'NewPassword', type: 'Edm.String', required: true },
      { name: 'CurrentPassword', type: 'Edm.String', required: false },
    ],
  },
  { name: 'mr_RemovePassword', kind: 'action', boundTo: 'systemuser', parameters: [] },
  {
    name: 'mr_CreateClientSecret',
    kind: 'action',
    boundTo: 'systemuser',
    parameters: [
      { name: 'Name', type: 'Edm.String', required: true },
      { name: 'ExpiresOn', type: 'Edm.DateTimeOffset', required: false },
    ],
    returns: { SecretId: 'Edm.Guid', ClientId: 'Edm.Guid', ClientSecret: 'Edm.String' },
  },
  {
    name: 'mr_DeleteClientSecret',
    kind: 'action',
    boundTo: 'systemuser',
    parameters: [{ name: 'SecretId', type: 'Edm.Guid', required: true }],
  },
  {
    name: 'mr_RetrieveClientSecrets',
    kind: 'function',
    boundTo: 'systemuser',
    parameters: [],
    returns: { Secrets: 'Collection(mscrm.ClientSecretInfo)' },
  },
];

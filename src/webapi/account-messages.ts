import type { MessageDefinition } from './message-definition.ts';

/** Passwords of local accounts, secrets of application users, bearer tokens, and by which ways users sign in. */
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
  {
    name: 'mr_CreateToken',
    kind: 'action',
    boundTo: 'systemuser',
    parameters: [
      { name: 'Name', type: 'Edm.String', required: true },
      { name: 'ExpiresOn', type: 'Edm.DateTimeOffset', required: false },
    ],
    returns: { Token: 'Edm.String' },
  },
  {
    name: 'mr_RevokeToken',
    kind: 'action',
    boundTo: 'systemuser',
    parameters: [{ name: 'TokenId', type: 'Edm.String', required: true }],
  },
  {
    name: 'mr_RetrieveTokens',
    kind: 'function',
    boundTo: 'systemuser',
    parameters: [],
    returns: { Tokens: 'Collection(mscrm.mr_TokenInfo)' },
  },
  {
    name: 'mr_RetrieveAllTokens',
    kind: 'function',
    parameters: [],
    returns: { Tokens: 'Collection(mscrm.mr_TokenInfo)' },
  },
  {
    name: 'mr_RetrieveSignInSettings',
    kind: 'function',
    parameters: [],
    returns: {
      LocalSignIn: 'Edm.Boolean',
      LocalAccounts: 'Edm.Int32',
      SessionHours: 'Edm.Int32',
      OidcIssuer: 'Edm.String',
      OidcAudience: 'Edm.String',
      OidcClientId: 'Edm.String',
      OidcIsClientSecretSet: 'Edm.Boolean',
      OidcName: 'Edm.String',
      OidcScopes: 'Edm.String',
      OidcUserColumn: 'Edm.String',
      OidcUserClaim: 'Edm.String',
      OidcReturnUrl: 'Edm.String',
      TokenUrl: 'Edm.String',
    },
  },
];

import type { MessageDefinition, MessageParameter } from './message-definition.ts';

const record = (name: string): MessageParameter => ({ name, type: 'record', required: true });

/** Sharing rows, and roles with their privileges. */
export const accessMessages: readonly MessageDefinition[] = [
  {
    name: 'GrantAccess',
    kind: 'action',
    parameters: [record('Target'), { name: 'PrincipalAccess', type: 'PrincipalAccess', required: true }],
  },
  {
    name: 'ModifyAccess',
    kind: 'action',
    parameters: [record('Target'), { name: 'PrincipalAccess', type: 'PrincipalAccess', required: true }],
  },
  { name: 'RevokeAccess', kind: 'action', parameters: [record('Target'), record('Revokee')] },
  {
    name: 'RetrievePrincipalAccess',
    kind: 'function',
    boundTo: 'systemuser',
    alsoBoundTo: ['team'],
    parameters: [record('Target')],
    returns: { AccessRights: 'Edm.String' },
  },
  {
    name: 'RetrieveSharedPrincipalsAndAccess',
    kind: 'function',
    parameters: [record('Target')],
    returns: { PrincipalAccesses: 'Collection(mscrm.PrincipalAccess)' },
  },
  {
    name: 'AddMembersTeam',
    kind: 'action',
    boundTo: 'team',
    parameters: [{ name: 'Members', type: 'Collection(record)', required: true }],
  },
  {
    name: 'RemoveMembersTeam',
    kind: 'action',
    boundTo: 'team',
    parameters: [{ name: 'Members', type: 'Collection(record)', required: true }],
  },
  {
    name: 'AddPrivilegesRole',
    kind: 'action',
    boundTo: 'role',
    parameters: [{ name: 'Privileges', type: 'Collection(RolePrivilege)', required: true }],
  },
  {
    name: 'ReplacePrivilegesRole',
    kind: 'action',
    boundTo: 'role',
    parameters: [{ name: 'Privileges', type: 'Collection(RolePrivilege)', required: true }],
  },
  {
    name: 'RemovePrivilegeRole',
    kind: 'action',
    boundTo: 'role',
    parameters: [{ name: 'PrivilegeId', type: 'Edm.Guid', required: true }],
  },
  {
    name: 'RetrieveRolePrivilegesRole',
    kind: 'function',
    parameters: [{ name: 'RoleId', type: 'Edm.Guid', required: true }],
    returns: { RolePrivileges: 'Collection(mscrm.RolePrivilege)' },
  },
  {
    name: 'RetrieveUserPrivileges',
    kind: 'function',
    boundTo: 'systemuser',
    parameters: [],
    returns: { RolePrivileges: 'Collection(mscrm.RolePrivilege)' },
  },
];

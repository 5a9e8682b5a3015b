import type { DepthName, RightName } from './access-right.ts';
import type { SpecialPrivilege } from './privileges.ts';

/** Depths by right. */
export type RightDepths = Readonly<Partial<Record<RightName, DepthName>>>;

/** A role that every installation begins with. */
export interface DefaultRole {
  readonly name: string;
  readonly description: string;
  /** Dataverse's id of its template, by which programs know the role. */
  readonly templateId?: string;
  /** Every privilege at its deepest. */
  readonly isEverything?: boolean;
  /** Rights by the noun in a privilege's name (`Account` of `prvReadAccount`). */
  readonly nouns: Readonly<Record<string, RightDepths>>;
  readonly special: Readonly<Partial<Record<SpecialPrivilege, DepthName>>>;
}

/** The template of the role that may do everything, the same in every organisation. */
export const systemAdministratorTemplate = '627090ff-40a3-4053-8790-584edc5be201';

/** Name of the role that a new user gets. */
export const basicUserRole = 'Basic User';

const all = (depth: DepthName): RightDepths => ({ create: depth, read: depth, write: depth, delete: depth, append: depth, appendTo: depth, assign: depth, share: depth });
const readOnly = (depth: DepthName): RightDepths => ({ read: depth });
const lookUp = (depth: DepthName): RightDepths => ({ read: depth, appendTo: depth });

/** The roles of a new installation (SE-01 to SE-04, SE-08, MB-14, AP-03). An operator may change all but the first. */
export const defaultRoles: readonly DefaultRole[] = [
  {
    name: 'System Administrator',
    description: 'May do and see everything.',
    templateId: systemAdministratorTemplate,
    isEverything: true,
    nouns: {},
    special: {},
  },
  {
    name: basicUserRole,
    description: 'Works with the own mail, activities, contacts, accounts and leads, and with the own mailbox.',
    nouns: {
      Account: all('basic'),
      Activity: all('basic'),
      BusinessUnit: lookUp('global'),
      Contact: all('basic'),
      EmailServerProfile: readOnly('basic'),
      ExchangeSyncIdMapping: readOnly('basic'),
      Lead: all('basic'),
      Mailbox: { read: 'basic', write: 'basic', append: 'basic', appendTo: 'basic' },
      MailboxTrackingCategory: all('basic'),
      MailboxTrackingFolder: all('basic'),
      mr_MailDecision: readOnly('basic'),
      Note: all('basic'),
      Organization: readOnly('global'),
      PrincipalSyncAttributeMap: { create: 'basic', read: 'basic', write: 'basic', delete: 'basic' },
      Query: readOnly('global'),
      Queue: { read: 'basic', append: 'basic', appendTo: 'basic' },
      Role: readOnly('global'),
      SyncAttributeMapping: readOnly('global'),
      SyncAttributeMappingProfile: readOnly('global'),
      SyncError: readOnly('basic'),
      Team: lookUp('global'),
      TraceLog: readOnly('basic'),
      User: lookUp('global'),
      UserQuery: all('basic'),
      UserSettings: { read: 'basic', write: 'basic' },
    },
    special: {
      prvOverrideCreatedOnCreatedBy: 'global',
      prvReadActionCard: 'basic',
      prvReadConnection: 'basic',
      prvReadIncident: 'basic',
      prvSearchAvailability: 'global',
      prvSendAsUser: 'global',
      prvSyncToOutlook: 'basic',
    },
  },
  {
    name: 'Mailbox Administrator',
    description: 'Sets up server profiles, mailboxes and queues, approves addresses and mends what fails, without reading the mail of others.',
    nouns: {
      BusinessUnit: lookUp('global'),
      EmailServerProfile: all('global'),
      ExchangeSyncIdMapping: readOnly('global'),
      Mailbox: all('global'),
      MailboxTrackingFolder: all('global'),
      MailboxTrackingCategory: all('global'),
      mr_MailDecision: readOnly('global'),
      Organization: readOnly('global'),
      Query: readOnly('global'),
      Queue: all('global'),
      Role: readOnly('global'),
      SyncError: { read: 'global', write: 'global', delete: 'global' },
      Team: lookUp('global'),
      TraceLog: { read: 'global', write: 'global', delete: 'global' },
      User: lookUp('global'),
      UserQuery: all('basic'),
      UserSettings: { read: 'global', write: 'global' },
    },
    special: { prvAdminReadExchangeSyncIdMapping: 'global', prvApproveRejectEmailAddress: 'global' },
  },
  {
    name: 'Auditor',
    description: 'Reads the audit of changes, roles and users; changes nothing.',
    nouns: { BusinessUnit: readOnly('global'), Organization: readOnly('global'), Role: readOnly('global'), Team: readOnly('global'), User: readOnly('global') },
    special: { prvReadAuditSummary: 'global', prvReadRecordAuditHistory: 'global' },
  },
  {
    name: 'Delegate',
    description: 'Lets a program act on behalf of other users, with no more rights than both have.',
    nouns: {},
    special: { prvActOnBehalfOfAnotherUser: 'global' },
  },
];

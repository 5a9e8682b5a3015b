import { AccessRight, type DepthName, type RightName } from './access-right.ts';
import { catalog, type TableName } from './catalog.ts';
import { tableAccess } from './table-access.ts';

/** A privilege that a role can carry. */
export interface Privilege {
  /** As Dataverse names it, `prvReadAccount`. */
  readonly name: string;
  /** The right to rows that it gives; undefined for a special one. */
  readonly right: RightName | undefined;
  readonly depths: readonly DepthName[];
}

const verbs: Readonly<Record<RightName, string>> = { create: 'Create', read: 'Read', write: 'Write', delete: 'Delete', append: 'Append', appendTo: 'AppendTo', assign: 'Assign', share: 'Share' };

/** Privileges to something else than the rows of a table (SE-01, SE-02, AP-03, SA-01, MO-07). */
export const specialPrivileges = [
  'prvActOnBehalfOfAnotherUser',
  'prvAdminReadExchangeSyncIdMapping',
  'prvApproveRejectEmailAddress',
  'prvOverrideCreatedOnCreatedBy',
  'prvReadActionCard',
  'prvReadAuditSummary',
  'prvReadConnection',
  'prvReadIncident',
  'prvReadRecordAuditHistory',
  'prvSearchAvailability',
  'prvSendAsUser',
  'prvSyncToOutlook',
] as const;

/** Name of a special privilege. */
export type SpecialPrivilege = (typeof specialPrivileges)[number];

/** Name of the privilege that a right to a table's rows asks for; undefined for tables without privileges of their own. */
export function privilegeName(table: TableName, right: RightName): string | undefined {
  const access = tableAccess(table);
  return 'noun' in access ? `prv${verbs[right]}${access.noun}` : undefined;
}

/** Every privilege there is, by name. */
export function allPrivileges(): readonly Privilege[] {
  const found = new Map<string, Privilege>();
  for (const table of Object.keys(catalog) as TableName[]) {
    for (const right of Object.keys(AccessRight) as RightName[]) {
      const name = privilegeName(table, right);
      const depths = depthsOf(table, right);
      if (name !== undefined && depths.length > 0) found.set(name, { name, right, depths });
    }
  }
  for (const name of specialPrivileges) found.set(name, { name, right: undefined, depths: ['basic', 'local', 'deep', 'global'] });
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function depthsOf(table: TableName, right: RightName): readonly DepthName[] {
  const access = tableAccess(table);
  const owned = right === 'assign' || right === 'share';
  if (access.kind === 'owner') return ['basic', 'local', 'deep', 'global'];
  if (access.kind === 'unit') return owned && table !== 'role' ? [] : ['basic', 'local', 'deep', 'global'];
  if (access.kind === 'organization') return owned ? [] : access.parents.length > 0 ? ['basic', 'global'] : ['global'];
  return [];
}

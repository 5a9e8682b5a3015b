import type { RightName } from './access-right.ts';
import { catalog, type TableName } from './catalog.ts';
import type { TableDefinition } from './table-definition.ts';

/** How the privileges to a table reach its rows. */
export type TableAccess =
  /** Rows have an owner, a user or a team, and through it a business unit. `own`: further columns that make a row one's own. */
  | { readonly kind: 'owner'; readonly noun: string; readonly own: readonly string[]; readonly isActivity: boolean }
  /** Rows lie in a business unit (column `unit`); `own` names the column by which a row is the user, one of their teams or their row. */
  | { readonly kind: 'unit'; readonly noun: string; readonly unit: string | undefined; readonly own: string | undefined }
  /** All rows or none; with less than organisation depth those that belong to a row one may read. */
  | { readonly kind: 'organization'; readonly noun: string; readonly parents: readonly ParentLink[] }
  /** No privileges of their own: reading asks for the right to read what they belong to (or to be named in a column of `own`), writing for `writing`. */
  | { readonly kind: 'part'; readonly parents: readonly ParentLink[]; readonly writing: RightName; readonly own?: readonly string[] }
  /** Everybody who is signed in may read; nobody writes. */
  | { readonly kind: 'open' }
  /** Whoever has the special privilege reads all rows; the service alone writes. */
  | { readonly kind: 'log'; readonly privilege: string }
  /** For administrators and the messages that keep it. */
  | { readonly kind: 'closed' };

/** What a row belongs to. */
export interface ParentLink {
  readonly column: string;
  readonly table: TableName;
}

const activity = (column: string): readonly ParentLink[] => [{ column, table: 'activitypointer' }];
const mailbox = (column: string): readonly ParentLink[] => [{ column, table: 'mailbox' }];
const unit = (noun: string, own: string | undefined, of: string | undefined = 'businessunitid'): TableAccess => ({ kind: 'unit', noun, unit: of, own });

/** Tables that their ownership alone does not describe. */
const particular: Readonly<Partial<Record<TableName, TableAccess>>> = {
  activitymimeattachment: { kind: 'part', parents: activity('objectid'), writing: 'write' },
  activityparty: { kind: 'part', parents: activity('activityid'), writing: 'write' },
  audit: { kind: 'log', privilege: 'prvReadAuditSummary' },
  exchangesyncidmapping: { kind: 'owner', noun: 'ExchangeSyncIdMapping', own: [], isActivity: false },
  mailboxstatistics: { kind: 'part', parents: mailbox('mailboxid'), writing: 'write' },
  mr_queuemember: { kind: 'part', parents: [{ column: 'mr_queueid', table: 'queue' }], writing: 'write' },
  mr_creationruleitem: { kind: 'part', parents: [{ column: 'mr_creationruleid', table: 'mr_creationrule' }], writing: 'write' },
  mr_maildecision: { kind: 'organization', noun: 'mr_MailDecision', parents: mailbox('mr_mailboxid') },
  mr_quarantine: { kind: 'organization', noun: 'mr_Quarantine', parents: mailbox('mr_mailboxid') },
  principalobjectaccess: { kind: 'closed' },
  principalsyncattributemap: { kind: 'unit', noun: 'PrincipalSyncAttributeMap', unit: undefined, own: 'principalid' },
  privilege: { kind: 'open' },
  queueitem: { kind: 'part', parents: [{ column: 'queueid', table: 'queue' }], writing: 'appendTo', own: ['workerid'] },
  recurrencerule: { kind: 'part', parents: activity('objectid'), writing: 'write' },
  role: unit('Role', undefined),
  roleprivileges: { kind: 'part', parents: [{ column: 'roleid', table: 'role' }], writing: 'write' },
  roletemplate: { kind: 'open' },
  systemuser: unit('User', 'systemuserid'),
  systemuserroles: { kind: 'part', parents: [{ column: 'systemuserid', table: 'systemuser' }], writing: 'read' },
  team: unit('Team', 'teamid'),
  teammembership: { kind: 'part', parents: [{ column: 'teamid', table: 'team' }], writing: 'write' },
  teamroles: { kind: 'part', parents: [{ column: 'teamid', table: 'team' }], writing: 'read' },
  tracelog: { kind: 'organization', noun: 'TraceLog', parents: [...mailbox('regardingobjectid'), { column: 'regardingobjectid', table: 'emailserverprofile' }] },
  usersettings: unit('UserSettings', 'systemuserid'),
};

/** Names in privileges that are not the schema name. */
const nouns: Readonly<Partial<Record<TableName, string>>> = { annotation: 'Note', savedquery: 'Query' };

/** How privileges reach the rows of a table: as listed, else by its ownership. */
export function tableAccess(name: TableName): TableAccess {
  return accesses[name];
}

const accesses: Readonly<Record<TableName, TableAccess>> = Object.fromEntries((Object.keys(catalog) as TableName[]).map((name) => [name, particular[name] ?? byOwnership(name, catalog[name])])) as Record<TableName, TableAccess>;

function byOwnership(name: TableName, { ownership, columns, primaryId, schemaName }: TableDefinition): TableAccess {
  const noun = nouns[name] ?? schemaName;
  if (primaryId === 'activityid') return { kind: 'owner', noun: 'Activity', own: [], isActivity: true };
  if (Object.hasOwn(columns, 'ownerid') && Object.hasOwn(columns, 'owningbusinessunit')) return { kind: 'owner', noun, own: [], isActivity: false };
  if (ownership === 'BusinessOwned' && Object.hasOwn(columns, 'businessunitid')) return unit(noun, undefined);
  return { kind: 'organization', noun, parents: [] };
}

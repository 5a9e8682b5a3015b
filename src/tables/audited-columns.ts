import type { ColumnDefinition, TableDefinition } from './table-definition.ts';

/** Tables that are audited as long as no row of `mr_auditsetting` says otherwise: profiles, mailboxes, users, roles, shares and settings. */
const auditedByDefault: ReadonlySet<string> = new Set([
  ...['businessunit', 'emailserverprofile', 'mailbox', 'mr_creationrule', 'mr_creationruleitem', 'mr_queuemember', 'mr_subscription'],
  ...['mr_webhook', 'organization', 'principalobjectaccess', 'queue', 'role', 'roleprivileges', 'systemuser', 'systemuserroles'],
  ...['team', 'teammembership', 'teamroles', 'usersettings'],
]);

/** Tables whose rows the service makes of its own work; they are never audited. */
const neverAudited: ReadonlySet<string> = new Set([
  ...['activitypointer', 'audit', 'emailhash', 'emailsearch', 'exchangesyncidmapping', 'mailboxstatistics', 'mr_auditsetting', 'mr_delivery', 'mr_maildecision', 'privilege'],
  ...['principalsyncattributemap', 'recurrencerule', 'roletemplate', 'syncerror', 'traceassociation', 'tracelog', 'traceregarding', 'unresolvedaddress'],
]);

/** True for tables of which changes can be audited. */
export function canBeAudited(table: string): boolean {
  return !neverAudited.has(table);
}

/** True for tables that are audited when nothing else is set. */
export function isAuditedByDefault(table: string): boolean {
  return auditedByDefault.has(table);
}

/** Who wrote a row and when, which the audit says itself, and what follows from other columns. */
const bookkeeping: ReadonlySet<string> = new Set([
  ...['createdby', 'createdon', 'createdonbehalfby', 'modifiedby', 'modifiedon', 'modifiedonbehalfby', 'overriddencreatedon', 'versionnumber'],
  ...['owningbusinessunit', 'owningteam', 'owninguser', 'timezoneruleversionnumber', 'utcconversiontimezonecode', 'importsequencenumber', 'changedon'],
  ...['processid', 'stageid', 'traversedpath', 'overwritetime', 'entityimage_timestamp', 'entityimage_url', 'entityimageid', 'exchangerate'],
]);

/** What the engine writes down as it works, though callers may write it too. */
const engineState: ReadonlySet<string> = new Set([
  ...['actstatus', 'exchangesyncstatexml', 'folderhierarchy', 'incomingemailstatus', 'itemsfailedforlastsync', 'itemsprocessedforlastsync', 'lastautodiscoveredon'],
  ...['lastincomingemailsrequestedfromemailserveron', 'lastmessageid', 'lastsuccessfulsynccompletedon', 'lastsyncerror', 'lastsyncerrorcode', 'lastsyncerrorcount'],
  ...['lastsyncerrormachinename', 'lastsyncerroroccurredon', 'lasttagcompletedon', 'lasttaggedmessageid', 'lasttagprocessedmaxitems', 'mailboxprocessingcontext'],
  ...['oauthaccesstoken', 'oauthrefreshtoken', 'oauthtokenexpireson', 'outgoingemailstatus', 'postponemailboxprocessinguntil', 'postponesendinguntil'],
  ...['postponetestemailconfigurationuntil', 'processinglastattemptedon', 'testemailconfigurationretrycount', 'testemailconfigurationscheduled', 'testmailboxaccesscompletedon'],
  ...['lastcrmmessage', 'lasttestexecutionstatus', 'lasttestrequest', 'lasttestresponse', 'lastteststarttime', 'lasttesttotalexecutiontime', 'lasttestvalidationstatus', 'lastauthorizationstatus'],
  ...['nexttrackingnumber', 'currenttrackingnumber'],
]);

/** Tables of whose read-only columns the engine's work alone changes the most. */
const busyTables: ReadonlySet<string> = new Set(['emailserverprofile', 'mailbox', 'mr_webhook', 'queue']);
/** Read-only columns of these that tell of a decision. */
const decisive: ReadonlySet<string> = new Set(['defaultmailbox', 'isforwardmailbox', 'regardingobjectid']);

/** True for columns whose changes can be audited. */
export function canColumnBeAudited(name: string, column: ColumnDefinition): boolean {
  const isValue = column.type !== 'Image' && column.type !== 'File' && column.type !== 'PartyList';
  return isValue && !column.internal && column.access !== '-' && !bookkeeping.has(name);
}

/** True for columns whose changes are audited when their table is and nothing else is set. */
export function isColumnAuditedByDefault(table: TableDefinition, name: string, column: ColumnDefinition): boolean {
  if (!canColumnBeAudited(name, column) || name === table.primaryId || engineState.has(name)) return false;
  return column.access !== 'R' || !busyTables.has(table.logicalName) || decisive.has(name);
}

/** True for columns of whose values the audit says nothing but that they changed. */
export function isValueWithheld(name: string, column: ColumnDefinition): boolean {
  return (column.access !== undefined && !column.access.includes('R')) || /password|secret|oauth.*token|sastoken/.test(name);
}

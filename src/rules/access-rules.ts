import { MailroomError } from '../base/errors.ts';
import type { Filter } from '../store/record-store.ts';
import { PrivilegeDepth, type RightName } from '../tables/access-right.ts';
import { type ColumnName, catalog, type TableName } from '../tables/catalog.ts';
import { privilegeName, type SpecialPrivilege } from '../tables/privileges.ts';
import { callerLimits } from './caller-limits.ts';
import { askedRight, unitsOf } from './row-limits.ts';
import type { RuleCaller, RuleContext } from './table-rules.ts';

/** Throws 80040220 unless the caller has the right to some rows of the table at least; which rows is requireRow's. */
export function checkPrivilege(caller: RuleCaller, right: RightName, table: TableName): void {
  callerLimits(caller, askedRight(right, table))?.(table);
}

/** True when the caller has the right to this row, as it stands in the open transaction. */
export async function hasRight(context: RuleContext, right: RightName, table: TableName, id: string): Promise<boolean> {
  const limits = callerLimits(context.caller, askedRight(right, table));
  if (limits?.(table) === undefined) return true;
  const columns = [catalog[table].primaryId] as unknown as readonly ColumnName<TableName>[];
  return (await context.scope.readsWithin(limits).retrieve(table, id, columns)) !== undefined;
}

/** Throws 80040220 unless the caller has the right to all of these rows; one statement at most. */
export async function requireRows(
  context: RuleContext,
  right: RightName,
  table: TableName,
  ids: readonly string[],
): Promise<void> {
  const limits = callerLimits(context.caller, askedRight(right, table));
  if (ids.length === 0 || limits?.(table) === undefined) return;
  const { primaryId } = catalog[table];
  const filter: Filter = { column: primaryId, operator: 'in', value: ids };
  if ((await context.scope.readsWithin(limits).count(table, filter, ids.length)) < ids.length)
    throw notReached(right === 'create' ? `create these rows of ${table} (for their owners)` : `${words[right]} them`);
}

/** Throws 80040220 unless the caller has the right to this row. */
export async function requireRow(context: RuleContext, right: RightName, table: TableName, id: string): Promise<void> {
  if (await hasRight(context, right, table, id)) return;
  throw notReached(
    right === 'create' ? `create this row of ${table} (for this owner)` : `${words[right]} ${table} ${id}`,
  );
}

function notReached(what: string): MailroomError {
  return new MailroomError(
    `You may not ${what}: your roles do not reach it. Ask its owner to share it, or an administrator for a role that reaches further.`,
    { code: '80040220', kind: 'item' },
  );
}

const words: Readonly<Record<RightName, string>> = {
  append: 'link',
  appendTo: 'link something to',
  assign: 'assign',
  create: 'create',
  delete: 'delete',
  read: 'read',
  share: 'share',
  write: 'change',
};

/** True when the caller has the right to all rows of the table. */
export function isUnlimited(caller: RuleCaller, right: RightName, table: TableName): boolean {
  const name = privilegeName(table, right);
  const grants = name === undefined ? undefined : caller.rights?.grants.get(name);
  return caller.isAdministrator || (grants?.some((grant) => grant.depth >= PrivilegeDepth.global) ?? false);
}

/** True when the caller has the right to this row for more than being its owner: by business unit, organisation or as administrator. */
export async function hasWideRight(
  context: RuleContext,
  right: RightName,
  table: TableName,
  id: string,
): Promise<boolean> {
  const { caller } = context;
  const name = privilegeName(table, right);
  if (caller.isAdministrator || caller.rights === undefined || name === undefined) return caller.isAdministrator;
  const grants = caller.rights.grants.get(name)?.filter((grant) => grant.depth >= PrivilegeDepth.local) ?? [];
  if (grants.length === 0) return false;
  const rights = { ...caller.rights, grants: new Map([[name, grants]]) };
  return hasRight({ ...context, caller: { ...caller, rights } }, right, table, id);
}

/** As requireRow, for what being the owner is not enough. */
export async function requireWideRight(
  context: RuleContext,
  right: RightName,
  table: TableName,
  id: string,
): Promise<void> {
  if (!(await hasWideRight(context, right, table, id))) throw notReached(`${words[right]} ${table} ${id} in this way`);
}

/** True when the caller has a special privilege, at whatever depth. */
export function hasPrivilege(caller: RuleCaller, privilege: SpecialPrivilege): boolean {
  return caller.isAdministrator || (caller.rights?.grants.get(privilege)?.length ?? 0) > 0;
}

/** True when a special privilege reaches this user: the caller's own user, one of a business unit within its depth, or any. */
export async function reachesUser(
  context: RuleContext,
  privilege: SpecialPrivilege,
  systemuserid: string,
): Promise<boolean> {
  const { caller } = context;
  if (caller.isAdministrator || systemuserid === caller.systemuserid) return true;
  const grants = caller.rights?.grants.get(privilege) ?? [];
  if (grants.some((grant) => grant.depth >= PrivilegeDepth.global)) return true;
  const row = await context.records.retrieve('systemuser', systemuserid, ['businessunitid']);
  const unit = row?.businessunitid?.id;
  return caller.rights !== undefined && unit !== undefined && unitsOf(caller.rights, grants).includes(unit);
}

import { readAccessRights, readTeamRights } from '../store/read-access-rights.ts';
import type { RowLimits } from '../store/row-limit.ts';
import { AccessRight, type RightName } from '../tables/access-right.ts';
import { findTable, type RecordOf, type TableName } from '../tables/catalog.ts';
import { tableAccess } from '../tables/table-access.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { hasRight, requireRow } from './access-rules.ts';
import { refuse } from './refuse.ts';
import { rowLimits } from './row-limits.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

type Share = RecordOf<'principalobjectaccess'>;

const names = Object.keys(AccessRight) as readonly RightName[];

/** Gives a user or team rights to one row beside those they have by share already. Throws 80040220 unless the caller may share the row and has each of the rights. */
export async function grantAccess(
  context: RuleContext,
  target: EntityReference,
  principal: EntityReference,
  rights: readonly RightName[],
): Promise<void> {
  const share = await openShare(context, target, principal, rights);
  await writeShare(context, target, principal, share, (share?.accessrightsmask ?? 0) | maskOf(rights));
}

/** As grantAccess, in place of the rights shared so far; none ends the share. */
export async function modifyAccess(
  context: RuleContext,
  target: EntityReference,
  principal: EntityReference,
  rights: readonly RightName[],
): Promise<void> {
  const share = await openShare(context, target, principal, rights);
  await writeShare(context, target, principal, share, maskOf(rights));
}

/** Ends the share of a row with a user or team; nothing happens when there is none. */
export async function revokeAccess(
  context: RuleContext,
  target: EntityReference,
  principal: EntityReference,
): Promise<void> {
  await writeShare(context, target, principal, await openShare(context, target, principal, []), 0);
}

/** The rights a user or team has to a row, by roles, ownership, shares and being party (RetrievePrincipalAccess). */
export async function principalAccess(
  context: RuleContext,
  target: EntityReference,
  principal: EntityReference,
): Promise<readonly RightName[]> {
  const table = ownedTable(target.table);
  await lockVisible(context, table, target.id);
  const found: RightName[] = [];
  const rights =
    principal.table === 'team'
      ? await readTeamRights(context.scope, principal.id)
      : await readAccessRights({ sql: context.scope.sql, records: context.records }, principal.id);
  const caller = { systemuserid: principal.id, isAdministrator: rights.isAdministrator, rights };
  for (const right of names) {
    if (!isClosed(rowLimits(rights, right), table) && (await hasRight({ ...context, caller }, right, table, target.id)))
      found.push(right);
  }
  return found;
}

/** With whom a row is shared, and with which rights (RetrieveSharedPrincipalsAndAccess). */
export async function sharedWith(
  context: RuleContext,
  target: EntityReference,
): Promise<readonly { readonly principal: EntityReference; readonly rights: readonly RightName[] }[]> {
  await lockVisible(context, ownedTable(target.table), target.id);
  const shares = await context.records.retrieveMultiple({
    table: 'principalobjectaccess',
    filter: { column: 'objectid', operator: 'eq', value: target.id },
  });
  return shares.rows.map((share) => ({
    principal: { table: share.principaltypecode ?? 'systemuser', id: share.principalid ?? '' },
    rights: names.filter((right) => ((share.accessrightsmask ?? 0) & AccessRight[right]) !== 0),
  }));
}

const maskOf = (rights: readonly RightName[]): number => rights.reduce((mask, right) => mask | AccessRight[right], 0);

function isClosed(limits: RowLimits, table: TableName): boolean {
  try {
    limits(table);
    return false;
  } catch {
    return true;
  }
}

function ownedTable(name: string): TableName {
  if (findTable(name) !== undefined && tableAccess(name as TableName).kind === 'owner') return name as TableName;
  refuse('80040203', `Rows of ${name} cannot be shared; only rows that users and teams own can. Name such a row.`);
}

/** Checks that the caller may share the row with these rights; returns the share there is. */
async function openShare(
  context: RuleContext,
  target: EntityReference,
  principal: EntityReference,
  rights: readonly RightName[],
): Promise<Share | undefined> {
  const table = ownedTable(target.table);
  if (principal.table !== 'systemuser' && principal.table !== 'team')
    refuse('80040203', `A row is shared with a user or a team, not with a ${principal.table}. Name one of these.`);
  await lockVisible(context, table, target.id);
  await requireRow(context, 'share', table, target.id);
  for (const right of rights) await requireRow(context, right, table, target.id);
  if ((await context.records.retrieve(principal.table, principal.id, [])) === undefined)
    refuse('80040217', `There is no ${principal.table} with the id ${principal.id}. Choose an existing one.`);
  return readShare(context, target.id, principal.id);
}

async function readShare(context: RuleContext, objectid: string, principalid: string): Promise<Share | undefined> {
  const page = await context.records.retrieveMultiple({
    table: 'principalobjectaccess',
    filter: {
      and: [
        { column: 'principalid', operator: 'eq', value: principalid },
        { column: 'objectid', operator: 'eq', value: objectid },
      ],
    },
    limit: 1,
    lock: 'wait',
  });
  return page.rows[0];
}

async function writeShare(
  context: RuleContext,
  target: EntityReference,
  principal: EntityReference,
  share: Share | undefined,
  accessrightsmask: number,
): Promise<void> {
  const { records } = context;
  const id = share?.principalobjectaccessid ?? '';
  if (accessrightsmask === 0) {
    if (share !== undefined) await records.delete('principalobjectaccess', id);
    return;
  }
  const changedon = context.clock.now();
  if (share !== undefined) {
    await records.update('principalobjectaccess', id, { accessrightsmask, changedon });
    return;
  }
  await records.create('principalobjectaccess', {
    objectid: target.id,
    objecttypecode: target.table,
    principalid: principal.id,
    principaltypecode: principal.table,
    accessrightsmask,
    inheritedaccessrightsmask: 0,
    changedon,
  });
}

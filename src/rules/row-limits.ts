import { MailroomError } from '../base/errors.ts';
import type { AccessRights, Grant } from '../store/access-rights.ts';
import type { RowLimit, RowLimits, RowTest } from '../store/row-limit.ts';
import { PrivilegeDepth, type RightName } from '../tables/access-right.ts';
import { catalog, type TableName } from '../tables/catalog.ts';
import { QueueViewType } from '../tables/choices.ts';
import { privilegeName } from '../tables/privileges.ts';
import { type TableAccess, tableAccess } from '../tables/table-access.ts';

type Kind<K extends TableAccess['kind']> = Extract<TableAccess, { kind: K }>;

/** The right that doing `right` with a row of the table asks for: of a part, the right to what it belongs to. */
export function askedRight(right: RightName, table: TableName): RightName {
  const access = tableAccess(table);
  return access.kind === 'part' && right !== 'read' ? access.writing : right;
}

/** The rows of every table in which a user has a right, by their roles, teams, shares and being party; undefined for all rows. The limits throw 80040220 for a table in which the user has it nowhere. */
export function rowLimits(rights: AccessRights, right: RightName): RowLimits {
  return (table) => (rights.isAdministrator ? undefined : limitOf(rights, right, table));
}

function limitOf(rights: AccessRights, right: RightName, table: TableName): RowLimit | undefined {
  const access = tableAccess(table);
  switch (access.kind) {
    case 'open':
      return right === 'read' ? undefined : refuse(right, table);
    case 'log':
      if (right === 'read' && (rights.grants.get(access.privilege)?.length ?? 0) > 0) return undefined;
      return refuse(right, table, right === 'read' ? access.privilege : undefined);
    case 'closed':
      return refuse(right, table);
    case 'part':
      return partLimit(rights, right, access);
    default:
      return grantedLimit(rights, right, table, access);
  }
}

/** A part is open where what it belongs to is. */
function partLimit(rights: AccessRights, right: RightName, access: Kind<'part'>): RowLimit {
  for (const { table: parent } of access.parents) limitOf(rights, right, parent);
  const own = (access.own ?? []).map((column) => ({ column, ids: [rights.systemuserid, ...rights.teams] }));
  return { anyOf: [...own, ...access.parents.map(({ column, table: parent }) => ({ parent: column, table: parent }))] };
}

function grantedLimit(
  rights: AccessRights,
  right: RightName,
  table: TableName,
  access: Kind<'owner' | 'unit' | 'organization'>,
): RowLimit | undefined {
  const name = privilegeName(table, right);
  const grants = name === undefined ? undefined : rights.grants.get(name);
  if (grants === undefined || grants.length === 0) refuse(right, table, name);
  if (grants.some((grant) => grant.depth >= PrivilegeDepth.global)) return undefined;
  if (access.kind === 'organization')
    return { anyOf: access.parents.map(({ column, table: parent }) => ({ parent: column, table: parent })) };
  const units = unitsOf(rights, grants);
  if (access.kind === 'unit') return { anyOf: unitTests(rights, table, access, units) };
  const tests: RowTest[] = [{ column: 'ownerid', ids: ownersOf(rights, grants) }];
  for (const column of access.own) tests.push({ column, ids: [rights.systemuserid] });
  if (units.length > 0) tests.push({ column: 'owningbusinessunit', ids: units });
  tests.push({ sharedWith: [rights.systemuserid, ...rights.teams], right });
  if (access.isActivity && rights.partyRights.includes(right)) tests.push({ partyIs: rights.systemuserid });
  if (table === 'queue' && usingQueue.has(right)) tests.push(...usableQueue(rights));
  return { anyOf: tests };
}

/** Rights that working with a queue takes. */
const usingQueue: ReadonlySet<RightName> = new Set<RightName>(['read', 'append', 'appendTo']);

/** Public queues, and those one is a member of. */
function usableQueue(rights: AccessRights): readonly RowTest[] {
  return [
    { column: 'queueviewtype', not: QueueViewType.private },
    { memberAmong: [rights.systemuserid, ...rights.teams] },
  ];
}

function unitTests(
  rights: AccessRights,
  table: TableName,
  access: Kind<'unit'>,
  units: readonly string[],
): readonly RowTest[] {
  const tests: RowTest[] = [];
  if (access.own !== undefined) tests.push({ column: access.own, ids: [rights.systemuserid, ...rights.teams] });
  const column = access.unit ?? catalog[table].primaryId;
  const own = rights.businessunitid;
  const all = access.own === undefined && own !== undefined ? [...new Set([own, ...units])] : units;
  if (all.length > 0) tests.push({ column, ids: all });
  return tests;
}

/** Owners whose rows the privilege reaches at any depth. */
function ownersOf(rights: AccessRights, grants: readonly Grant[]): readonly string[] {
  const owners = new Set<string>();
  for (const grant of grants) {
    owners.add(grant.principal);
    if (grant.isUsers) owners.add(rights.systemuserid);
  }
  return [...owners];
}

/** Business units that the grants reach. */
export function unitsOf(rights: AccessRights, grants: readonly Grant[]): readonly string[] {
  const units = new Set<string>();
  for (const { unit, depth } of grants) {
    if (depth >= PrivilegeDepth.deep) for (const below of rights.unitTrees.get(unit) ?? [unit]) units.add(below);
    else if (depth >= PrivilegeDepth.local) units.add(unit);
  }
  return [...units];
}

const deeds: Readonly<Record<RightName, string>> = {
  append: 'link',
  appendTo: 'link something to',
  assign: 'assign',
  create: 'create',
  delete: 'delete',
  read: 'read',
  share: 'share',
  write: 'change',
};

function refuse(right: RightName, table: TableName, privilege?: string): never {
  const missing = privilege === undefined ? '' : ` (privilege ${privilege})`;
  throw new MailroomError(
    `You may not ${deeds[right]} rows of ${table}${missing}. Ask an administrator for a role that allows it.`,
    { code: '80040220', kind: 'item' },
  );
}

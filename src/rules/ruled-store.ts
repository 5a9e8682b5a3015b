import type { Clock } from '../base/clock.ts';
import { newUuid } from '../base/uuid.ts';
import { emailEnabledTables, indexAddresses, indexAddressesOfRows, removeAddresses } from '../store/address-index.ts';
import type { Database, StoreScope } from '../store/database.ts';
import { type OrganizationSettings, readOrganizationSettings } from '../store/organization-settings.ts';
import { noteAuditUser } from '../store/record-audit.ts';
import type { Filter, RecordStore, WriteOptions } from '../store/record-store.ts';
import { assertReferences, assertReferencesOfRows } from '../store/references.ts';
import { type ColumnName, catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import { checkPrivilege, requireRow, requireRows } from './access-rules.ts';
import { callerLimits } from './caller-limits.ts';
import { changedValues, checkLinks, checkLinksOfRows, isAssignment } from './link-rules.ts';
import { checkRequired } from './required-columns.ts';
import { ruleBook } from './rule-book.ts';
import { createRuledReads } from './ruled-reads.ts';
import type { RuleCaller, RuleContext, TableRules } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

export interface RuledStoreOptions {
  readonly database: Database;
  readonly caller: RuleCaller;
  readonly clock: Clock;
  /** Called after a commit with the mailboxes whose schedule may have changed. */
  readonly onMailboxesTouched: (mailboxids: readonly string[]) => void;
}

/** A record store in which every read is limited to what the caller may see and every write carries out the rules of its table, in one transaction. */
export interface RuledStore extends RecordStore, Pick<StoreScope, 'fetch'> {
  /** Runs `work` under the caller's rules in one transaction; for messages such as SendEmail. */
  act<T>(work: (context: RuleContext) => Promise<T>): Promise<T>;
  /** All writes of `work` succeed or none (a change set). */
  together<T>(work: (store: RuledStore) => Promise<T>): Promise<T>;
}

/** The ruled store of one caller. */
export function createRuledStore(options: RuledStoreOptions): RuledStore {
  const transact = async <T>(work: (context: RuleContext) => Promise<T>): Promise<T> => {
    const touched = new Set<string>();
    const result = await options.database.transaction(async (scope) => {
      touched.clear();
      return work(await ruleContext(scope, options, touched));
    });
    if (touched.size > 0) options.onMailboxesTouched([...touched]);
    return result;
  };
  return build(options, transact, options.database);
}

async function ruleContext(scope: StoreScope, options: RuledStoreOptions, touched: Set<string>): Promise<RuleContext> {
  const settings: OrganizationSettings = await readOrganizationSettings(scope.records);
  const { systemuserid, actingUserId } = options.caller;
  if (settings.isAuditEnabled) await noteAuditUser(scope, systemuserid, actingUserId);
  return {
    scope,
    records: scope.records.as(options.caller.systemuserid, options.caller.actingUserId ?? null),
    caller: options.caller,
    settings,
    clock: options.clock,
    touchedMailboxes: touched,
  };
}

type Transact = <T>(work: (context: RuleContext) => Promise<T>) => Promise<T>;

function build(options: RuledStoreOptions, transact: Transact, scope: StoreScope): RuledStore {
  const { caller } = options;
  return {
    ...createRuledReads(scope, caller),
    create: (table, values) => transact((context) => createRuled(context, table, values)),
    createMany: (table, rows) =>
      transact(async (context) => {
        await createManyRuled(context, table, rows);
        return rows.map(() => true);
      }),
    // Rules look at each row when it is written.
    prepareMany: () => undefined,
    update: (table, id, values, write) => transact((context) => updateRuled(context, table, id, values, write)),
    updateMany: (table, rows) =>
      transact(async (context) => {
        for (const { id, values } of rows) await updateRuled(context, table, id, values);
        return rows.length;
      }),
    updateWhere: (table, filter, values) => transact((context) => updateMatches(context, table, filter, values)),
    delete: (table, id, write) => transact((context) => deleteRuled(context, table, id, write)),
    as: (systemuserid) => createRuledStore({ ...options, caller: { ...caller, systemuserid } }),
    act: transact,
    together: (work) => transact((context) => work(build(options, (inner) => inner(context), context.scope))),
  };
}

const rulesOf = <N extends TableName>(table: N): TableRules<N> => (ruleBook[table] ?? {}) as TableRules<N>;

async function createRuled<N extends TableName>(context: RuleContext, table: N, given: RecordOf<N>): Promise<string> {
  checkPrivilege(context.caller, 'create', table);
  const rules = rulesOf(table);
  const values = rules.beforeCreate ? await rules.beforeCreate(context, given) : given;
  checkRequired(table, values);
  await assertReferences(context.scope, table, values);
  const id = await context.records.create(table, values);
  await requireRow(context, 'create', table, id);
  await checkLinks(context, table, id, given);
  if (emailEnabledTables.has(table)) await indexAddresses(context.scope, table, id, values);
  await rules.afterCreate?.(context, id, values);
  return id;
}

/** Rows of one table together: what one statement can ask or write for all of them is asked and written once. */
async function createManyRuled<N extends TableName>(
  context: RuleContext,
  table: N,
  given: readonly RecordOf<N>[],
): Promise<void> {
  checkPrivilege(context.caller, 'create', table);
  const rules = rulesOf(table);
  const { primaryId } = catalog[table];
  const nowMs = context.clock.now().getTime();
  const isGiven = (row: object): boolean => typeof (row as Readonly<Record<string, unknown>>)[primaryId] === 'string';
  const fresh = given.flatMap((row) => (isGiven(row) ? [] : [newUuid(nowMs)])).sort();
  let next = 0;
  const rows: { readonly id: string; readonly given: RecordOf<N>; readonly values: RecordOf<N> }[] = [];
  for (const row of given) {
    const values = rules.beforeCreate ? await rules.beforeCreate(context, row) : row;
    checkRequired(table, values);
    const own = (values as Readonly<Record<string, unknown>>)[primaryId];
    const id = typeof own === 'string' ? own.toLowerCase() : (fresh[next++] ?? newUuid(nowMs));
    rows.push({ id, given: row, values: { ...values, [primaryId]: id } });
  }
  const ids = rows.map(({ id }) => id);
  const all = rows.map(({ values }) => values);
  await assertReferencesOfRows(context.scope, table, all);
  await context.records.createMany(table, all);
  await requireRows(context, 'create', table, ids);
  await checkLinksOfRows(context, table, rows);
  if (emailEnabledTables.has(table)) await indexAddressesOfRows(context.scope, table, ids);
  if (rules.afterCreateMany) return rules.afterCreateMany(context, ids);
  for (const { id, values } of rows) await rules.afterCreate?.(context, id, values);
}

async function updateRuled<N extends TableName>(
  context: RuleContext,
  table: N,
  id: string,
  given: RecordOf<N>,
  write?: WriteOptions,
): Promise<bigint> {
  checkPrivilege(context.caller, 'write', table);
  const before = await lockFor(context, 'write', table, id);
  if (isAssignment(before, given)) await requireRow(context, 'assign', table, id);
  const rules = rulesOf(table);
  const values = rules.beforeUpdate ? await rules.beforeUpdate(context, id, before, given) : given;
  await assertReferences(context.scope, table, values);
  const version = await context.records.update(table, id, values, write);
  await checkLinks(context, table, id, changedValues(before, given));
  if (emailEnabledTables.has(table)) await indexAddresses(context.scope, table, id, { ...before, ...values });
  await rules.afterUpdate?.(context, id, before, values);
  return version;
}

async function updateMatches<N extends TableName>(
  context: RuleContext,
  table: N,
  filter: Filter,
  values: RecordOf<N>,
): Promise<number> {
  const primaryId = catalog[table].primaryId;
  const limits = callerLimits(context.caller, 'read');
  const reads = limits === undefined ? context.records : context.scope.readsWithin(limits);
  const page = await reads.retrieveMultiple({ table, filter, columns: [primaryId as ColumnName<N>] });
  for (const row of page.rows)
    await updateRuled(context, table, String((row as Record<string, unknown>)[primaryId]), values);
  return page.rows.length;
}

async function deleteRuled<N extends TableName>(
  context: RuleContext,
  table: N,
  id: string,
  write?: WriteOptions,
): Promise<void> {
  checkPrivilege(context.caller, 'delete', table);
  const before = await lockFor(context, 'delete', table, id);
  const rules = rulesOf(table);
  await rules.beforeDelete?.(context, id, before);
  await context.records.delete(table, id, write);
  if (emailEnabledTables.has(table)) await removeAddresses(context.scope, table, id);
  await rules.afterDelete?.(context, id, before);
}

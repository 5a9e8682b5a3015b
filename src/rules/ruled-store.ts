import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import { emailEnabledTables, indexAddresses, removeAddresses } from '../store/address-index.ts';
import type { Database, StoreScope } from '../store/database.ts';
import { type OrganizationSettings, readOrganizationSettings } from '../store/organization-settings.ts';
import type { Filter, Query, RecordStore, WriteOptions } from '../store/record-store.ts';
import { assertReferences } from '../store/references.ts';
import { type ColumnName, catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import { checkMayWrite, readLimit } from './access-rules.ts';
import { checkRequired } from './required-columns.ts';
import { ruleBook } from './rule-book.ts';
import type { RuleCaller, RuleContext, TableRules } from './table-rules.ts';

export interface RuledStoreOptions {
  readonly database: Database;
  readonly caller: RuleCaller;
  readonly clock: Clock;
  /** Called after a commit with the mailboxes whose schedule may have changed. */
  readonly onMailboxesTouched: (mailboxids: readonly string[]) => void;
}

/** A record store in which every read is limited to what the caller may see and every write carries out the rules of its table, in one transaction. */
export interface RuledStore extends RecordStore {
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
  return build(options, transact, options.database.records);
}

async function ruleContext(scope: StoreScope, options: RuledStoreOptions, touched: Set<string>): Promise<RuleContext> {
  const settings: OrganizationSettings = await readOrganizationSettings(scope.records);
  return {
    scope,
    records: scope.records.as(options.caller.systemuserid),
    caller: options.caller,
    settings,
    clock: options.clock,
    touchedMailboxes: touched,
  };
}

type Transact = <T>(work: (context: RuleContext) => Promise<T>) => Promise<T>;

function build(options: RuledStoreOptions, transact: Transact, reads: RecordStore): RuledStore {
  const { caller } = options;
  return {
    retrieve: (table, id, columns) => readOne(reads, caller, table, id, columns),
    retrieveMultiple: async (query) => reads.retrieveMultiple(limited(caller, query)),
    count: async (table, filter) => reads.count(table, both(readLimit(caller, table), filter)),
    create: (table, values) => transact((context) => createRuled(context, table, values)),
    createMany: (table, rows) =>
      transact(async (context) => {
        for (const row of rows) await createRuled(context, table, row);
        return rows.map(() => true);
      }),
    update: (table, id, values, write) => transact((context) => updateRuled(context, table, id, values, write)),
    updateWhere: (table, filter, values) => transact((context) => updateMatches(context, table, filter, values)),
    delete: (table, id, write) => transact((context) => deleteRuled(context, table, id, write)),
    changesSince: async (table, cursor, limit) => {
      if (readLimit(caller, table) !== undefined) {
        throw new MailroomError(`Change tracking of ${table} is for administrators.`, {
          code: '80040220',
          kind: 'item',
        });
      }
      return reads.changesSince(table, cursor, limit);
    },
    as: (systemuserid) => createRuledStore({ ...options, caller: { ...caller, systemuserid } }),
    act: transact,
    together: (work) => transact((context) => work(build(options, (inner) => inner(context), context.records))),
  };
}

async function readOne<N extends TableName>(
  reads: RecordStore,
  caller: RuleCaller,
  table: N,
  id: string,
  columns?: readonly ColumnName<N>[],
): Promise<RecordOf<N> | undefined> {
  const limit = readLimit(caller, table);
  if (limit === undefined) return reads.retrieve(table, id, columns);
  const filter: Filter = { and: [{ column: catalog[table].primaryId, operator: 'eq', value: id }, limit] };
  const page = await reads.retrieveMultiple({ table, filter, limit: 1, ...(columns ? { columns } : {}) });
  return page.rows[0];
}

function limited<N extends TableName>(caller: RuleCaller, query: Query<N>): Query<N> {
  const filter = both(readLimit(caller, query.table), query.filter);
  return filter === undefined ? query : { ...query, filter };
}

function both(first: Filter | undefined, second: Filter | undefined): Filter | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { and: [first, second] };
}

const rulesOf = <N extends TableName>(table: N): TableRules<N> => (ruleBook[table] ?? {}) as TableRules<N>;

async function createRuled<N extends TableName>(context: RuleContext, table: N, given: RecordOf<N>): Promise<string> {
  checkMayWrite(context.caller, table);
  const rules = rulesOf(table);
  const values = rules.beforeCreate ? await rules.beforeCreate(context, given) : given;
  checkRequired(table, values);
  await assertReferences(context.scope, table, values);
  const id = await context.records.create(table, values);
  if (emailEnabledTables.has(table)) await indexAddresses(context.scope, table, id, values);
  await rules.afterCreate?.(context, id, values);
  return id;
}

/** The row as the caller may change it; whole, secrets apart. */
async function existing<N extends TableName>(context: RuleContext, table: N, id: string): Promise<RecordOf<N>> {
  const row = await readOne(context.records, context.caller, table, id);
  if (row === undefined)
    throw new MailroomError(`There is no ${table} with the id ${id}.`, { code: '80040217', kind: 'notFound' });
  return row;
}

async function updateRuled<N extends TableName>(
  context: RuleContext,
  table: N,
  id: string,
  given: RecordOf<N>,
  write?: WriteOptions,
): Promise<bigint> {
  checkMayWrite(context.caller, table);
  const before = await existing(context, table, id);
  const rules = rulesOf(table);
  const values = rules.beforeUpdate ? await rules.beforeUpdate(context, id, before, given) : given;
  await assertReferences(context.scope, table, values);
  const version = await context.records.update(table, id, values, write);
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
  const page = await context.records.retrieveMultiple(
    limited(context.caller, { table, filter, columns: [primaryId as ColumnName<N>] }),
  );
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
  checkMayWrite(context.caller, table);
  const before = await existing(context, table, id);
  const rules = rulesOf(table);
  await rules.beforeDelete?.(context, id, before);
  await context.records.delete(table, id, write);
  if (emailEnabledTables.has(table)) await removeAddresses(context.scope, table, id);
  await rules.afterDelete?.(context, id, before);
}

import type { RecordStore } from '../store/record-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ApiTable } from './api-model.ts';
import type { ApiContext } from './api-request.ts';
import { type DeepInsert, type EntityBody, readEntityBody } from './entity-body.ts';
import type { JsonObject } from './entity-json.ts';
import { badPayload, HttpError } from './http-error.ts';
import { readReference } from './keys.ts';
import { linkThrough } from './link-through.ts';

const deepestInsert = 5;

/** Creates a record and, in one transaction, the related records its body carries. Returns the id. Throws 400 for a body that does not fit. */
export async function createEntity(
  context: ApiContext,
  table: ApiTable,
  body: JsonObject,
  id?: string,
): Promise<string> {
  const parsed = await readBody(context, context.records, table, body, 'create');
  const given =
    id === undefined ? parsed : { ...parsed, values: { ...parsed.values, [table.definition.primaryId]: id } };
  if (parsed.inserts.length === 0 && parsed.children.length === 0)
    return createRow(context.records, table, given.values);
  return inTransaction(context, (records) => insertDeep(context, records, table, given, 0));
}

/** Changes a record. Returns the new row version. Throws 400, 404 and 412 (80060882) as the store says. */
export async function updateEntity(
  context: ApiContext,
  table: ApiTable,
  id: string,
  body: JsonObject,
  ifMatch?: bigint,
): Promise<void> {
  const parsed = await readBody(context, context.records, table, body, 'update');
  const write = async (records: RecordStore) => {
    await records.update(table.name, id, parsed.values as never, ifMatch === undefined ? {} : { ifMatch });
    await linkChildren(context, records, table, id, parsed);
  };
  if (parsed.children.length === 0) await write(context.records);
  else await inTransaction(context, write);
}

async function insertDeep(
  context: ApiContext,
  records: RecordStore,
  table: ApiTable,
  body: EntityBody,
  depth: number,
): Promise<string> {
  if (depth >= deepestInsert) throw badPayload(`Records may nest ${deepestInsert} levels deep in one creation.`);
  const values: Record<string, unknown> = { ...body.values };
  for (const insert of body.inserts) {
    if (!('one' in insert.navigation)) continue;
    const { one } = insert.navigation;
    const id = await insertRelated(context, records, insert, depth);
    values[one.column] = { table: insert.table.name, id } satisfies EntityReference;
  }
  const id = await createRow(records, table, values);
  for (const insert of body.inserts) {
    if (!('many' in insert.navigation)) continue;
    const { through } = insert.navigation.many;
    if (through !== undefined) {
      await linkThrough(records, through, id, await insertRelated(context, records, insert, depth));
      continue;
    }
    const owner = { [insert.navigation.many.column]: { table: table.name, id } satisfies EntityReference };
    await insertRelated(context, records, insert, depth, owner);
  }
  await linkChildren(context, records, table, id, body);
  return id;
}

async function insertRelated(
  context: ApiContext,
  records: RecordStore,
  insert: DeepInsert,
  depth: number,
  fixed: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const body = await readBody(context, records, insert.table, insert.body, 'create');
  return insertDeep(context, records, insert.table, { ...body, values: { ...body.values, ...fixed } }, depth + 1);
}

async function linkChildren(
  context: ApiContext,
  records: RecordStore,
  table: ApiTable,
  id: string,
  body: EntityBody,
): Promise<void> {
  for (const { navigation, ids } of body.children) {
    const child = context.model.byName(navigation.table);
    if (child === undefined) continue;
    for (const childId of ids) {
      if (navigation.through !== undefined) {
        await linkThrough(records, navigation.through, id, childId);
        continue;
      }
      await records.update(child.name, childId, { [navigation.column]: { table: table.name, id } } as never);
    }
  }
}

function readBody(
  context: ApiContext,
  records: RecordStore,
  table: ApiTable,
  body: JsonObject,
  mode: 'create' | 'update',
): Promise<EntityBody> {
  return readEntityBody(context.model, table, body, mode, async (text, what) => {
    const url = context.contentIds?.get(text) ?? text;
    const reference = await readReference(context.model, records, context.serviceRoot, url, what);
    if (reference.table !== 'activitypointer') return reference;
    const row = await records.retrieve('activitypointer', reference.id, ['activitytypecode']);
    return row?.activitytypecode ? { table: row.activitytypecode, id: reference.id } : reference;
  });
}

function createRow(records: RecordStore, table: ApiTable, values: Readonly<Record<string, unknown>>): Promise<string> {
  return records.create(table.name, values as never);
}

function inTransaction<T>(context: ApiContext, work: (records: RecordStore) => Promise<T>): Promise<T> {
  if (context.records.together === undefined) {
    throw new HttpError(501, 'mr_NoTransactions', 'Writing several records in one request is not available here.');
  }
  return context.records.together(work);
}

import type { EntityReference } from '../tables/table-definition.ts';
import type { ApiTable, ToMany, ToOne } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import { countCollection, readCollection } from './collections.ts';
import { writeConditions } from './conditions.ts';
import { noNavigation } from './find-property.ts';
import { badPayload, badValue, noRecord, unknownName } from './http-error.ts';
import { parseJsonObject } from './json-body.ts';
import { readReference } from './keys.ts';
import { linkThrough, unlinkThrough } from './link-through.ts';
import { parseQueryString } from './odata-url.ts';
import { readRecord } from './records.ts';
import { refersTo } from './refers-to.ts';
import { rowsOf } from './relation.ts';
import { entityUrl, noContent, ok, requireMethod } from './responses.ts';
import { queryRows, retrieveRow } from './rows.ts';
import { createEntity, updateEntity } from './write-entities.ts';

/** A way from one record over one of its navigation properties. */
export interface NavigationStep {
  readonly table: ApiTable;
  readonly id: string;
  readonly navigation: { readonly one: ToOne } | { readonly many: ToMany };
}

/** The record a single-valued step leads to; undefined when it is empty or leads to another table. */
export async function followOne(
  context: ApiContext,
  step: NavigationStep,
  one: ToOne,
): Promise<EntityReference | undefined> {
  const row = await retrieveRow(context.records, step.table.name, step.id, [
    step.table.definition.primaryId,
    one.column,
  ]);
  if (row === undefined) throw noRecord(step.table.name, step.id);
  const value = row[one.column] ?? null;
  if (value === null) return undefined;
  if (typeof value === 'string') return { table: one.table, id: value };
  const reference = value as EntityReference;
  return refersTo(one.table, reference.table) ? { table: one.table, id: reference.id } : undefined;
}

/** GET of what a navigation property leads to; POST to a collection creates a row linked to the record. */
export async function navigate(context: ApiContext, request: ApiRequest, step: NavigationStep): Promise<ApiResponse> {
  if ('one' in step.navigation) {
    requireMethod(request, 'GET');
    const reference = await followOne(context, step, step.navigation.one);
    if (reference === undefined) return noContent();
    return readRecord(context, targetOf(context, step), reference.id, request);
  }
  requireMethod(request, 'GET', 'POST');
  await requireRecord(context, step);
  const target = targetOf(context, step);
  if (request.method === 'GET')
    return readCollection(context, request, target, rowsOf(step.navigation.many, step.id, target));
  const body = parseJsonObject(request.body);
  const navigation = [...target.toOne.values()].find((one) => isInverse(one, step));
  if (navigation === undefined) throw badValue(`Records cannot be created over '${step.navigation.many.name}'.`);
  const link = `/${step.table.definition.entitySetName}(${step.id})`;
  const id = await createEntity(context, target, { ...body, [`${navigation.name}@odata.bind`]: link });
  return noContent({ 'odata-entityid': entityUrl(context, target, id) });
}

/** `/$count` of a collection of a record. */
export async function countNavigation(
  context: ApiContext,
  request: ApiRequest,
  step: NavigationStep,
): Promise<ApiResponse> {
  requireMethod(request, 'GET');
  if (!('many' in step.navigation))
    throw unknownName(`'${step.navigation.one.name}' leads to one record and cannot be counted.`);
  await requireRecord(context, step);
  const target = targetOf(context, step);
  return countCollection(context, request, target, rowsOf(step.navigation.many, step.id, target));
}

/** `/$ref`: read, set, add or remove a link (OData 4.01 protocol 11.4.6). */
export async function linkRequest(
  context: ApiContext,
  request: ApiRequest,
  step: NavigationStep,
  childId?: string,
): Promise<ApiResponse> {
  const { navigation } = step;
  return 'one' in navigation
    ? linkOne(context, request, step, navigation.one)
    : linkMany(context, request, step, navigation.many, childId);
}

async function linkOne(
  context: ApiContext,
  request: ApiRequest,
  step: NavigationStep,
  one: ToOne,
): Promise<ApiResponse> {
  requireMethod(request, 'GET', 'PUT', 'DELETE');
  if (request.method === 'GET') {
    const reference = await followOne(context, step, one);
    if (reference === undefined) return noContent();
    return ok({
      '@odata.context': `${context.serviceRoot}$metadata#$ref`,
      '@odata.id': entityUrl(context, targetOf(context, step), reference.id),
    });
  }
  const value = request.method === 'PUT' ? refOf(request) : null;
  const { version } = writeConditions(request);
  await updateEntity(context, step.table, step.id, { [`${one.name}@odata.bind`]: value }, version);
  return noContent();
}

async function linkMany(
  context: ApiContext,
  request: ApiRequest,
  step: NavigationStep,
  many: ToMany,
  childId: string | undefined,
): Promise<ApiResponse> {
  requireMethod(request, 'GET', 'POST', 'DELETE');
  await requireRecord(context, step);
  const target = targetOf(context, step);
  if (request.method === 'GET') return references(context, step, many, target);
  if (many.through !== undefined) {
    const child = childId ?? (await childOf(context, request, target));
    if (request.method === 'POST') await linkThrough(context.records, many.through, step.id, child);
    else await unlinkThrough(context.records, many.through, step.id, child);
    return noContent();
  }
  const inverse = [...target.toOne.values()].find((one) => isInverse(one, step));
  if (inverse === undefined) throw badValue(`Records cannot be linked over '${many.name}'.`);
  const child = childId ?? (await childOf(context, request, target));
  const bind = `${inverse.name}@odata.bind`;
  if (request.method === 'POST') {
    await updateEntity(context, target, child, { [bind]: `/${step.table.definition.entitySetName}(${step.id})` });
    return noContent();
  }
  const linked = await queryRows(context.records, {
    table: target.name,
    columns: [target.definition.primaryId],
    filter: {
      and: [rowsOf(many, step.id, target), { column: target.definition.primaryId, operator: 'eq', value: child }],
    },
    limit: 1,
  });
  if (linked.rows.length === 0) throw noRecord(target.name, child);
  await updateEntity(context, target, child, { [bind]: null });
  return noContent();
}

async function references(
  context: ApiContext,
  step: NavigationStep,
  many: ToMany,
  target: ApiTable,
): Promise<ApiResponse> {
  const { primaryId } = target.definition;
  const page = await queryRows(context.records, {
    table: target.name,
    columns: [primaryId],
    filter: rowsOf(many, step.id, target),
  });
  const value = page.rows.map((row) => ({ '@odata.id': entityUrl(context, target, String(row[primaryId])) }));
  return ok({ '@odata.context': `${context.serviceRoot}$metadata#Collection($ref)`, value });
}

async function childOf(context: ApiContext, request: ApiRequest, target: ApiTable): Promise<string> {
  const url = request.method === 'POST' ? refOf(request) : parseQueryString(request.queryString).get('$id');
  if (url === undefined) throw badPayload('Name the record to unlink, as in /$ref?$id=<record URL>.');
  const known = context.contentIds?.get(url) ?? url;
  const reference = await readReference(context.model, context.records, context.serviceRoot, known, 'The link');
  if (reference.table !== target.name)
    throw badPayload(`The link takes a record of ${target.name}, found one of ${reference.table}.`);
  return reference.id;
}

function refOf(request: ApiRequest): string {
  const url = parseJsonObject(request.body)['@odata.id'];
  if (typeof url !== 'string') throw badPayload('A link is written as {"@odata.id": "<record URL>"}.');
  return url;
}

async function requireRecord(context: ApiContext, step: NavigationStep): Promise<void> {
  const { primaryId } = step.table.definition;
  const row = await retrieveRow(context.records, step.table.name, step.id, [primaryId]);
  if (row === undefined) throw noRecord(step.table.name, step.id);
}

function isInverse(one: ToOne, step: NavigationStep): boolean {
  return (
    'many' in step.navigation &&
    one.bindable &&
    one.column === step.navigation.many.column &&
    one.table === step.table.name
  );
}

function targetOf(context: ApiContext, step: NavigationStep): ApiTable {
  const found = 'one' in step.navigation ? step.navigation.one : step.navigation.many;
  const target = context.model.byName(found.table);
  if (target === undefined) throw noNavigation(step.table, found.name);
  return target;
}

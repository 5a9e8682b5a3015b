import { MailroomError } from '../base/errors.ts';
import type { ApiProperty, ApiTable } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import { parseEtag, recordExists, seenTag, writeConditions } from './conditions.ts';
import { etagOf, type JsonObject, scalarJson } from './entity-json.ts';
import { findReadable } from './find-property.ts';
import { badPayload, HttpError, noRecord } from './http-error.ts';
import { parseJsonObject } from './json-body.ts';
import { entitiesJson } from './read-entities.ts';
import { recordPlan } from './record-plan.ts';
import { contextUrl, entityUrl, noContent, ok } from './responses.ts';
import { retrieveRow } from './rows.ts';
import { createEntity, updateEntity } from './write-entities.ts';

/** GET of one record; 304 when `If-None-Match` holds its tag. */
export async function getRecord(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  id: string,
): Promise<ApiResponse> {
  const response = await readRecord(context, table, id, request);
  const wanted = request.headers['if-match']?.trim();
  const { etag } = response.headers;
  if (wanted !== undefined && wanted !== '*' && etag !== undefined && parseEtag(wanted) !== parseEtag(etag)) {
    throw new HttpError(412, '80060882', `The ${table.name} ${id} has another version than the If-Match header names.`);
  }
  const seen = seenTag(request);
  if (seen !== undefined && seen !== '*' && response.headers.etag !== undefined) {
    if (parseEtag(seen) === parseEtag(response.headers.etag))
      return { status: 304, headers: { etag: response.headers.etag } };
  }
  return response;
}

/** POST to an entity set. */
export async function createRecord(context: ApiContext, request: ApiRequest, table: ApiTable): Promise<ApiResponse> {
  const body = parseJsonObject(request.body);
  const id = await createEntity(context, table, body);
  return created(context, request, table, id);
}

/** PATCH: update, or creation under the given id unless `If-Match` forbids it. */
export async function upsertRecord(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  id: string,
): Promise<ApiResponse> {
  const conditions = writeConditions(request);
  const body = parseJsonObject(request.body);
  requireSameId(table, id, body[table.definition.primaryId]);
  const exists = await retrieveRow(context.records, table.name, id, [table.definition.primaryId]);
  if (exists !== undefined && conditions.mustNotExist) throw recordExists();
  if (exists === undefined && conditions.mustExist) throw noRecord(table.name, id);
  if (exists === undefined) {
    await createEntity(context, table, body, id);
    return created(context, request, table, id);
  }
  await updateEntity(context, table, id, body, conditions.version);
  if (!context.prefer.representation) return noContent({ 'odata-entityid': entityUrl(context, table, id) });
  const response = await readRecord(context, table, id, request);
  return { ...response, headers: { ...response.headers, 'preference-applied': 'return=representation' } };
}

/** PATCH on an alternate key that no record has: creation with the key's values, unless `If-Match` forbids it. */
export async function createByKey(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  key: JsonObject,
): Promise<ApiResponse> {
  if (writeConditions(request).mustExist) {
    throw new HttpError(404, '80040217', `A record of '${table.name}' with the given key values does not exist.`);
  }
  const body = parseJsonObject(request.body);
  for (const [name, value] of Object.entries(key)) {
    if (Object.hasOwn(body, name) && body[name] !== value) {
      throw badPayload(`The body gives '${name}' another value than the key in the URL.`);
    }
  }
  return created(context, request, table, await createEntity(context, table, { ...key, ...body }));
}

/** DELETE of one record, under `If-Match` when given. */
export async function deleteRecord(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  id: string,
): Promise<ApiResponse> {
  const { version } = writeConditions(request);
  await context.records.delete(table.name, id, version === undefined ? {} : { ifMatch: version });
  return noContent();
}

/** GET of one column, as `{value}` or raw (`$value`); 204 when empty. */
export async function getProperty(
  context: ApiContext,
  table: ApiTable,
  id: string,
  name: string,
  raw: boolean,
): Promise<ApiResponse> {
  const property = findReadable(table, name);
  const row = await retrieveRow(context.records, table.name, id, [property.column]);
  if (row === undefined) throw noRecord(table.name, id);
  const stored = row[property.column] ?? null;
  if (stored === null) return noContent();
  const reference = typeof stored === 'object' && 'id' in stored ? (stored as { id: string }).id : undefined;
  if (raw) return rawValue(property, reference ?? stored);
  const value = reference ?? scalarJson(property, stored);
  const place = `${context.serviceRoot}$metadata#${table.definition.entitySetName}(${id})/${property.name}`;
  return ok({ '@odata.context': place, value });
}

/** PUT of one column with `{"value": ...}`, PUT or PATCH of a file or image with its bytes, or DELETE, which empties it. */
export async function putProperty(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  id: string,
  name: string,
): Promise<ApiResponse> {
  const { version } = writeConditions(request);
  let value: unknown = null;
  if (isBytes(request)) {
    requireBinary(table, name);
    value = (request.body ?? Buffer.alloc(0)).toString('base64');
  } else if (request.method === 'PUT') {
    const body = parseJsonObject(request.body);
    if (!Object.hasOwn(body, 'value')) throw badPayload('A single column is written as {"value": ...}.');
    value = body.value;
  }
  if (name === table.definition.primaryId) throw badPayload(`The id '${name}' of a record cannot change.`);
  if (!table.properties.has(name)) findReadable(table, name);
  await updateEntity(context, table, id, { [name]: value }, version);
  return noContent();
}

/** Reads one record as an answer. Throws 404 (80040217). */
export async function readRecord(
  context: ApiContext,
  table: ApiTable,
  id: string,
  request: Pick<ApiRequest, 'queryString'>,
): Promise<ApiResponse> {
  const plan = recordPlan(context.model, table, request);
  const row = await retrieveRow(context.records, table.name, id, plan.columns);
  if (row === undefined) throw noRecord(table.name, id);
  const [entity] = await entitiesJson(context, plan, [row]);
  const etag = etagOf(row);
  return ok({ '@odata.context': contextUrl(context, plan, true), ...entity }, etag === undefined ? {} : { etag });
}

async function created(context: ApiContext, request: ApiRequest, table: ApiTable, id: string): Promise<ApiResponse> {
  const url = entityUrl(context, table, id);
  const headers = { 'odata-entityid': url, location: url };
  if (!context.prefer.representation) return noContent(headers);
  try {
    const response = await readRecord(context, table, id, request);
    return {
      ...response,
      status: 201,
      headers: { ...response.headers, ...headers, 'preference-applied': 'return=representation' },
    };
  } catch (error) {
    // Created for somebody else: the caller may write it and not read it.
    if (error instanceof MailroomError && error.kind === 'notFound') return noContent(headers);
    throw error;
  }
}

function rawValue(property: ApiProperty, value: unknown): ApiResponse {
  if (Buffer.isBuffer(value)) return ok(value, { 'content-type': 'application/octet-stream' });
  return ok(String(value instanceof Date ? scalarJson(property, value) : value), {
    'content-type': 'text/plain; charset=utf-8',
  });
}

/** True for a body of bytes, not JSON. */
export const isBytes = ({ headers }: Pick<ApiRequest, 'headers'>): boolean =>
  /^application\/octet-stream/i.test(headers['content-type'] ?? '');

function requireBinary(table: ApiTable, name: string): void {
  const type = table.properties.get(name)?.edmType;
  if (type === undefined || type === 'Edm.Binary') return;
  throw new HttpError(
    415,
    '80060888',
    `The column '${name}' holds no bytes; send application/json with {"value": ...}.`,
  );
}

function requireSameId(table: ApiTable, id: string, inBody: unknown): void {
  if (inBody === undefined || (typeof inBody === 'string' && inBody.toLowerCase() === id)) return;
  throw new HttpError(400, '80048d19', `The body names another ${table.definition.primaryId} than the URL.`);
}

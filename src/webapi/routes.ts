import type { ApiTable } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import { runBatch } from './batch.ts';
import { callMessage, isMessage } from './call-action.ts';
import { countChanges, isTracked, readChanges } from './change-tracking.ts';
import { countCollection, readCollection } from './collections.ts';
import { findNavigation, findReadable, noNavigation } from './find-property.ts';
import { HttpError, unknownName } from './http-error.ts';
import { findSet, keyValues, resolveKey } from './keys.ts';
import { isMetadataSet, readMetadata } from './metadata/metadata-requests.ts';
import { metadataDocument } from './metadata-document.ts';
import { countNavigation, followOne, linkRequest, type NavigationStep, navigate } from './navigation-requests.ts';
import { aliasesOf, type PathSegment, parsePath, parseQueryString } from './odata-url.ts';
import { openApiDocument } from './openapi-document.ts';
import {
  createByKey,
  createRecord,
  deleteRecord,
  getProperty,
  getRecord,
  isBytes,
  putProperty,
  upsertRecord,
} from './records.ts';
import { ok, requireMethod } from './responses.ts';
import { serviceDocument } from './service-document.ts';

/** Answers one request below the version root. Throws MailroomError for everything that is refused. */
export async function dispatch(context: ApiContext, request: ApiRequest): Promise<ApiResponse> {
  const segments = parsePath(request.path, aliasesOf(parseQueryString(request.queryString)));
  const [first, ...rest] = segments;
  if (first === undefined) {
    requireMethod(request, 'GET');
    return ok(serviceDocument(context));
  }
  if (first.name === '$metadata' && rest.length === 0) {
    requireMethod(request, 'GET');
    return ok(metadataDocument(context.model, context.actions), { 'content-type': 'application/xml; charset=utf-8' });
  }
  if (first.name === 'openapi.json' && rest.length === 0) {
    requireMethod(request, 'GET');
    return ok(openApiDocument(context.model, context.actions, context.serviceRoot));
  }
  if (isMetadataSet(first.name)) return readMetadata(context, request, segments);
  if (first.name === '$batch' && rest.length === 0) return runBatch(context, request, dispatch);
  if (context.model.bySet(first.name) === undefined && rest.length === 0 && isMessage(context, first.name)) {
    return callMessage(context, request, { name: first.name, args: first.args ?? [] });
  }
  const table = findSet(context.model, first.name);
  return first.args === undefined || first.args.length === 0
    ? onSet(context, request, table, rest)
    : onKey(context, request, table, first, rest);
}

async function onSet(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  rest: readonly PathSegment[],
): Promise<ApiResponse> {
  const [next, ...more] = rest;
  if (next === undefined) {
    requireMethod(request, 'GET', 'POST');
    if (request.method === 'POST') return createRecord(context, request, table);
    return isTracked(context, request) ? readChanges(context, request, table) : readCollection(context, request, table);
  }
  if (more.length === 0 && next.name === '$count') {
    requireMethod(request, 'GET');
    return isTracked(context, request)
      ? countChanges(context, request, table)
      : countCollection(context, request, table);
  }
  if (more.length === 0 && isMessage(context, next.name)) {
    return callMessage(context, request, { name: next.name, args: next.args ?? [], table });
  }
  throw noSegment(
    next.name,
    `a record of ${table.definition.entitySetName} is named by its id, as in ${table.definition.entitySetName}(<id>)`,
  );
}

async function onKey(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  segment: PathSegment,
  rest: readonly PathSegment[],
): Promise<ApiResponse> {
  const id = await resolveKey(context.records, table, segment.args ?? []);
  if (id === undefined && request.method === 'PATCH' && rest.length === 0) {
    return createByKey(context, request, table, keyValues(table, segment.args ?? []));
  }
  if (id === undefined) {
    throw new HttpError(404, '80040217', `A record of '${table.name}' with the given key values does not exist.`);
  }
  return onRecord(context, request, table, id, rest);
}

async function onRecord(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  id: string,
  rest: readonly PathSegment[],
): Promise<ApiResponse> {
  const [next, ...more] = rest;
  if (next === undefined) return onWholeRecord(context, request, table, id);
  if (more.length === 0 && isMessage(context, next.name)) {
    return callMessage(context, request, { name: next.name, args: next.args ?? [], table, id });
  }
  const navigation = table.properties.has(next.name) ? undefined : findNavigation(table, next.name);
  if (navigation !== undefined) return onNavigation(context, request, { table, id, navigation }, next, more);
  const raw = more.length === 1 && more[0]?.name === '$value';
  if (more.length > (raw ? 1 : 0))
    throw noSegment(more[0]?.name ?? '', `nothing but $value may follow the column '${next.name}'`);
  if (!table.properties.has(next.name) && [...table.toOne.keys()].some((name) => name.startsWith(next.name))) {
    throw noNavigation(table, next.name);
  }
  if (request.method === 'GET') {
    findReadable(table, next.name);
    return getProperty(context, table, id, next.name, raw);
  }
  requireMethod(request, 'GET', 'PUT', 'DELETE', ...(isBytes(request) ? ['PATCH'] : []));
  return putProperty(context, request, table, id, next.name);
}

async function onWholeRecord(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  id: string,
): Promise<ApiResponse> {
  switch (request.method) {
    case 'GET':
      return getRecord(context, request, table, id);
    case 'PATCH':
      return upsertRecord(context, request, table, id);
    case 'DELETE':
      return deleteRecord(context, request, table, id);
    default:
      requireMethod(request, 'GET', 'PATCH', 'DELETE');
      throw noSegment(request.method, 'it is no method of a record');
  }
}

async function onNavigation(
  context: ApiContext,
  request: ApiRequest,
  step: NavigationStep,
  segment: PathSegment,
  rest: readonly PathSegment[],
): Promise<ApiResponse> {
  const { navigation } = step;
  const [next, ...more] = rest;
  if ('many' in navigation && segment.args !== undefined && segment.args.length > 0) {
    const target = findTarget(context, navigation.many.table);
    const childId = await resolveKey(context.records, target, segment.args);
    if (childId === undefined) throw new HttpError(404, '80040217', `No ${target.name} has the given key values.`);
    if (next?.name === '$ref' && more.length === 0) return linkRequest(context, request, step, childId);
    return onRecord(context, request, target, childId, rest);
  }
  if (next === undefined) return navigate(context, request, step);
  if (next.name === '$ref' && more.length === 0) return linkRequest(context, request, step);
  if (next.name === '$count' && more.length === 0) return countNavigation(context, request, step);
  if ('one' in navigation) {
    const reference = await followOne(context, step, navigation.one);
    if (reference === undefined) throw new HttpError(404, '80040217', `'${navigation.one.name}' is empty.`);
    return onRecord(context, request, findTarget(context, reference.table), reference.id, rest);
  }
  throw noSegment(next.name, `a record of '${navigation.many.name}' is named by its id`);
}

function findTarget(context: ApiContext, name: string): ApiTable {
  const table = context.model.byName(name);
  if (table === undefined) throw unknownName(`The table '${name}' is not available.`);
  return table;
}

function noSegment(name: string, hint: string): HttpError {
  return new HttpError(404, '80060888', `Resource not found for the segment '${name.slice(0, 100)}'; ${hint}.`);
}

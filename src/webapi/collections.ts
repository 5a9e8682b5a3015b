import type { Filter } from '../store/record-store.ts';
import { isSearchable } from '../store/search-sql.ts';
import { annotationNames } from './annotations.ts';
import type { ApiTable } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import { bindFilter } from './bind-filter.ts';
import type { JsonObject } from './entity-json.ts';
import { badValue, unknownName } from './http-error.ts';
import type { Apply } from './odata-apply.ts';
import { aliasesOf, parseQueryString } from './odata-url.ts';
import { applyFetch, applyJson } from './query-apply.ts';
import { isFetch, readFetchXml } from './query-fetch-xml.ts';
import { parseQueryOptions, type QueryOptions } from './query-options.ts';
import { entitiesJson } from './read-entities.ts';
import { planRead } from './read-plan.ts';
import { contextUrl, ok } from './responses.ts';
import { queryRows } from './rows.ts';
import { readSkipToken, type SkipToken, writeSkipToken } from './skip-token.ts';
import { sortKeys } from './sort-keys.ts';

/** Largest page, and the number at which counts are cut, as in Dataverse. */
const largestPage = 5000;

/** Reads a collection: filter, search, order, page, count, expand; FetchXML and `$apply` answer in their own shape. `linked` narrows it to one record's rows. */
export async function readCollection(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  linked?: Filter,
): Promise<ApiResponse> {
  const query = parseQueryString(request.queryString);
  if (isFetch(query)) return readFetchXml(context, table, query, linked);
  const options = parseQueryOptions(query, aliasesOf(query));
  const span = spanOf(context, options);
  if (options.apply !== undefined) return readApplied(context, request, table, options.apply, options, span, linked);
  const plan = planRead(context.model, table, options);
  const filter = await filterOf(context, table, options, linked);
  const found = await queryRows(context.records, {
    table: table.name,
    columns: plan.columns,
    filter,
    orderBy: sortKeys(context.model, table, options.orderBy),
    limit: span.limit,
    after: span.after,
    withCount: options.count,
  });
  const values = await entitiesJson(context, plan, found.rows);
  return pageResponse(context, request, contextUrl(context, plan, false), span, found, values);
}

async function readApplied(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  apply: Apply,
  options: QueryOptions,
  span: Span,
  linked: Filter | undefined,
): Promise<ApiResponse> {
  if (options.search !== undefined) throw unknownName('$search cannot stand beside $apply.');
  const fetch = await applyFetch(context, table, apply, options, linked);
  const after = span.after === undefined ? {} : { after: span.after };
  const found = await context.records.fetch({ ...fetch, count: span.limit, ...after });
  const names = [...apply.groups.map((path) => path.join('/')), ...apply.aggregates.map(({ alias }) => alias)];
  const place = `${context.serviceRoot}$metadata#${table.definition.entitySetName}(${names.join(',')})`;
  return pageResponse(context, request, place, span, found, await applyJson(context, table, fetch, found.rows));
}

/** Number of matches as plain text (`/$count`), cut as in Dataverse unless the caller prefers `mr.exact-count`. */
export async function countCollection(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  linked?: Filter,
): Promise<ApiResponse> {
  const query = parseQueryString(request.queryString);
  const options = parseQueryOptions(query, aliasesOf(query));
  if (options.apply !== undefined || isFetch(query))
    throw unknownName('/$count counts the rows of $filter and $search.');
  const { exactCount } = context.prefer;
  const filter = await filterOf(context, table, options, linked);
  const count = await context.records.count(table.name, filter, exactCount ? undefined : largestPage);
  const applied = exactCount ? { 'preference-applied': 'mr.exact-count' } : {};
  return ok(String(count), { 'content-type': 'text/plain', ...applied });
}

/** Which rows of the whole answer this page shows. */
interface Span {
  readonly after: string | undefined;
  readonly size: number;
  /** Number of this page, from 1. */
  readonly page: number;
  /** Rows of this page. */
  readonly limit: number;
  /** Rows that `$top` allows from here on. */
  readonly left: number | undefined;
}

function spanOf(context: ApiContext, options: QueryOptions): Span {
  const token = options.skipToken === undefined ? undefined : readSkipToken(options.skipToken);
  const size = token?.size ?? context.prefer.pageSize ?? largestPage;
  const left = token === undefined ? options.top : token.left;
  return { after: token?.after, size, page: token?.page ?? 1, limit: Math.min(size, left ?? size), left };
}

async function filterOf(
  context: ApiContext,
  table: ApiTable,
  options: QueryOptions,
  linked: Filter | undefined,
): Promise<Filter | undefined> {
  const parts: Filter[] = linked === undefined ? [] : [linked];
  if (options.search !== undefined) {
    if (!isSearchable(table.name))
      throw badValue(`${table.definition.entitySetName} has no search index; use $filter.`);
    parts.push({ search: options.search });
  }
  if (options.filter !== undefined) parts.push(await bindFilter(options.filter, table, context));
  return parts.length > 1 ? { and: parts } : parts[0];
}

interface Found {
  readonly rows: readonly unknown[];
  readonly next?: string;
  readonly count?: number;
}

function pageResponse(
  context: ApiContext,
  request: ApiRequest,
  place: string,
  span: Span,
  found: Found,
  values: readonly JsonObject[],
): ApiResponse {
  const body: JsonObject = { '@odata.context': place };
  if (found.count !== undefined) {
    body['@odata.count'] = found.count;
    if (context.prefer.annotates('Microsoft.Dynamics.CRM.totalrecordcount')) {
      body['@Microsoft.Dynamics.CRM.totalrecordcount'] = found.count;
      body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] = found.count >= largestPage;
    }
  }
  body.value = values;
  const left = span.left === undefined ? undefined : span.left - found.rows.length;
  if (found.next !== undefined && (left === undefined || left > 0)) {
    const token: SkipToken = {
      after: found.next,
      size: span.size,
      page: span.page + 1,
      ...(left === undefined ? {} : { left }),
    };
    body['@odata.nextLink'] = nextLink(context, request, token);
  }
  return ok(body, applied(context));
}

function nextLink(context: ApiContext, request: ApiRequest, token: SkipToken): string {
  const others = request.queryString.split('&').filter((pair) => pair !== '' && !/^(\$|%24)skiptoken=/i.test(pair));
  return `${context.serviceRoot}${request.path}?${[...others, `$skiptoken=${writeSkipToken(token)}`].join('&')}`;
}

/** The `Preference-Applied` header (RFC 7240 3). */
function applied({ prefer }: ApiContext): Readonly<Record<string, string>> {
  const wishes: string[] = [];
  if (prefer.pageSize !== undefined) wishes.push(`odata.maxpagesize=${prefer.pageSize}`);
  if (prefer.annotates(annotationNames.formattedValue)) {
    wishes.push(`odata.include-annotations="${(prefer.annotations ?? '').replaceAll('"', '')}"`);
  }
  return wishes.length === 0 ? {} : { 'preference-applied': wishes.join(', ') };
}

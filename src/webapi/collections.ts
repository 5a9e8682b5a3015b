import type { Filter } from '../store/record-store.ts';
import { annotationNames } from './annotations.ts';
import type { ApiTable } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import { bindFilter } from './bind-filter.ts';
import type { JsonObject } from './entity-json.ts';
import { aliasesOf, parseQueryString } from './odata-url.ts';
import { isFetch, readFetchXml } from './query-fetch-xml.ts';
import { parseQueryOptions } from './query-options.ts';
import { entitiesJson, sortKeys } from './read-entities.ts';
import { planRead, type ReadPlan } from './read-plan.ts';
import { contextUrl, ok } from './responses.ts';
import { queryRows } from './rows.ts';
import { readSkipToken, type SkipToken, writeSkipToken } from './skip-token.ts';

/** Largest page, and the number at which counts are cut, as in Dataverse. */
const largestPage = 5000;

/** Reads a collection: filter, order, page, count, expand. `linked` narrows it to one record's rows. */
export async function readCollection(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  linked?: Filter,
): Promise<ApiResponse> {
  const query = parseQueryString(request.queryString);
  if (isFetch(query)) return readFetchXml(context, table, query, linked);
  const options = parseQueryOptions(query, aliasesOf(query));
  const plan = planRead(context.model, table, options);
  const own = options.filter === undefined ? undefined : await bindFilter(options.filter, table, context);
  const filter = joined(linked, own);
  const token = options.skipToken === undefined ? undefined : readSkipToken(options.skipToken);
  const left = token === undefined ? options.top : token.left;
  const size = token?.size ?? context.prefer.pageSize ?? largestPage;
  const limit = Math.min(size, left ?? size);
  if (limit === 0)
    return ok(await page(context, plan, { rows: [], ...(options.count ? { count: 0 } : {}) }, undefined));
  const found = await queryRows(context.records, {
    table: table.name,
    columns: plan.columns,
    filter,
    orderBy: sortKeys(table, options.orderBy),
    limit,
    after: token?.after,
    withCount: options.count,
  });
  const remaining = left === undefined ? undefined : left - found.rows.length;
  const next: SkipToken | undefined =
    found.next === undefined || (remaining !== undefined && remaining <= 0)
      ? undefined
      : {
          after: found.next,
          size,
          page: (token?.page ?? 1) + 1,
          ...(remaining === undefined ? {} : { left: remaining }),
        };
  const link = next === undefined ? undefined : nextLink(context, request, next);
  const applied =
    context.prefer.pageSize === undefined
      ? {}
      : { 'preference-applied': `odata.maxpagesize=${context.prefer.pageSize}` };
  return ok(await page(context, plan, found, link), applied);
}

/** Number of matches as plain text (`/$count`). */
export async function countCollection(
  context: ApiContext,
  request: ApiRequest,
  table: ApiTable,
  linked?: Filter,
): Promise<ApiResponse> {
  const query = parseQueryString(request.queryString);
  const options = parseQueryOptions(query, aliasesOf(query));
  const own = options.filter === undefined ? undefined : await bindFilter(options.filter, table, context);
  const count = await context.records.count(table.name, joined(linked, own));
  return ok(String(count), { 'content-type': 'text/plain' });
}

async function page(
  context: ApiContext,
  plan: ReadPlan,
  found: { readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly count?: number },
  link: string | undefined,
): Promise<JsonObject> {
  const body: JsonObject = { '@odata.context': contextUrl(context, plan, false) };
  if (found.count !== undefined) {
    body['@odata.count'] = found.count;
    if (context.prefer.annotates('Microsoft.Dynamics.CRM.totalrecordcount')) {
      body['@Microsoft.Dynamics.CRM.totalrecordcount'] = found.count;
      body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] = found.count >= largestPage;
    }
  }
  body.value = await entitiesJson(context, plan, found.rows);
  if (link !== undefined) body['@odata.nextLink'] = link;
  return body;
}

function nextLink(context: ApiContext, request: ApiRequest, token: SkipToken): string {
  const others = request.queryString.split('&').filter((pair) => pair !== '' && !/^(\$|%24)skiptoken=/i.test(pair));
  return `${context.serviceRoot}${request.path}?${[...others, `$skiptoken=${writeSkipToken(token)}`].join('&')}`;
}

function joined(a: Filter | undefined, b: Filter | undefined): Filter | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : { and: [a, b] };
}

/** The `Preference-Applied` header for annotations, when some were wished for. */
export function annotationsApplied(context: ApiContext): Readonly<Record<string, string>> {
  const { annotations } = context.prefer;
  if (annotations === undefined || !context.prefer.annotates(annotationNames.formattedValue)) return {};
  return { 'preference-applied': `odata.include-annotations="${annotations.replaceAll('"', '')}"` };
}

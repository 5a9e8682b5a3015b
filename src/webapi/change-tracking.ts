import type { ApiTable } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import type { JsonObject } from './entity-json.ts';
import { badValue, unknownName } from './http-error.ts';
import { aliasesOf, parseQueryString } from './odata-url.ts';
import { parseQueryOptions, type QueryOptions } from './query-options.ts';
import { entitiesJson } from './read-entities.ts';
import { planRead, type ReadPlan } from './read-plan.ts';
import { contextUrl, ok } from './responses.ts';
import type { Row } from './rows.ts';

/** Where a tracked reading goes on: the store's cursor, and whether the first full reading is still going. */
interface DeltaToken {
  readonly cursor: string | null;
  readonly first: boolean;
}

/** True for a reading under change tracking: begun by `Prefer: odata.track-changes`, continued by a delta link. */
export function isTracked(context: ApiContext, request: ApiRequest): boolean {
  return context.prefer.trackChanges || /(^|&)(\$|%24)deltatoken=/i.test(request.queryString);
}

/** Reads all rows and then the changes since (OData 4.01 protocol 11.3); the last page carries `@odata.deltaLink`. Takes `$select` alone. */
export async function readChanges(context: ApiContext, request: ApiRequest, table: ApiTable): Promise<ApiResponse> {
  const { options, token } = readQuestion(request, table);
  const plan = planRead(context.model, table, options);
  const limit = context.prefer.pageSize ?? 5000;
  const found = await context.records.changesSince(table.name, token.cursor, limit);
  const rows = found.changes.flatMap((change) => (change.kind === 'upsert' ? [change.row as Row] : []));
  const removed = found.changes.filter((change) => change.kind === 'delete' && !token.first);
  const next: DeltaToken = { cursor: found.cursor, first: token.first && found.more };
  const body: JsonObject = {
    '@odata.context': `${contextUrl(context, plan, false)}${token.first ? '' : '/$delta'}`,
    value: [
      ...(await entitiesJson(context, plan, rows)),
      ...removed.map((change) => removedJson(context, plan, change.id)),
    ],
    [found.more ? '@odata.nextLink' : '@odata.deltaLink']: link(context, request, next),
  };
  return ok(body, context.prefer.trackChanges ? { 'preference-applied': 'odata.track-changes' } : {});
}

/** Number of changes since a delta link as plain text (`/$count?$deltatoken=...`), 5,000 at most. */
export async function countChanges(context: ApiContext, request: ApiRequest, table: ApiTable): Promise<ApiResponse> {
  const { token } = readQuestion(request, table);
  const { changes } = await context.records.changesSince(table.name, token.cursor, 5000);
  const news = changes.filter((change) => change.kind === 'upsert' || !token.first);
  return ok(String(news.length), { 'content-type': 'text/plain' });
}

function readQuestion(
  request: ApiRequest,
  table: ApiTable,
): { readonly options: QueryOptions; readonly token: DeltaToken } {
  const query = parseQueryString(request.queryString);
  const options = parseQueryOptions(query, aliasesOf(query));
  if (!table.hasVersion) throw badValue(`Changes of ${table.definition.entitySetName} are not tracked.`);
  const { filter, orderBy, expand, top, skipToken } = options;
  if (filter !== undefined || orderBy.length > 0 || expand.length > 0 || top !== undefined || skipToken !== undefined) {
    throw badValue('Under change tracking only $select is possible; filter what comes.');
  }
  const text = query.get('$deltatoken');
  return { options, token: text === undefined ? { cursor: null, first: true } : readToken(text) };
}

function removedJson(context: ApiContext, plan: ReadPlan, id: string): JsonObject {
  const set = plan.table.definition.entitySetName;
  return { '@odata.context': `${context.serviceRoot}$metadata#${set}/$deletedEntity`, id, reason: 'deleted' };
}

function link(context: ApiContext, request: ApiRequest, token: DeltaToken): string {
  const others = request.queryString.split('&').filter((pair) => pair !== '' && !/^(\$|%24)deltatoken=/i.test(pair));
  const text = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${context.serviceRoot}${request.path}?${[...others, `$deltatoken=${text}`].join('&')}`;
}

function readToken(text: string): DeltaToken {
  try {
    const { cursor, first } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
    if ((typeof cursor === 'string' || cursor === null) && typeof first === 'boolean') return { cursor, first };
  } catch {
    // told below
  }
  throw unknownName('The $deltatoken cannot be read; use the @odata.deltaLink as it was given.');
}

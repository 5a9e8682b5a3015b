import type { Fetch, FetchPage } from '../store/fetch/fetch.ts';
import { writePagingCookie } from '../store/fetch/paging-cookie.ts';
import { parseFetchXml } from '../store/fetch/parse-fetch-xml.ts';
import type { Filter } from '../store/record-store.ts';
import type { ApiTable } from './api-model.ts';
import type { ApiContext, ApiResponse } from './api-request.ts';
import type { JsonObject } from './entity-json.ts';
import { fetchJson } from './fetch-json.ts';
import { badValue, noRecord, unknownName } from './http-error.ts';
import { isGuid } from './literal-value.ts';
import { ok } from './responses.ts';

const sources = ['fetchXml', 'savedQuery', 'userQuery'] as const;
/** What may stand beside FetchXML in the query string. */
const companions = new Set<string>([...sources, '$count', '$format']);
const largestPage = 5000;

/** True for a query string whose question is FetchXML, given or saved. */
export function isFetch(query: ReadonlyMap<string, string>): boolean {
  return sources.some((name) => query.has(name));
}

/** Answers `?fetchXml=`, `?savedQuery=` and `?userQuery=`. Throws 400 for FetchXML that cannot be read or asks another table. */
export async function readFetchXml(
  context: ApiContext,
  table: ApiTable,
  query: ReadonlyMap<string, string>,
  linked: Filter | undefined,
): Promise<ApiResponse> {
  const stranger = [...query.keys()].find((name) => name.startsWith('$') && !companions.has(name));
  if (stranger !== undefined) {
    throw unknownName(`The query option '${stranger.slice(0, 60)}' cannot stand beside FetchXML; say it there.`);
  }
  const fetch = parseFetchXml(await fetchXmlOf(context, query), await context.conditions());
  if (fetch.entity.table !== table.name) {
    throw badValue(`The FetchXML asks '${fetch.entity.table}', the URL '${table.definition.entitySetName}'.`);
  }
  const count = fetch.count ?? context.prefer.pageSize ?? largestPage;
  const asked: Fetch = {
    ...fetch,
    count,
    entity: { ...fetch.entity, ...both(fetch.entity.filter, linked) },
    withCount: fetch.withCount || query.get('$count') === 'true',
  };
  const page = await context.records.fetch(asked);
  return ok(await pageJson(context, table, asked, page));
}

async function fetchXmlOf(context: ApiContext, query: ReadonlyMap<string, string>): Promise<string> {
  const [name, ...more] = sources.filter((source) => query.has(source));
  if (name === undefined || more.length > 0) throw unknownName(`Only one of ${sources.join(', ')} can be given.`);
  const text = query.get(name) ?? '';
  if (name === 'fetchXml') return text;
  const id = text
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .toLowerCase();
  if (!isGuid(id)) throw badValue(`${name} takes the id of a saved query, found '${text.slice(0, 60)}'.`);
  const view =
    name === 'savedQuery'
      ? await context.records.retrieve('savedquery', id, ['fetchxml', 'returnedtypecode'])
      : await context.records.retrieve('userquery', id, ['fetchxml', 'returnedtypecode']);
  if (view === undefined) throw noRecord(name.toLowerCase(), id);
  if (!view.fetchxml) throw badValue(`The saved query ${id} holds no FetchXML.`);
  return view.fetchxml;
}

async function pageJson(context: ApiContext, table: ApiTable, fetch: Fetch, page: FetchPage): Promise<JsonObject> {
  const names = fetch.entity.attributes.map(
    ({ alias, column }) => alias ?? table.properties.get(`_${column}_value`)?.name ?? column,
  );
  const list = names.length === 0 ? '' : `(${names.join(',')})`;
  const body: JsonObject = {
    '@odata.context': `${context.serviceRoot}$metadata#${table.definition.entitySetName}${list}`,
  };
  if (page.count !== undefined) {
    body['@odata.count'] = page.count;
    body['@Microsoft.Dynamics.CRM.totalrecordcount'] = page.count;
    body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] = page.count >= largestPage;
  }
  if (page.next !== undefined) {
    const number = fetch.page ?? 1;
    const cookie = encodeURIComponent(encodeURIComponent(writePagingCookie(number, page.next)));
    body['@Microsoft.Dynamics.CRM.morerecords'] = true;
    body['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'] =
      `<cookie pagenumber="${number + 1}" pagingcookie="${cookie}" istracking="False" />`;
  }
  body.value = await fetchJson(context, table, fetch, page.rows);
  return body;
}

function both(own: Filter | undefined, linked: Filter | undefined): { readonly filter?: Filter } {
  if (linked === undefined) return own === undefined ? {} : { filter: own };
  return { filter: own === undefined ? linked : { and: [linked, own] } };
}

import type { ApiModel, ApiTable } from './api-model.ts';
import type { ApiRequest } from './api-request.ts';
import { unknownName } from './http-error.ts';
import { aliasesOf, parseQueryString } from './odata-url.ts';
import { isFetch } from './query-fetch-xml.ts';
import { parseQueryOptions, type QueryOptions } from './query-options.ts';
import { planRead, type ReadPlan } from './read-plan.ts';

/** Plans by query string: programs ask with the same few again and again. */
const made = new WeakMap<ApiTable, Map<string, ReadPlan>>();
/** Plans kept of a table, and the longest query string of one, characters. */
const mostKept = 200;
const longestKept = 1000;

/** How a single-record request reads its record. Throws 400 for options that only collections have and names that do not exist. */
export function recordPlan(
  model: ApiModel,
  table: ApiTable,
  { queryString }: Pick<ApiRequest, 'queryString'>,
): ReadPlan {
  const plans = made.get(table) ?? new Map<string, ReadPlan>();
  const known = plans.get(queryString);
  if (known !== undefined) return known;
  const plan = planRead(model, table, recordOptions(queryString));
  if (queryString.length > longestKept) return plan;
  if (plans.size >= mostKept) plans.clear();
  made.set(table, plans.set(queryString, plan));
  return plan;
}

function recordOptions(queryString: string): QueryOptions {
  const query = parseQueryString(queryString);
  const options = parseQueryOptions(query, aliasesOf(query));
  const { filter, orderBy, top, count, skipToken, apply, search } = options;
  const isMany = [filter, top, skipToken, apply, search].some((option) => option !== undefined);
  if (isMany || orderBy.length > 0 || count || isFetch(query)) {
    throw unknownName('A single record takes $select and $expand only.');
  }
  return options;
}

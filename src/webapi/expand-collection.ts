import type { ApiContext } from './api-request.ts';
import { bindFilter } from './bind-filter.ts';
import { collectionLinks } from './collection-links.ts';
import type { JsonObject } from './entity-json.ts';
import { type HttpError, unknownName } from './http-error.ts';
import type { ExpandPlan, ReadPlan } from './read-plan.ts';
import { rowsOf } from './relation.ts';
import { entityUrl } from './responses.ts';
import { queryAllRows, queryRows, type Row } from './rows.ts';
import { writeSkipToken } from './skip-token.ts';
import { sortKeys } from './sort-keys.ts';

/** Most rows of one expanded collection over all rows of a page. */
const mostExpanded = 50_000;
/** Most rows shown of one collection of one row, as Dataverse's largest page. */
const largestPage = 5000;

/** For each row the members that an expanded collection adds: rows, count, link to more. `show` makes JSON of rows by their plan. */
export async function expandCollection(
  context: ApiContext,
  plan: ReadPlan,
  expand: ExpandPlan,
  rows: readonly Row[],
  show: (plan: ReadPlan, rows: readonly Row[]) => Promise<readonly JsonObject[]>,
): Promise<readonly JsonObject[]> {
  if (!('many' in expand.navigation)) return [];
  const { many } = expand.navigation;
  const owners = rows.map((row) => String(row[plan.table.definition.primaryId]));
  const { options, table } = expand.plan;
  const links = await collectionLinks(context, plan.table, many, table, owners, mostExpanded);
  if (links === undefined) throw tooMany(expand.name);
  const own = options.filter === undefined ? [] : [await bindFilter(options.filter, table, context)];
  const query = {
    table: table.name,
    columns: [...new Set([...expand.plan.columns, ...links.columns])],
    orderBy: sortKeys(context.model, table, options.orderBy),
  };
  const children = await queryAllRows(
    context.records,
    { ...query, filter: { and: [links.filter, ...own] } },
    mostExpanded,
  );
  if (children === undefined) throw tooMany(expand.name);
  const groups = new Map<string, Row[]>();
  for (const child of children) {
    for (const owner of links.ownersOf(child)) groups.set(owner, [...(groups.get(owner) ?? []), child]);
  }
  const most = Math.min(options.top ?? largestPage, largestPage);
  const shown = owners.flatMap((owner) => (groups.get(owner) ?? []).slice(0, most));
  const json = new Map((await show(expand.plan, shown)).map((entity, index) => [shown[index], entity]));
  return Promise.all(
    owners.map(async (owner): Promise<JsonObject> => {
      const group = groups.get(owner) ?? [];
      const values = group.slice(0, most).map((row) => {
        const id = String(row[table.definition.primaryId]);
        return expand.item.refs ? linkTo(context, expand, id) : (json.get(row) ?? {});
      });
      const members: JsonObject = { [expand.name]: values };
      if (options.count) members[`${expand.name}@odata.count`] = Math.min(group.length, largestPage);
      if (group.length <= largestPage || options.top !== undefined) return members;
      const page = await queryRows(context.records, {
        ...query,
        filter: { and: [rowsOf(many, owner, table), ...own] },
        limit: largestPage,
      });
      if (page.next !== undefined) {
        members[`${expand.name}@odata.nextLink`] = furtherPage(context, plan, expand, owner, page.next);
      }
      return members;
    }),
  );
}

/** The link to the rows of a collection that come after those shown inside a record. */
function furtherPage(context: ApiContext, plan: ReadPlan, expand: ExpandPlan, owner: string, after: string): string {
  const token = writeSkipToken({ after, size: largestPage, page: 2 });
  const options = [...expand.item.query, ['$skiptoken', token] as const];
  const query = options.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${entityUrl(context, plan.table, owner)}/${expand.name}?${query}`;
}

function tooMany(name: string): HttpError {
  return unknownName(`$expand of ${name} reads more than ${mostExpanded} rows; ask for smaller pages.`);
}

/** A record of an expansion as a link. */
export function linkTo(context: ApiContext, expand: ExpandPlan, id: string): JsonObject {
  return { '@odata.id': entityUrl(context, expand.plan.table, id) };
}

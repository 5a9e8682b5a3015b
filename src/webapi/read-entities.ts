import type { EntityReference } from '../tables/table-definition.ts';
import type { ApiContext } from './api-request.ts';
import { entityJson, type JsonObject } from './entity-json.ts';
import { expandCollection, linkTo } from './expand-collection.ts';
import type { ExpandPlan, ReadPlan } from './read-plan.ts';
import { readShown } from './read-shown.ts';
import { refersTo } from './refers-to.ts';
import { inFilter, queryAllRows, type Row } from './rows.ts';

/** Rows as JSON, with everything their plan expands. */
export async function entitiesJson(
  context: ApiContext,
  plan: ReadPlan,
  rows: readonly Row[],
): Promise<readonly JsonObject[]> {
  const shown = await readShown(context, rows, plan.properties);
  const entities = rows.map((row) => entityJson(row, plan.table, plan.properties, context.prefer, shown));
  for (const expand of plan.expands) {
    const values =
      'one' in expand.navigation
        ? await expandOne(context, expand, rows)
        : await expandCollection(context, plan, expand, rows, (inner, children) =>
            entitiesJson(context, inner, children),
          );
    entities.forEach((entity, index) => {
      Object.assign(entity, values[index]);
    });
  }
  return entities;
}

/** For each row the members that the expansion adds. */
async function expandOne(
  context: ApiContext,
  expand: ExpandPlan,
  rows: readonly Row[],
): Promise<readonly JsonObject[]> {
  if (!('one' in expand.navigation)) return [];
  const { one } = expand.navigation;
  const ids = rows.map((row) => referencedId(row[one.column], one.table));
  const found = await entitiesById(context, expand.plan, ids);
  return ids.map((id) => {
    const entity = id === undefined ? undefined : found.get(id);
    const shown = entity !== undefined && expand.item.refs ? linkTo(context, expand, id ?? '') : entity;
    return { [expand.name]: shown ?? null };
  });
}

async function entitiesById(
  context: ApiContext,
  plan: ReadPlan,
  ids: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const { primaryId } = plan.table.definition;
  const distinct = [...new Set(ids.filter((id) => id !== undefined))];
  const found = new Map<string, JsonObject>();
  if (distinct.length === 0) return found;
  const filter = inFilter(primaryId, distinct, primaryId);
  const rows = await queryAllRows(
    context.records,
    { table: plan.table.name, columns: plan.columns, filter },
    distinct.length,
  );
  const entities = await entitiesJson(context, plan, rows ?? []);
  (rows ?? []).forEach((row, index) => {
    const entity = entities[index];
    if (entity !== undefined) found.set(String(row[primaryId]), entity);
  });
  return found;
}

/** The id a column refers to, when it refers to that table (a polymorphic lookup may name another). */
function referencedId(value: unknown, table: string | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return undefined;
  const reference = value as EntityReference;
  return table === undefined || refersTo(table, reference.table) ? reference.id : undefined;
}

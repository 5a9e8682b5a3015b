import type { Related, SortOrder } from '../store/record-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { annotationNames, noNames, readLookupNames } from './annotations.ts';
import type { ApiModel, ApiTable } from './api-model.ts';
import type { ApiContext } from './api-request.ts';
import { bindFilter } from './bind-filter.ts';
import { collectionLinks } from './collection-links.ts';
import { entityJson, type JsonObject } from './entity-json.ts';
import { findNavigation, findReadable, noNavigation } from './find-property.ts';
import { badValue, type HttpError, unknownName } from './http-error.ts';
import type { OrderItem } from './query-options.ts';
import type { ExpandPlan, ReadPlan } from './read-plan.ts';
import { refersTo } from './refers-to.ts';
import { relatedTable, relation } from './relation.ts';
import { inFilter, queryAllRows, type Row } from './rows.ts';

/** Most rows of one expanded collection over all rows of a page. */
const mostExpanded = 50_000;
/** Most rows shown of one collection of one row, as Dataverse's largest page. */
const mostInCollection = 5000;

/** Rows as JSON, with everything their plan expands. */
export async function entitiesJson(
  context: ApiContext,
  plan: ReadPlan,
  rows: readonly Row[],
): Promise<readonly JsonObject[]> {
  const named = context.prefer.annotates(annotationNames.formattedValue);
  const nameOf = named ? await readLookupNames(context.model, context.records, rows, plan.properties) : noNames;
  const entities = rows.map((row) => entityJson(row, plan.table, plan.properties, context.prefer, nameOf));
  for (const expand of plan.expands) {
    const values =
      'one' in expand.navigation
        ? await expandOne(context, expand, rows)
        : await expandMany(context, plan, expand, rows);
    entities.forEach((entity, index) => {
      entity[expand.name] = values[index] ?? null;
    });
  }
  return entities;
}

/** `$orderby` as sort keys of the table, over lookups where a path leads there. Throws 400 for unknown properties and ways over collections. */
export function sortKeys(model: ApiModel, table: ApiTable, orderBy: readonly OrderItem[]): readonly SortOrder[] {
  return orderBy.map((item) => {
    const via: Related[] = [];
    let place = table;
    for (const name of item.path.slice(0, -1)) {
      const navigation = findNavigation(place, name);
      if (navigation === undefined || !('one' in navigation)) throw noNavigation(place, name);
      const target = relatedTable(model, place, navigation);
      via.push(relation(place, target, navigation));
      place = target;
    }
    const { column, name, definition } = findReadable(place, item.path.at(-1) ?? '');
    if (definition.type === 'Image' || definition.type === 'File') throw badValue(`'${name}' cannot be sorted by.`);
    return { column, descending: item.descending, ...(via.length === 0 ? {} : { via }) };
  });
}

async function expandOne(context: ApiContext, expand: ExpandPlan, rows: readonly Row[]): Promise<readonly unknown[]> {
  if (!('one' in expand.navigation)) return [];
  const { one } = expand.navigation;
  const ids = rows.map((row) => referencedId(row[one.column], one.table));
  const found = await entitiesById(context, expand.plan, ids);
  return ids.map((id) => (id === undefined ? null : (found.get(id) ?? null)));
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

async function expandMany(
  context: ApiContext,
  plan: ReadPlan,
  expand: ExpandPlan,
  rows: readonly Row[],
): Promise<readonly unknown[]> {
  if (!('many' in expand.navigation)) return [];
  const { many } = expand.navigation;
  const { primaryId } = plan.table.definition;
  const owners = rows.map((row) => String(row[primaryId]));
  const { options, table } = expand.plan;
  const links = await collectionLinks(context, many, table, owners, mostExpanded);
  if (links === undefined) throw tooMany(expand.name);
  const own = options.filter === undefined ? [] : [await bindFilter(options.filter, table, context)];
  const filter = { and: [links.filter, ...own] };
  const columns = [...new Set([...expand.plan.columns, ...links.columns])];
  const orderBy = sortKeys(context.model, table, options.orderBy);
  const children = await queryAllRows(context.records, { table: table.name, columns, filter, orderBy }, mostExpanded);
  if (children === undefined) throw tooMany(expand.name);
  const entities = await entitiesJson(context, expand.plan, children);
  const groups = new Map<string, JsonObject[]>();
  children.forEach((child, index) => {
    const entity = entities[index];
    for (const owner of entity === undefined ? [] : links.ownersOf(child)) {
      const group = groups.get(owner) ?? [];
      groups.set(owner, group);
      if (entity !== undefined && group.length < (options.top ?? mostInCollection)) group.push(entity);
    }
  });
  return owners.map((owner) => groups.get(owner) ?? []);
}

function tooMany(name: string): HttpError {
  return unknownName(`$expand of ${name} reads more than ${mostExpanded} rows; ask for smaller pages.`);
}

/** The id a column refers to, when it refers to that table (a polymorphic lookup may name another). */
function referencedId(value: unknown, table: string | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return undefined;
  const reference = value as EntityReference;
  return table === undefined || refersTo(table, reference.table) ? reference.id : undefined;
}

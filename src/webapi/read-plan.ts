import type { ApiModel, ApiProperty, ApiTable, ToMany, ToOne } from './api-model.ts';
import { findNavigation, findReadable, noNavigation } from './find-property.ts';
import { unknownName } from './http-error.ts';
import type { ExpandItem, QueryOptions } from './query-options.ts';

/** A navigation to follow and what to read there. */
export interface ExpandPlan {
  readonly name: string;
  readonly item: ExpandItem;
  readonly navigation: { readonly one: ToOne } | { readonly many: ToMany };
  readonly plan: ReadPlan;
}

/** What to read of a table and how to show it. */
export interface ReadPlan {
  readonly table: ApiTable;
  readonly options: QueryOptions;
  /** Properties shown, in order. */
  readonly properties: readonly ApiProperty[];
  /** Columns to fetch: those shown and those that etag and navigation need. */
  readonly columns: readonly string[];
  readonly expands: readonly ExpandPlan[];
}

/** Plans a read of a table by its `$select` and `$expand`. Throws 400 for names that do not exist. */
export function planRead(model: ApiModel, table: ApiTable, options: QueryOptions): ReadPlan {
  const expands = options.expand.map((item): ExpandPlan => {
    const navigation = findNavigation(table, item.name);
    if (navigation === undefined) throw noNavigation(table, item.name);
    const found = 'one' in navigation ? navigation.one : navigation.many;
    const target = model.byName(found.table);
    if (target === undefined) throw noNavigation(table, item.name);
    const { filter, top, count, orderBy } = item.options;
    if ('one' in navigation && (filter !== undefined || top !== undefined || count || orderBy.length > 0)) {
      throw unknownName(`'${item.name}' leads to one record; $filter, $orderby, $top and $count have no sense there.`);
    }
    return { name: found.name, item, navigation, plan: planRead(model, target, item.options) };
  });
  const properties = shownProperties(table, options.select);
  const columns = new Set(properties.map((property) => property.column));
  columns.add(table.definition.primaryId);
  if (table.hasVersion) columns.add('versionnumber');
  for (const expand of expands) if ('one' in expand.navigation) columns.add(expand.navigation.one.column);
  return { table, options, properties, columns: Object.freeze([...columns]), expands };
}

function shownProperties(table: ApiTable, select: readonly string[] | undefined): readonly ApiProperty[] {
  const all = [...table.properties.values()].filter((property) => property.readable);
  const isBulk = (property: ApiProperty) => property.definition.type === 'Image' || property.definition.type === 'File';
  if (select === undefined || select.includes('*') || select.length === 0)
    return all.filter((property) => !isBulk(property));
  const chosen = new Set<ApiProperty>();
  for (const name of select) {
    const navigation = table.properties.has(name) ? undefined : findNavigation(table, name);
    if (navigation === undefined) chosen.add(findReadable(table, name));
    else if ('one' in navigation) chosen.add(findReadable(table, navigation.one.column));
  }
  const id = table.properties.get(table.definition.primaryId);
  if (id !== undefined) chosen.add(id);
  return [...chosen];
}

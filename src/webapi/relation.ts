import type { Filter, Related } from '../store/record-store.ts';
import type { ApiModel, ApiTable, ToMany, ToOne } from './api-model.ts';
import { noProperty } from './find-property.ts';

type Navigation = { readonly one: ToOne } | { readonly many: ToMany };

/** The table a navigation property leads to. Throws 400 for one that is not available. */
export function relatedTable(model: ApiModel, table: ApiTable, navigation: Navigation): ApiTable {
  const { name, table: target } = 'one' in navigation ? navigation.one : navigation.many;
  const found = model.byName(target);
  if (found === undefined) throw noProperty(table, name);
  return found;
}

/** A navigation property as the store joins it. */
export function relation(table: ApiTable, target: ApiTable, navigation: Navigation): Related {
  return 'one' in navigation
    ? { table: target.name, from: target.definition.primaryId, to: navigation.one.column }
    : { table: target.name, from: navigation.many.column, to: table.definition.primaryId };
}

/** "There is a related row", with what it must fulfil; over the intersect table where the relationship is many-to-many. */
export function existsRelated(table: ApiTable, target: ApiTable, navigation: Navigation, filter?: Filter): Filter {
  const through = 'many' in navigation ? navigation.many.through : undefined;
  const asked = filter === undefined ? {} : { filter };
  if (through === undefined) return { exists: { ...relation(table, target, navigation), ...asked } };
  const far: Filter = {
    exists: { table: target.name, from: target.definition.primaryId, to: through.far, ...asked },
  };
  return { exists: { table: through.table, from: through.near, to: table.definition.primaryId, filter: far } };
}

/** The rows of a collection of one record. */
export function rowsOf(many: ToMany, id: string, target: ApiTable): Filter {
  const { through } = many;
  if (through === undefined) return { column: many.column, operator: 'eq', value: id };
  const near: Filter = { column: through.near, operator: 'eq', value: id };
  return { exists: { table: through.table, from: through.far, to: target.definition.primaryId, filter: near } };
}

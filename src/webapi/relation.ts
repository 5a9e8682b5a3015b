import type { Related } from '../store/record-store.ts';
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

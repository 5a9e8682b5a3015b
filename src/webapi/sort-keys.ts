import type { Related, SortOrder } from '../store/record-store.ts';
import type { ApiModel, ApiTable } from './api-model.ts';
import { findNavigation, findReadable, noNavigation } from './find-property.ts';
import { badValue } from './http-error.ts';
import type { OrderItem } from './query-options.ts';
import { relatedTable, relation } from './relation.ts';

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

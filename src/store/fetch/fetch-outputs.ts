import type { TableName } from '../../tables/catalog.ts';
import type { ColumnDefinition } from '../../tables/table-definition.ts';
import { unknownColumn } from '../refused-value.ts';
import { type ColumnLayout, layoutOf } from '../table-layout.ts';
import type { Fetch, FetchAttribute, FetchEntity } from './fetch.ts';

/** One output of a fetch, as its reader needs to know it. */
export interface FetchOutput {
  /** Name in the rows. */
  readonly key: string;
  readonly table: TableName;
  readonly column: ColumnLayout;
  /** Alias of the entity it comes from. */
  readonly of: string;
  /** True for a column of the fetch's own entity under its own name. */
  readonly isPlain: boolean;
  readonly attribute: FetchAttribute;
  /** True when the value is a column's; false for counts, averages, parts of dates. */
  readonly isColumnValue: boolean;
}

/** The outputs of a fetch in order, without repeats; the primary id and the row version of the entity come along unless rows are drawn together. */
export function fetchOutputs(fetch: Fetch): readonly FetchOutput[] {
  const outputs = new Map<string, FetchOutput>();
  const add = (entity: FetchEntity, isRoot: boolean): void => {
    for (const attribute of entity.attributes) {
      const output = outputOf(entity, attribute, isRoot);
      if (!outputs.has(output.key)) outputs.set(output.key, output);
    }
    for (const link of entity.links) add(link, false);
  };
  add(fetch.entity, true);
  const layout = layoutOf(fetch.entity.table);
  const isDrawn = fetch.aggregate || (fetch.distinct && outputs.size > 0);
  for (const column of isDrawn ? [] : [layout.definition.primaryId, 'versionnumber']) {
    const output = layout.columns.has(column) ? outputOf(fetch.entity, { column }, true) : undefined;
    if (output !== undefined && !outputs.has(output.key)) outputs.set(output.key, output);
  }
  return [...outputs.values()];
}

function outputOf(entity: FetchEntity, attribute: FetchAttribute, isRoot: boolean): FetchOutput {
  const column = layoutOf(entity.table).columns.get(attribute.column);
  if (column === undefined || column.storage.kind === 'parties') throw unknownColumn(entity.table, attribute.column);
  const { aggregate, dateGrouping, alias } = attribute;
  return {
    key: alias ?? (isRoot ? column.name : `${entity.alias}.${column.name}`),
    table: entity.table,
    column,
    of: entity.alias,
    isPlain: isRoot && alias === undefined,
    attribute,
    isColumnValue:
      dateGrouping === undefined &&
      (aggregate === undefined || aggregate === 'min' || aggregate === 'max' || isMoney(column.definition, aggregate)),
  };
}

/** Sums of a column are values of its kind. */
function isMoney(definition: ColumnDefinition, aggregate: string): boolean {
  return aggregate === 'sum' && ['Money', 'Decimal', 'Double'].includes(definition.type);
}

import type { Fetch } from '../store/fetch/fetch.ts';
import { type FetchOutput, fetchOutputs } from '../store/fetch/fetch-outputs.ts';
import type { ColumnDefinition } from '../tables/table-definition.ts';
import { annotationNames } from './annotations.ts';
import type { ApiProperty, ApiTable } from './api-model.ts';
import type { ApiContext } from './api-request.ts';
import { edmTypeOf, isLookup } from './edm-type.ts';
import { entityJson, type JsonObject } from './entity-json.ts';
import { readShown } from './read-shown.ts';
import type { Row } from './rows.ts';

/** Counts, averages and parts of dates are numbers, whatever the column. */
const number: ColumnDefinition = { type: 'Double', schemaName: 'Number', precision: 2 };
const wholeNumber: ColumnDefinition = { type: 'Integer', schemaName: 'Number' };

/** The rows of a fetch as JSON, with the annotations wished for. */
export async function fetchJson(
  context: ApiContext,
  table: ApiTable,
  fetch: Fetch,
  rows: readonly Row[],
): Promise<readonly JsonObject[]> {
  const outputs = fetchOutputs(fetch).filter((output) => isShown(output, fetch, table));
  const properties = outputs.map(propertyOf);
  const shown = await readShown(context, rows, properties);
  const renamed = context.prefer.annotates(annotationNames.attributeName)
    ? outputs.filter(({ attribute, isPlain }) => !isPlain && attribute.aggregate === undefined)
    : [];
  return rows.map((row) => {
    const entity = entityJson(row, table, properties, context.prefer, shown);
    for (const { key, column } of renamed) entity[`${key}@${annotationNames.attributeName}`] = column.name;
    return entity;
  });
}

/** The row version comes along for the entity tag; it is shown to those who asked for it. */
function isShown(output: FetchOutput, fetch: Fetch, table: ApiTable): boolean {
  const isAsked = fetch.entity.attributes.includes(output.attribute) || output.of !== fetch.entity.alias;
  return isAsked || output.key === table.definition.primaryId;
}

function propertyOf({ key, column, isPlain, isColumnValue, attribute }: FetchOutput): ApiProperty {
  const isWhole = attribute.dateGrouping !== undefined || attribute.aggregate?.startsWith('count') === true;
  const definition = isColumnValue ? column.definition : isWhole ? wholeNumber : number;
  return {
    name: isPlain && isLookup(column.definition) ? `_${column.name}_value` : key,
    column: key,
    definition,
    edmType: edmTypeOf(definition),
    readable: true,
    creatable: false,
    updatable: false,
  };
}

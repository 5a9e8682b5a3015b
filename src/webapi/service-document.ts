import type { ApiContext } from './api-request.ts';
import type { JsonObject } from './entity-json.ts';
import { metadataSets } from './metadata/metadata-types.ts';

/** The list of entity sets (OData JSON 4.01, 5). */
export function serviceDocument(context: ApiContext): JsonObject {
  const tables = context.model.tables.map((table) => table.definition.entitySetName);
  const sets = [...tables, ...Object.keys(metadataSets)].sort();
  return {
    '@odata.context': `${context.serviceRoot}$metadata`,
    value: sets.map((name) => ({ name, kind: 'EntitySet', url: name })),
  };
}

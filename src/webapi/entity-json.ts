import type { EntityReference } from '../tables/table-definition.ts';
import { annotationNames, lookupAnnotations, type Shown } from './annotations.ts';
import type { ApiProperty, ApiTable } from './api-model.ts';
import { isLookup } from './edm-type.ts';
import { formatValue } from './format-value.ts';
import type { Preferences } from './prefer.ts';
import type { Row } from './rows.ts';

/** A JSON object under construction. */
export type JsonObject = Record<string, unknown>;

/** A row as JSON: etag, the properties asked for, the annotations wished for. */
export function entityJson(
  row: Row,
  table: ApiTable,
  properties: readonly ApiProperty[],
  prefer: Preferences,
  shown: Shown,
): JsonObject {
  const entity: JsonObject = {};
  const etag = etagOf(row);
  if (etag !== undefined) entity['@odata.etag'] = etag;
  const withFormats = prefer.annotates(annotationNames.formattedValue);
  for (const property of properties) {
    const value = row[property.column];
    if (isLookup(property.definition)) {
      const reference = (value ?? null) as EntityReference | null;
      entity[property.name] = reference?.id ?? null;
      if (reference !== null)
        Object.assign(entity, lookupAnnotations(property, reference, table, prefer, shown.nameOf));
      continue;
    }
    entity[property.name] = scalarJson(property, value);
    const formatted = withFormats ? formatValue(property.definition, value, shown.formats) : undefined;
    if (formatted !== undefined) entity[`${property.name}@${annotationNames.formattedValue}`] = formatted;
  }
  return entity;
}

/** The entity tag of a row, weak as Dataverse's; undefined for tables without versions. */
export function etagOf(row: Row): string | undefined {
  const version = row.versionnumber;
  return version === undefined || version === null ? undefined : `W/"${String(version)}"`;
}

/** A column value as its JSON form; dates without fractions of a second, as Dataverse shows them. */
export function scalarJson(property: ApiProperty, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) {
    if (property.edmType === 'Edm.Date') return value.toISOString().slice(0, 10);
    return value.toISOString().replace(/\.\d{3}Z$/, 'Z');
  }
  if (typeof value === 'bigint') return Number(value);
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (property.definition.type === 'MultiSelectPicklist') return (value as readonly number[]).join(',');
  return value;
}

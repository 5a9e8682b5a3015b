import type { RecordStore } from '../store/record-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ApiModel, ApiProperty, ApiTable } from './api-model.ts';
import { isLookup } from './edm-type.ts';
import type { ValueFormats } from './format-value.ts';
import type { Preferences } from './prefer.ts';
import { queryRows, type Row } from './rows.ts';

/** Names of the annotations the Web API writes. */
export const annotationNames = {
  formattedValue: 'OData.Community.Display.V1.FormattedValue',
  lookupLogicalName: 'Microsoft.Dynamics.CRM.lookuplogicalname',
  attributeName: 'OData.Community.Display.V1.AttributeName',
  associatedNavigationProperty: 'Microsoft.Dynamics.CRM.associatednavigationproperty',
} as const;

/** The primary name of a referenced record, when it could be read. */
export type NameOf = (reference: EntityReference) => string | undefined;

/** What formatted values need: names of referenced records, and how the caller wants dates and numbers shown. */
export interface Shown {
  readonly nameOf: NameOf;
  readonly formats: ValueFormats;
}

/** Annotations of one lookup value: name, table, navigation property. */
export function lookupAnnotations(
  property: ApiProperty,
  reference: EntityReference,
  table: ApiTable,
  prefer: Preferences,
  nameOf: NameOf,
): Record<string, string> {
  const found: Record<string, string> = {};
  const put = (annotation: string, value: string | undefined) => {
    if (value !== undefined && prefer.annotates(annotation)) found[`${property.name}@${annotation}`] = value;
  };
  put(annotationNames.formattedValue, nameOf(reference));
  put(annotationNames.lookupLogicalName, reference.table);
  put(annotationNames.associatedNavigationProperty, navigationName(table, property.column, reference.table));
  return found;
}

/** Reads the names of all records that rows refer to, one query a table. Names the caller may not read stay out. */
export async function readLookupNames(
  model: ApiModel,
  records: RecordStore,
  rows: readonly Row[],
  properties: readonly ApiProperty[],
): Promise<NameOf> {
  const wanted = new Map<string, Set<string>>();
  for (const property of properties) {
    if (!isLookup(property.definition)) continue;
    for (const row of rows) {
      const reference = row[property.column] as EntityReference | null | undefined;
      if (!reference) continue;
      const ids = wanted.get(reference.table) ?? new Set();
      wanted.set(reference.table, ids.add(reference.id));
    }
  }
  const names = new Map<string, string>();
  for (const [tableName, ids] of wanted) {
    const table = model.byName(tableName);
    const nameColumn = table?.definition.primaryName;
    if (table === undefined || nameColumn === undefined) continue;
    const { primaryId } = table.definition;
    const list = [...ids];
    for (let start = 0; start < list.length; start += 1000) {
      const filter = { column: primaryId, operator: 'in', value: list.slice(start, start + 1000) } as const;
      const page = await queryRows(records, { table: table.name, columns: [primaryId, nameColumn], filter });
      for (const row of page.rows) {
        const name = row[nameColumn];
        if (typeof name === 'string') names.set(`${tableName}:${String(row[primaryId])}`, name);
      }
    }
  }
  return (reference) => names.get(`${reference.table}:${reference.id}`);
}

function navigationName(table: ApiTable, column: string, target: string): string | undefined {
  for (const navigation of table.toOne.values()) {
    if (navigation.column === column && navigation.table === target) return navigation.name;
  }
  return undefined;
}

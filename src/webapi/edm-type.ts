import type { ColumnDefinition, LookupColumn } from '../tables/table-definition.ts';

/** The OData primitive type a column shows (OData CSDL 4.0, 4.4). */
export function edmTypeOf(column: ColumnDefinition): string {
  switch (column.type) {
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      return 'Edm.Int32';
    case 'BigInt':
      return 'Edm.Int64';
    case 'Decimal':
    case 'Money':
      return 'Edm.Decimal';
    case 'Double':
      return 'Edm.Double';
    case 'Boolean':
    case 'ManagedProperty':
      return 'Edm.Boolean';
    case 'DateTime':
      return column.behavior === 'DateOnly' ? 'Edm.Date' : 'Edm.DateTimeOffset';
    case 'Uniqueidentifier':
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return 'Edm.Guid';
    case 'Image':
    case 'File':
      return 'Edm.Binary';
    default:
      return 'Edm.String';
  }
}

/** True for columns that name a record of another table. */
export function isLookup(column: ColumnDefinition): column is LookupColumn {
  return column.type === 'Lookup' || column.type === 'Customer' || column.type === 'Owner';
}

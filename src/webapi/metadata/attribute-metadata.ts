import { type AuditSwitch, isColumnAudited } from '../../store/audit-triggers.ts';
import { columnNumbers } from '../../tables/column-numbers.ts';
import type { ColumnDefinition, TableDefinition } from '../../tables/table-definition.ts';
import type { ApiTable } from '../api-model.ts';
import type { JsonObject } from '../entity-json.ts';
import { type JsonEntity, label, managed, metadataId, readableName } from './json-entity.ts';
import { booleanOptionSet, globalOptionSetOf, optionSetOf } from './option-sets.ts';

/** Types whose metadata type and type code are named otherwise. */
const typeNames: Readonly<Record<string, string>> = {
  Customer: 'Lookup',
  Owner: 'Lookup',
  PartyList: 'Lookup',
  Uniqueidentifier: 'UniqueIdentifier',
};
const virtual: ReadonlySet<string> = new Set(['MultiSelectPicklist', 'Image', 'File']);

/** The columns of a table that clients may know of, as `Attributes` describes them, in the order of their names. */
export function attributesOf(table: ApiTable, switches: readonly AuditSwitch[]): readonly JsonEntity[] {
  const { definition } = table;
  return [...columnNumbers(definition)].flatMap(([name, number]) => {
    const column = definition.columns[name];
    const isAudited = isColumnAudited(table.name, name, switches);
    return column === undefined ? [] : [attributeOf(definition, name, column, { number, isAudited })];
  });
}

/** What a column's definition does not tell. */
interface Known {
  readonly number: number;
  readonly isAudited: boolean;
}

function attributeOf(table: TableDefinition, name: string, column: ColumnDefinition, known: Known): JsonEntity {
  const type = `${typeNames[column.type] ?? column.type}AttributeMetadata`;
  return {
    type,
    json: { ...commonOf(table, name, column, known), ...ownOf(column) },
    navigation: navigationOf(table, name, column),
  };
}

function commonOf(
  table: TableDefinition,
  name: string,
  column: ColumnDefinition,
  { number, isAudited }: Known,
): JsonObject {
  const access = column.access ?? 'RW';
  const isReadable = access.includes('R');
  return {
    MetadataId: metadataId('attribute', table.logicalName, name),
    LogicalName: name,
    SchemaName: column.schemaName,
    EntityLogicalName: table.logicalName,
    AttributeType: virtual.has(column.type) ? 'Virtual' : column.type,
    AttributeTypeName: { Value: `${column.type}Type` },
    AttributeOf: null,
    ColumnNumber: number,
    DisplayName: label(readableName(column.schemaName)),
    Description: label(undefined),
    RequiredLevel: managed(column.required ?? 'None', 'canmodifyrequirementlevelsettings'),
    IsPrimaryId: name === table.primaryId,
    IsPrimaryName: name === table.primaryName,
    IsCustomAttribute: name.startsWith('mr_'),
    IsValidForCreate: access === 'RW' || access.includes('C'),
    IsValidForRead: isReadable,
    IsValidForUpdate: access === 'RW' || access.includes('U'),
    IsSecured: false,
    IsLogical: false,
    IsRetrievable: isReadable,
    IsFilterable: isReadable,
    IsSearchable: isReadable,
    IsValidODataAttribute: column.type !== 'PartyList',
    DeprecatedVersion: column.obsolete ? '9.0.0.0' : null,
    IsValidForAdvancedFind: managed(isReadable, 'canmodifysearchsettings'),
    IsSortableEnabled: managed(isReadable, 'canmodifyissortablesettings'),
    IsAuditEnabled: managed(isAudited, 'canmodifyauditsettings'),
  };
}

function ownOf(column: ColumnDefinition): JsonObject {
  switch (column.type) {
    case 'String':
      return {
        MaxLength: column.maxLength,
        Format: column.format ?? 'Text',
        FormatName: { Value: column.format ?? 'Text' },
      };
    case 'Memo':
      return { MaxLength: column.maxLength, Format: column.format ?? 'TextArea' };
    case 'Integer':
      return { MinValue: column.min ?? -2147483648, MaxValue: column.max ?? 2147483647, Format: 'None' };
    case 'BigInt':
      return { MinValue: null, MaxValue: null };
    case 'Decimal':
    case 'Double':
    case 'Money':
      return { MinValue: column.min ?? null, MaxValue: column.max ?? null, Precision: column.precision ?? 2 };
    case 'DateTime':
      return { Format: column.format ?? 'DateAndTime', DateTimeBehavior: { Value: column.behavior ?? 'UserLocal' } };
    case 'Lookup':
    case 'Customer':
    case 'Owner':
    case 'PartyList':
      return { Targets: column.targets };
    case 'Boolean':
      return { DefaultValue: column.default ?? false };
    case 'Picklist':
    case 'State':
    case 'Status':
    case 'MultiSelectPicklist':
      return { DefaultFormValue: column.default ?? -1 };
    case 'Image':
    case 'File':
      return { MaxSizeInKB: 131_072 };
    default:
      return {};
  }
}

function navigationOf(table: TableDefinition, name: string, column: ColumnDefinition): JsonEntity['navigation'] {
  switch (column.type) {
    case 'Boolean':
      return { OptionSet: () => booleanOptionSet(table, name, column), GlobalOptionSet: () => null };
    case 'Picklist':
    case 'State':
    case 'Status':
    case 'MultiSelectPicklist':
      return {
        OptionSet: () => optionSetOf(table, name, column),
        GlobalOptionSet: () => globalOptionSetOf(name, column),
      };
    default:
      return {};
  }
}

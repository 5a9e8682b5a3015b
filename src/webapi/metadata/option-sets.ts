import { catalog } from '../../tables/catalog.ts';
import type { BooleanColumn, ChoiceColumn, ChoiceOption, TableDefinition } from '../../tables/table-definition.ts';
import type { JsonObject } from '../entity-json.ts';
import { type JsonEntity, label, metadataId, readableName } from './json-entity.ts';

/** The choices of a column, as its option set describes them. */
export function optionSetOf(table: TableDefinition, name: string, column: ChoiceColumn): JsonEntity {
  return optionSet(`${table.logicalName}_${name}`, column, false);
}

/** The global choice that a column shares with other tables; null when its choices are its own. */
export function globalOptionSetOf(name: string, column: ChoiceColumn): JsonEntity | null {
  if (!isChoice(column)) return null;
  const wanted = JSON.stringify(column.options);
  const tables = (Object.values(catalog) as readonly TableDefinition[]).filter((table) => {
    const other = table.columns[name];
    return other !== undefined && isChoice(other) && JSON.stringify(other.options) === wanted;
  });
  return tables.length > 1 ? optionSet(name, column, true) : null;
}

/** Choices that several tables share under one column name, by that name. */
export function globalOptionSets(): readonly JsonEntity[] {
  const found = new Map<string, JsonEntity>();
  for (const table of Object.values(catalog) as readonly TableDefinition[]) {
    for (const [name, column] of Object.entries(table.columns)) {
      if (!isChoice(column) || found.has(name)) continue;
      const shared = globalOptionSetOf(name, column);
      if (shared !== null) found.set(name, shared);
    }
  }
  return [...found.values()].sort((a, b) => (String(a.json.Name) < String(b.json.Name) ? -1 : 1));
}

/** The two values of a yes-or-no column. */
export function booleanOptionSet(table: TableDefinition, name: string, column: BooleanColumn): JsonEntity {
  const [no, yes] = column.labels ?? ['No', 'Yes'];
  const setName = `${table.logicalName}_${name}`;
  return {
    type: 'BooleanOptionSetMetadata',
    navigation: {},
    json: {
      ...base(setName, column.schemaName, 'Boolean', false),
      TrueOption: option([1, yes], setName),
      FalseOption: option([0, no], setName),
    },
  };
}

function isChoice(column: TableDefinition['columns'][string]): column is ChoiceColumn {
  return column.type === 'Picklist' || column.type === 'MultiSelectPicklist';
}

function optionSet(name: string, column: ChoiceColumn, isGlobal: boolean): JsonEntity {
  const type = column.type === 'State' || column.type === 'Status' ? column.type : 'Picklist';
  const Options = column.options.map((one) => {
    if (type === 'Status')
      return {
        '@odata.type': '#Microsoft.Dynamics.CRM.StatusOptionMetadata',
        ...option(one, name),
        State: one[2] ?? 0,
      };
    if (type !== 'State') return option(one, name);
    return {
      '@odata.type': '#Microsoft.Dynamics.CRM.StateOptionMetadata',
      ...option(one, name),
      InvariantName: one[1],
    };
  });
  return {
    type: 'OptionSetMetadata',
    navigation: {},
    json: { ...base(name, column.schemaName, type, isGlobal), Options },
  };
}

function base(name: string, schemaName: string, type: string, isGlobal: boolean): JsonObject {
  return {
    MetadataId: metadataId('optionset', name),
    Name: name,
    DisplayName: label(readableName(schemaName)),
    Description: label(undefined),
    IsGlobal: isGlobal,
    IsCustomOptionSet: name.includes('mr_'),
    OptionSetType: type,
  };
}

function option([value, text]: ChoiceOption, setName: string): JsonObject {
  return {
    Value: value,
    Label: label(text),
    Description: label(undefined),
    Color: null,
    IsManaged: true,
    MetadataId: metadataId('option', setName, String(value)),
  };
}

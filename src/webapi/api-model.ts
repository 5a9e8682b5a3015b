import type { TableName } from '../tables/catalog.ts';
import type { ColumnDefinition, TableDefinition } from '../tables/table-definition.ts';
import { edmTypeOf, isLookup } from './edm-type.ts';
import { partyListsOf } from './party-lists.ts';

/** A structural property as clients see it: a lookup column `x` is the property `_x_value`. */
export interface ApiProperty {
  readonly name: string;
  readonly column: string;
  readonly definition: ColumnDefinition;
  readonly edmType: string;
  readonly readable: boolean;
  readonly creatable: boolean;
  readonly updatable: boolean;
}

/** A single-valued navigation property. */
export interface ToOne {
  readonly name: string;
  readonly column: string;
  /** Logical name of the table it leads to. */
  readonly table: string;
  /** False where the key of the row itself is the reference (an email's activitypointer). */
  readonly bindable: boolean;
}

/** A collection-valued navigation property: rows of `table` whose `column` names this row. */
export interface ToMany {
  readonly name: string;
  readonly table: string;
  /** Empty in a many-to-many relationship. */
  readonly column: string;
  readonly through?: Through;
}

/** The intersect table of a many-to-many relationship and its columns for the row itself and for the related one. */
export interface Through {
  readonly table: TableName;
  readonly near: string;
  readonly far: string;
}

/** A table as clients see it. */
export interface ApiTable {
  readonly name: TableName;
  readonly definition: TableDefinition;
  readonly properties: ReadonlyMap<string, ApiProperty>;
  readonly toOne: ReadonlyMap<string, ToOne>;
  readonly toMany: ReadonlyMap<string, ToMany>;
  /** Party list columns by participationtypemask; empty for tables that are no activities. */
  readonly partyLists: ReadonlyMap<number, string>;
  readonly hasVersion: boolean;
}

/** All tables as the Web API shows them. */
export interface ApiModel {
  readonly tables: readonly ApiTable[];
  bySet(entitySetName: string): ApiTable | undefined;
  byName(logicalName: string): ApiTable | undefined;
}

/** Builds the client's view of table definitions: internal columns and party lists left out, lookups renamed, relationships made navigation properties. */
export function createApiModel(definitions: Readonly<Record<string, TableDefinition>>): ApiModel {
  const all = Object.values(definitions);
  const tables = all.map((definition) => buildTable(definition, all));
  const sets = new Map(tables.map((table) => [table.definition.entitySetName, table]));
  const names = new Map<string, ApiTable>(tables.map((table) => [table.name, table]));
  return { tables, bySet: (name) => sets.get(name), byName: (name) => names.get(name) };
}

function buildTable(definition: TableDefinition, all: readonly TableDefinition[]): ApiTable {
  const properties = new Map<string, ApiProperty>();
  for (const [column, shape] of Object.entries(definition.columns)) {
    const property = buildProperty(column, shape, definition);
    if (property !== undefined) properties.set(property.name, property);
  }
  const toOne = buildToOne(definition, all);
  return {
    name: definition.logicalName as TableName,
    definition,
    properties,
    toOne,
    toMany: buildToMany(definition, all, (name) => toOne.has(name) || properties.has(name)),
    partyLists: partyListsOf(definition),
    hasVersion: Object.hasOwn(definition.columns, 'versionnumber'),
  };
}

function buildProperty(column: string, definition: ColumnDefinition, table: TableDefinition): ApiProperty | undefined {
  const access = definition.access ?? 'RW';
  if (definition.internal || access === '-' || definition.type === 'PartyList') return undefined;
  if (definition.type === 'EntityName' && isLookupCompanion(column, table)) return undefined;
  return {
    name: isLookup(definition) ? `_${column}_value` : column,
    column,
    definition,
    edmType: edmTypeOf(definition),
    readable: access.includes('R'),
    creatable: access === 'RW' || access.includes('C'),
    updatable: access === 'RW' || access.includes('U'),
  };
}

/** `owneridtype` and the like only repeat which table a lookup names; they surface as annotations. */
function isLookupCompanion(column: string, table: TableDefinition): boolean {
  if (column === 'activitytypecode' || column === 'objecttypecode') return false;
  const base = column.replace(/(object)?type(code)?$/, '');
  return [base, `${base}id`, `${base}objectid`].some((name) => {
    const other = table.columns[name];
    return other !== undefined && isLookup(other);
  });
}

function buildToOne(definition: TableDefinition, all: readonly TableDefinition[]): Map<string, ToOne> {
  const found = new Map<string, ToOne>();
  const covered = new Set<string>();
  const put = (wanted: string, column: string, table: string, bindable: boolean) => {
    if (covered.has(`${column}>${table}`)) return;
    covered.add(`${column}>${table}`);
    const namesake = definition.columns[wanted];
    const clashes = found.has(wanted) || (namesake !== undefined && !isLookup(namesake));
    const name = clashes ? `${wanted}_${table}` : wanted;
    found.set(name, { name, column, table, bindable });
  };
  for (const relationship of definition.relationships) {
    const column = definition.columns[relationship.referencingColumn];
    if (column === undefined || column.internal) continue;
    put(
      relationship.navigationProperty,
      relationship.referencingColumn,
      relationship.referencedTable,
      isLookup(column),
    );
  }
  for (const [name, column] of Object.entries(definition.columns)) {
    if (!isLookup(column) || column.internal || column.access === '-') continue;
    for (const target of column.targets) {
      if (!all.some((table) => table.logicalName === target)) continue;
      const plain = column.targets.length === 1 || (column.type !== 'Lookup' && !found.has(name));
      put(plain ? name : `${name}_${target}`, name, target, true);
    }
  }
  return found;
}

function buildToMany(
  definition: TableDefinition,
  all: readonly TableDefinition[],
  taken: (name: string) => boolean,
): Map<string, ToMany> {
  const found = new Map<string, ToMany>();
  for (const other of all) {
    for (const relationship of other.relationships) {
      const column = other.columns[relationship.referencingColumn];
      if (relationship.referencedTable !== definition.logicalName || column === undefined || column.internal) continue;
      const name = taken(relationship.schemaName)
        ? `${relationship.schemaName}_${other.logicalName}`
        : relationship.schemaName;
      found.set(name, { name, table: other.logicalName, column: relationship.referencingColumn });
    }
    for (const many of intersections(other, definition)) found.set(many.name, many);
  }
  return found;
}

/** The many-to-many relationship that an intersect table is for a table, seen from either side. */
function intersections({ intersects, logicalName }: TableDefinition, { logicalName: own }: TableDefinition): ToMany[] {
  if (intersects === undefined) return [];
  const { schemaName: name, first, second } = intersects;
  return [[first, second] as const, [second, first] as const].flatMap(([near, far]) =>
    near.table === own
      ? [
          {
            name,
            table: far.table,
            column: '',
            through: { table: logicalName as TableName, near: near.column, far: far.column },
          },
        ]
      : [],
  );
}

import { catalog, type TableName } from '../tables/catalog.ts';
import type { ColumnDefinition, TableDefinition } from '../tables/table-definition.ts';

/** Where the values of a logical column live in the database. */
export type ColumnStorage =
  | { readonly kind: 'plain'; readonly sqlType: string }
  /** A lookup: uuid, and a second column naming the table when there are several (`onlyTable` otherwise). */
  | { readonly kind: 'reference'; readonly tableColumn: string | undefined; readonly onlyTable: string }
  /** A table name that follows from a lookup; nothing is stored. */
  | { readonly kind: 'tableNameOf'; readonly lookup: string }
  /** The logical name of the row's own table; nothing is stored. */
  | { readonly kind: 'ownName' }
  /** Rows of activityparty with this participationtypemask (all when undefined). */
  | { readonly kind: 'parties'; readonly mask: number | undefined };

/** One logical column: definition and storage. */
export interface ColumnLayout {
  readonly name: string;
  readonly definition: ColumnDefinition;
  readonly storage: ColumnStorage;
}

/** How a table of the catalog is laid out in the database. */
export interface TableLayout {
  readonly name: TableName;
  readonly definition: TableDefinition;
  readonly columns: ReadonlyMap<string, ColumnLayout>;
  /** The columns' own defaults; the state's is chosen with the status. */
  readonly defaults: readonly (readonly [string, unknown])[];
  /** Names of the columns whose texts are stored sealed. */
  readonly sealed: readonly string[];
  /** Names of the party lists, which are rows of activityparty. */
  readonly partyLists: readonly string[];
  /** A view over all activity tables; rows are written in the tables below it. */
  readonly isView: boolean;
}

const sqlTypes: Readonly<Record<string, string>> = {
  String: 'text',
  Memo: 'text',
  Integer: 'integer',
  BigInt: 'bigint',
  Decimal: 'numeric',
  Money: 'numeric',
  Double: 'double precision',
  Boolean: 'boolean',
  ManagedProperty: 'boolean',
  Picklist: 'integer',
  State: 'integer',
  Status: 'integer',
  MultiSelectPicklist: 'integer[]',
  Uniqueidentifier: 'uuid',
  Image: 'bytea',
  File: 'bytea',
  EntityName: 'text',
};

const dateTypes = { UserLocal: 'timestamptz', DateOnly: 'date', TimeZoneIndependent: 'timestamp' } as const;

const partyMasks: Readonly<Record<string, number>> = {
  from: 1,
  to: 2,
  cc: 3,
  bcc: 4,
  requiredattendees: 5,
  optionalattendees: 6,
  organizer: 7,
  resources: 10,
  customers: 11,
  related: 13,
};

const layouts: ReadonlyMap<string, TableLayout> = new Map(
  (Object.keys(catalog) as TableName[]).map((name) => [name, buildLayout(name, catalog[name])]),
);

/** The layout of a table of the catalog. */
export function layoutOf(table: TableName): TableLayout {
  const layout = layouts.get(table);
  if (layout === undefined) throw new Error(`Table ${table} is not in the catalog.`);
  return layout;
}

/** Tables whose rows are activities, in the catalog's order. */
export const activityTables: readonly TableName[] = [...layouts.values()]
  .filter((layout) => layout.definition.primaryId === 'activityid' && !layout.isView)
  .map((layout) => layout.name);

/** A name as SQL writes it; only for names out of metadata. */
export function quoted(name: string): string {
  return `"${name}"`;
}

/** Names compared as they are; every other text ignores case. */
const exactColumns = new Set([
  'messageid',
  'inreplyto',
  'mr_identity',
  'mr_messageid',
  'mr_serverid',
  'mr_blob',
  'mr_rawblob',
]);

/** True for text columns in which case matters (identifiers of other systems). */
export function isExactText(column: string): boolean {
  return exactColumns.has(column);
}

/** True for write-only texts: passwords, client secrets, OAuth tokens. */
export function isSecret(column: ColumnDefinition): boolean {
  return column.type === 'String' && column.access === 'CU';
}

function buildLayout(name: TableName, definition: TableDefinition): TableLayout {
  const isView = name === 'activitypointer';
  const columns = new Map<string, ColumnLayout>();
  const defaults: (readonly [string, unknown])[] = [];
  for (const [column, columnDefinition] of Object.entries(definition.columns)) {
    const storage = storageOf(definition, column, columnDefinition, isView);
    columns.set(column, { name: column, definition: columnDefinition, storage });
    if (columnDefinition.type !== 'State' && 'default' in columnDefinition)
      defaults.push([column, columnDefinition.default]);
  }
  const sealed = [...columns.values()].filter((column) => isSecret(column.definition)).map((column) => column.name);
  const partyLists = [...columns.values()]
    .filter((column) => column.storage.kind === 'parties')
    .map((column) => column.name);
  return { name, definition, columns, defaults, sealed, partyLists, isView };
}

function storageOf(table: TableDefinition, name: string, column: ColumnDefinition, isView: boolean): ColumnStorage {
  switch (column.type) {
    case 'DateTime':
      return { kind: 'plain', sqlType: dateTypes[column.behavior ?? 'UserLocal'] };
    case 'Lookup':
    case 'Customer':
    case 'Owner': {
      const known = column.targets.filter((target) => Object.hasOwn(catalog, target));
      const tableColumn = known.length > 1 ? `${name}__table` : undefined;
      return { kind: 'reference', tableColumn, onlyTable: known[0] ?? column.targets[0] ?? '' };
    }
    case 'PartyList':
      return { kind: 'parties', mask: partyMasks[name] };
    case 'EntityName': {
      if (name === 'activitytypecode') return isView ? { kind: 'plain', sqlType: 'text' } : { kind: 'ownName' };
      const lookup = companionLookup(table, name);
      return lookup === undefined ? { kind: 'plain', sqlType: 'text' } : { kind: 'tableNameOf', lookup };
    }
    default:
      return { kind: 'plain', sqlType: sqlTypes[column.type] ?? 'text' };
  }
}

/** The lookup that an EntityName column accompanies: `owneridtype` of `ownerid`, `emailsenderobjecttypecode` of `emailsender`. */
function companionLookup(table: TableDefinition, name: string): string | undefined {
  const stems = [
    name.replace(/type$/, ''),
    name.replace(/typecode$/, ''),
    name.replace(/typecode$/, 'id'),
    name.replace(/objecttypecode$/, ''),
    name.replace(/objecttypecode$/, 'id'),
    name.replace(/typecodeforsharing$/, 'id'),
  ];
  return stems.find((stem) => stem !== name && isLookup(table.columns[stem]));
}

function isLookup(column: ColumnDefinition | undefined): boolean {
  return column?.type === 'Lookup' || column?.type === 'Customer' || column?.type === 'Owner';
}

import { catalog, type TableName } from '../tables/catalog.ts';
import type { TableIndex } from '../tables/table-definition.ts';
import { internalSchema } from './internal-schema.ts';
import { searchVector } from './search-sql.ts';
import { changeFeedTables, indexesOf } from './store-indexes.ts';
import { activityTables, type ColumnLayout, isExactText, layoutOf, quoted, type TableLayout } from './table-layout.ts';

/** The statements that build the whole schema from nothing, out of metadata; each without a closing semicolon. */
export function schemaStatements(): readonly string[] {
  const tables = (Object.keys(catalog) as TableName[]).map(layoutOf).filter((layout) => !layout.isView);
  return [
    'create sequence mr_rowversion',
    ...tables.flatMap((layout) => [createTable(layout), ...tableIndexes(layout)]),
    createActivityView(),
    ...internalSchema,
  ];
}

function createTable(layout: TableLayout): string {
  const lines = [...layout.columns.values()].flatMap((column) => columnLines(layout, column));
  if (!layout.columns.has('versionnumber')) lines.push(versionLine);
  lines.push('mr_txid xid8 not null default pg_current_xact_id()');
  lines.push(`primary key (${quoted(layout.definition.primaryId)})`);
  const full = fillFactors[layout.name];
  const options = full === undefined ? '' : ` with (fillfactor = ${full})`;
  return `create table ${quoted(layout.name)} (\n  ${lines.join(',\n  ')}\n)${options}`;
}

/** Room on the pages of tables whose rows are changed soon, so that the new version of a row needs no index entries: percent filled at first. */
const fillFactors: Readonly<Partial<Record<TableName, number>>> = { mailbox: 70, exchangesyncidmapping: 50 };

const versionLine = `"versionnumber" bigint not null default nextval('mr_rowversion')`;

function columnLines(layout: TableLayout, column: ColumnLayout): string[] {
  if (column.name === 'versionnumber') return [versionLine];
  const name = quoted(column.name);
  switch (column.storage.kind) {
    case 'plain':
      return [`${name} ${column.storage.sqlType}${column.name === layout.definition.primaryId ? ' not null' : ''}`];
    case 'reference':
      return column.storage.tableColumn === undefined
        ? [`${name} uuid`]
        : [`${name} uuid`, `${quoted(column.storage.tableColumn)} text`];
    default:
      return [];
  }
}

/** The indexes of a table: its definition's, the engine's, and the change feed's. */
function tableIndexes(layout: TableLayout): string[] {
  const made = new Map<string, string>();
  for (const index of indexesOf(layout)) {
    const key = index.columns.join('_');
    if (!made.has(key)) made.set(key, createIndex(layout, index, `${layout.name}_${key}`));
  }
  const vector = searchVector(layout, '');
  if (vector !== undefined) {
    made.set('search', `create index ${layout.name}_search on ${quoted(layout.name)} using gin (${vector})`);
  }
  if (changeFeedTables.has(layout.name)) {
    made.set('change', `create index ${layout.name}_change on ${quoted(layout.name)} (mr_txid, versionnumber)`);
  }
  return [...made.values()];
}

/** Non-unique indexes put nulls first, which is the order of query results. */
function createIndex(layout: TableLayout, index: TableIndex, name: string): string {
  const columns = index.columns.map((column) => {
    const type = layout.columns.get(column)?.definition.type;
    const folded = (type === 'String' || type === 'Memo') && !isExactText(column);
    const expression = folded ? `lower(${quoted(column)})` : quoted(column);
    return index.unique ? expression : `${expression} nulls first`;
  });
  const where = index.where === undefined ? '' : ` where ${index.where}`;
  return `create ${index.unique ? 'unique ' : ''}index ${name} on ${quoted(layout.name)} (${columns.join(', ')})${where}`;
}

/** `activitypointer`: what all activities have in common. */
function createActivityView(): string {
  const parts = activityTables.map(
    (name) => `select ${activityColumns(layoutOf(name)).join(', ')} from ${quoted(name)}`,
  );
  return `create view activitypointer as\n${parts.join('\nunion all\n')}`;
}

function activityColumns(source: TableLayout): string[] {
  const view = layoutOf('activitypointer');
  const columns: string[] = [];
  for (const column of view.columns.values()) {
    const name = quoted(column.name);
    const own = source.columns.get(column.name)?.storage;
    if (column.storage.kind === 'plain') {
      if (column.name === 'activitytypecode') columns.push(`'${source.name}'::text as ${name}`);
      else if (own?.kind === 'plain') columns.push(cast(own.sqlType, column.storage.sqlType, name));
      else columns.push(`null::${column.storage.sqlType} as ${name}`);
    } else if (column.storage.kind === 'reference') {
      columns.push(own?.kind === 'reference' ? name : `null::uuid as ${name}`);
      if (column.storage.tableColumn !== undefined) columns.push(tableNameColumn(own, column));
    }
  }
  return [...columns, 'mr_txid'];
}

function cast(from: string, to: string, name: string): string {
  return from === to ? name : `${name}::${to} as ${name}`;
}

function tableNameColumn(own: ColumnLayout['storage'] | undefined, column: ColumnLayout): string {
  const name = quoted(`${column.name}__table`);
  if (own?.kind !== 'reference') return `null::text as ${name}`;
  if (own.tableColumn !== undefined) return name;
  return `case when ${quoted(column.name)} is not null then '${own.onlyTable}' end as ${name}`;
}

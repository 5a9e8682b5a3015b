import {
  canBeAudited,
  canColumnBeAudited,
  isAuditedByDefault,
  isColumnAuditedByDefault,
  isValueWithheld,
} from '../tables/audited-columns.ts';
import { catalog, type TableName } from '../tables/catalog.ts';
import { columnNumbers } from '../tables/column-numbers.ts';
import type { StoreScope } from './database.ts';
import { type ColumnLayout, layoutOf, quoted } from './table-layout.ts';

/** Whether changes of a table, or of one of its columns, are audited. */
export interface AuditSwitch {
  readonly table: string;
  /** Null for the table as a whole. */
  readonly column: string | null;
  readonly isAudited: boolean;
}

/** Rows that are told as changes of another row: which one, and the actions of making, changing and deleting them. */
interface Relation {
  readonly table?: TableName;
  /** Column that names the other row's table, where `table` does not. */
  readonly tableFrom?: string;
  readonly id: string;
  readonly actions: readonly [number, number, number];
}

const relations: Readonly<Partial<Record<TableName, Relation>>> = {
  mr_queuemember: { table: 'queue', id: 'mr_queueid', actions: [33, 33, 34] },
  principalobjectaccess: { tableFrom: 'objecttypecode', id: 'objectid', actions: [14, 48, 49] },
  roleprivileges: { table: 'role', id: 'roleid', actions: [57, 59, 58] },
  systemuserroles: { table: 'systemuser', id: 'systemuserid', actions: [55, 55, 56] },
  teammembership: { table: 'team', id: 'teamid', actions: [35, 35, 36] },
  teamroles: { table: 'team', id: 'teamid', actions: [53, 53, 54] },
};

/** What the trigger of one table is made of. */
interface AuditTrigger {
  readonly events: string;
  readonly args: readonly [string, string];
}

/** Puts the audit's trigger on every table that is audited, for the columns that are, and takes it off all others, so that a table without audit costs nothing. */
export async function alignAuditTriggers(sql: StoreScope['sql']): Promise<void> {
  // Two writers at once would both make the same trigger.
  await sql('lock table mr_auditsetting in share row exclusive mode');
  const [organization] = await sql<{ isOn: boolean | null }>(
    'select isauditenabled as "isOn" from organization limit 1',
  );
  const switches = await readAuditSwitches(sql);
  const present = await sql<{ name: string; args: string }>(
    `select tgrelid::regclass::text as name, encode(tgargs, 'hex') as args from pg_trigger where tgname = 'mr_audit' and not tgisinternal`,
  );
  const there = new Map(present.map(({ name, args }) => [name.replaceAll('"', ''), args]));
  for (const table of Object.keys(catalog) as TableName[]) {
    const wanted = organization?.isOn === false ? undefined : triggerOf(table, switches);
    const args = there.get(table);
    if (args === (wanted && argsInHex(wanted))) continue;
    if (args !== undefined) await sql(`drop trigger mr_audit on ${quoted(table)}`);
    if (wanted === undefined) continue;
    const literals = wanted.args.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ');
    await sql(
      `create trigger mr_audit after ${wanted.events} on ${quoted(table)} for each row execute function mr_write_audit(${literals})`,
    );
  }
}

/** The rows of `mr_auditsetting`. */
export function readAuditSwitches(sql: StoreScope['sql']): Promise<readonly AuditSwitch[]> {
  return sql<AuditSwitch>(
    'select mr_table as "table", mr_column as "column", mr_isaudited is not false as "isAudited" from mr_auditsetting',
  );
}

/** True when changes of the table are audited, as long as the organisation's audit is on. */
export function isTableAudited(table: string, switches: readonly AuditSwitch[]): boolean {
  const own = switches.find((one) => one.table === table && one.column === null);
  return canBeAudited(table) && (own?.isAudited ?? isAuditedByDefault(table));
}

/** True when changes of the column are audited, as long as its table is. */
export function isColumnAudited(table: TableName, name: string, switches: readonly AuditSwitch[]): boolean {
  const { definition, columns } = layoutOf(table);
  const column = columns.get(name);
  if (column === undefined || !canColumnBeAudited(name, column.definition)) return false;
  const own = switches.find((one) => one.table === table && one.column === name);
  return own?.isAudited ?? isColumnAuditedByDefault(definition, name, column.definition);
}

function triggerOf(table: TableName, switches: readonly AuditSwitch[]): AuditTrigger | undefined {
  const layout = layoutOf(table);
  if (layout.isView || !isTableAudited(table, switches)) return undefined;
  const relation = relations[table];
  const numbers = columnNumbers(layout.definition);
  const columns = [...layout.columns.values()].filter(
    ({ name, storage }) =>
      (storage.kind === 'plain' || storage.kind === 'reference') &&
      name !== relation?.id &&
      isColumnAudited(table, name, switches),
  );
  const names = columns.flatMap(({ name, storage }) =>
    storage.kind === 'reference' && storage.tableColumn !== undefined ? [name, storage.tableColumn] : [name],
  );
  const object = relation ?? { table, id: layout.definition.primaryId };
  return {
    events: names.length === 0 ? 'insert or delete' : `insert or delete or update of ${names.map(quoted).join(', ')}`,
    args: [
      JSON.stringify(object),
      JSON.stringify(columns.map((column) => described(column, numbers.get(column.name)))),
    ],
  };
}

/** A column as the trigger's function reads it: name, number, where its table's name stands, and whether its values are withheld. */
function described({ name, definition, storage }: ColumnLayout, number: number | undefined): object {
  const of =
    storage.kind !== 'reference'
      ? {}
      : { t: storage.tableColumn, c: storage.tableColumn ? undefined : storage.onlyTable };
  return { n: name, i: number, ...of, ...(isValueWithheld(name, definition) ? { s: true } : {}) };
}

function argsInHex({ args }: AuditTrigger): string {
  return Buffer.from(args.map((text) => `${text}\0`).join('')).toString('hex');
}

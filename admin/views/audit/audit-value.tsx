import { entitySets, type ShownTable } from '../../api/entity-sets.ts';
import { useRow } from '../../api/use-rows.ts';
import type { TableColumn } from '../../parts/filter/table-columns.ts';
import { FullDate } from '../../parts/when.tsx';

/** Tables whose records the audit names by id, with the column of their names. */
const names = {
  businessunit: 'name',
  contact: 'fullname',
  emailserverprofile: 'name',
  mailbox: 'name',
  queue: 'name',
  role: 'name',
  systemuser: 'fullname',
  team: 'name',
} as const satisfies Partial<Record<ShownTable, string>>;

/** Columns that hold a bare id, and where it leads. */
const bareIds: Readonly<Record<string, keyof typeof names>> = {
  businessunitid: 'businessunit',
  roleid: 'role',
  systemuserid: 'systemuser',
  teamid: 'team',
};

const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A value as the audit holds it, in words: the label of a choice, a day and time, the name of a record where it is a lookup (`table,id`). */
export function AuditValue({
  name,
  column,
  value,
}: {
  readonly name: string;
  /** What the metadata tells of the column; undefined where it tells nothing. */
  readonly column: TableColumn | undefined;
  readonly value: string;
}) {
  const label = column?.options.find(([option]) => option === value)?.[1];
  if (label !== undefined) return <span title={value}>{label}</span>;
  if (column?.kind === 'date' && !Number.isNaN(Date.parse(value))) return <FullDate value={value} />;
  const [first = '', second] = value.split(',');
  const table = second === undefined ? bareIds[name] : first in names ? (first as keyof typeof names) : undefined;
  const id = second ?? first;
  return table === undefined || !isId.test(id) ? value : <RecordName table={table} id={id} />;
}

/** The name of a record; its id where it is gone or hidden from the reader. */
function RecordName({ table, id }: { readonly table: keyof typeof names; readonly id: string }) {
  const column = names[table];
  const row = useRow<ShownTable>(table, id, [entitySets[table][1], column] as never);
  const name = (row.data as Readonly<Record<string, unknown>> | undefined)?.[column];
  return <span title={id}>{typeof name === 'string' && name !== '' ? name : id}</span>;
}

import type { ChoiceColumn, EntityReference } from '../tables/table-definition.ts';
import type { LooseRow } from './row-codec.ts';
import type { TableLayout } from './table-layout.ts';

/** Who writes and when. */
export interface WriteStamp {
  readonly now: Date;
  /** The acting user; undefined for the engine without one. */
  readonly userId: string | undefined;
}

/** The values of a new row: what was given, then the columns' defaults, the stamps, the owner and a matching pair of state and status. */
export function withCreateDefaults(layout: TableLayout, given: LooseRow, stamp: WriteStamp): Record<string, unknown> {
  const values: Record<string, unknown> = { ...layout.defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) values[name] = value;
  }
  const user = stamp.userId === undefined ? undefined : { table: 'systemuser', id: stamp.userId };
  const put = (name: string, value: unknown) => {
    if (value !== undefined && layout.columns.has(name) && values[name] === undefined) values[name] = value;
  };
  put('createdon', stamp.now);
  put('modifiedon', stamp.now);
  put('createdby', user);
  put('modifiedby', user);
  if (layout.definition.ownership === 'UserOwned') put('ownerid', user);
  if (layout.name === 'queueitem') put('enteredon', stamp.now);
  pairStatus(layout, values, true);
  deriveOwners(layout, values);
  return values;
}

/** The values of a change: what was given with the stamps, the owner's companions and a matching pair of state and status. */
export function withUpdateDefaults(layout: TableLayout, given: LooseRow, stamp: WriteStamp): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && name !== 'versionnumber') values[name] = value;
  }
  if (layout.columns.has('modifiedon') && values.modifiedon === undefined) values.modifiedon = stamp.now;
  if (layout.columns.has('modifiedby') && values.modifiedby === undefined && stamp.userId !== undefined) {
    values.modifiedby = { table: 'systemuser', id: stamp.userId };
  }
  pairStatus(layout, values, false);
  deriveOwners(layout, values);
  return values;
}

/** A state without a status takes the first status of that state, a status without a state brings its state along. */
function pairStatus(layout: TableLayout, values: Record<string, unknown>, isNew: boolean): void {
  const state = layout.columns.get('statecode')?.definition;
  const status = layout.columns.get('statuscode')?.definition;
  if (state?.type !== 'State' || status?.type !== 'Status') return;
  if (values.statuscode !== undefined && values.statuscode !== null) {
    values.statecode ??= stateOf(status, values.statuscode) ?? state.default ?? 0;
    return;
  }
  if (values.statecode === undefined && !isNew) return;
  values.statecode ??= state.default ?? state.options[0]?.[0] ?? 0;
  const first = status.options.find((option) => option[2] === values.statecode);
  values.statuscode = first?.[0] ?? status.default ?? null;
}

function stateOf(status: ChoiceColumn, value: unknown): number | undefined {
  return status.options.find((option) => option[0] === value)?.[2];
}

/** owninguser and owningteam follow ownerid. */
function deriveOwners(layout: TableLayout, values: Record<string, unknown>): void {
  if (values.ownerid === undefined) return;
  const owner = values.ownerid as EntityReference | null;
  for (const [name, table] of [
    ['owninguser', 'systemuser'],
    ['owningteam', 'team'],
  ] as const) {
    const column = layout.columns.get(name);
    if (column === undefined) continue;
    const mine = owner?.table === table ? owner : null;
    values[name] = column.definition.type === 'Uniqueidentifier' ? (mine?.id ?? null) : mine;
  }
}

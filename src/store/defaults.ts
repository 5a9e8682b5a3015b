import type { ChoiceColumn, EntityReference } from '../tables/table-definition.ts';
import type { LooseRow } from './row-codec.ts';
import type { TableLayout } from './table-layout.ts';

/** Who writes and when. */
export interface WriteStamp {
  readonly now: Date;
  /** The acting user; undefined for the engine without one. */
  readonly userId: string | undefined;
  /** Who acts in their name; null for nobody, undefined where it is not noted. */
  readonly behalfId?: string | null | undefined;
}

/** The values of a new row: what was given, then the columns' own defaults, the stamps, the owner and a matching pair of state and status. */
export function withCreateDefaults(layout: TableLayout, given: LooseRow, stamp: WriteStamp): Map<string, unknown> {
  const values = new Map<string, unknown>(layout.defaults);
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value !== undefined) values.set(name, value);
  }
  const user = stamp.userId === undefined ? undefined : { table: 'systemuser', id: stamp.userId };
  const put = (name: string, value: unknown) => {
    if (value !== undefined && values.get(name) === undefined && layout.columns.has(name)) values.set(name, value);
  };
  put('createdon', stamp.now);
  put('modifiedon', stamp.now);
  put('createdby', user);
  put('modifiedby', user);
  const behalf = behalfOf(stamp) ?? undefined;
  put('createdonbehalfby', behalf);
  put('modifiedonbehalfby', behalf);
  if (layout.definition.ownership === 'UserOwned') put('ownerid', user);
  if (layout.name === 'queueitem') put('enteredon', stamp.now);
  pairStatus(layout, values, true);
  deriveOwners(layout, values);
  return values;
}

/** The values of a change: what was given with the stamps, the owner's companions and a matching pair of state and status. */
export function withUpdateDefaults(layout: TableLayout, given: LooseRow, stamp: WriteStamp): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value !== undefined && name !== 'versionnumber') values.set(name, value);
  }
  if (layout.columns.has('modifiedon') && values.get('modifiedon') === undefined) values.set('modifiedon', stamp.now);
  if (layout.columns.has('modifiedby') && values.get('modifiedby') === undefined && stamp.userId !== undefined) {
    values.set('modifiedby', { table: 'systemuser', id: stamp.userId });
  }
  const behalf = behalfOf(stamp);
  if (
    behalf !== undefined &&
    layout.columns.has('modifiedonbehalfby') &&
    values.get('modifiedonbehalfby') === undefined
  )
    values.set('modifiedonbehalfby', behalf);
  pairStatus(layout, values, false);
  deriveOwners(layout, values);
  return values;
}

function behalfOf({ behalfId }: WriteStamp): EntityReference | null | undefined {
  return behalfId == null ? behalfId : { table: 'systemuser', id: behalfId };
}

/** A state without a status takes the first status of that state, a status without a state brings its state along. */
function pairStatus(layout: TableLayout, values: Map<string, unknown>, isNew: boolean): void {
  const state = layout.columns.get('statecode')?.definition;
  const status = layout.columns.get('statuscode')?.definition;
  if (state?.type !== 'State' || status?.type !== 'Status') return;
  const given = values.get('statuscode') ?? undefined;
  if (given !== undefined) {
    values.set('statecode', values.get('statecode') ?? stateOf(status, given) ?? state.default ?? 0);
    return;
  }
  if (values.get('statecode') === undefined && !isNew) return;
  const code = values.get('statecode') ?? state.default ?? state.options[0]?.[0] ?? 0;
  const first = status.options.find((option) => option[2] === code);
  values.set('statecode', code);
  values.set('statuscode', first?.[0] ?? status.default ?? null);
}

function stateOf(status: ChoiceColumn, value: unknown): number | undefined {
  return status.options.find((option) => option[0] === value)?.[2];
}

/** owninguser and owningteam follow ownerid. */
function deriveOwners(layout: TableLayout, values: Map<string, unknown>): void {
  const owner = values.get('ownerid') as EntityReference | null | undefined;
  if (owner === undefined) return;
  for (const [name, table] of [
    ['owninguser', 'systemuser'],
    ['owningteam', 'team'],
  ] as const) {
    const column = layout.columns.get(name);
    if (column === undefined) continue;
    const mine = owner?.table === table ? owner : null;
    values.set(name, column.definition.type === 'Uniqueidentifier' ? (mine?.id ?? null) : mine);
  }
}

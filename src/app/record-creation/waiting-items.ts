import type { StoreScope } from '../../store/database.ts';
import { CreationState, RecordState } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import type { CreationOutcome } from './run-rule.ts';

/** A queue item that waits for its rule. */
export interface WaitingItem {
  readonly id: string;
  readonly source: EntityReference;
  /** The active rule of the queue; null when it was switched off meanwhile. */
  readonly ruleId: string | null;
  readonly ownerId: string | null;
  /** Tries before. */
  readonly attempts: number;
}

/** Tries of one item, at most. */
const mostAttempts = 5;

const minuteMs = 60_000;

/** Queue items whose turn it is, the oldest first; nothing is taken. */
export async function readWaitingItems(
  sql: StoreScope['sql'],
  now: Date,
  limit: number,
): Promise<readonly WaitingItem[]> {
  const rows = await sql<Omit<WaitingItem, 'source'> & { objectid: string; objecttable: string }>(
    `select q.queueitemid::text as id, q.objectid::text as objectid, q.objectid__table as objecttable,
       r.mr_creationruleid::text as "ruleId", r.ownerid::text as "ownerId", coalesce(q.mr_creationattempts, 0) as attempts
     from queueitem q left join mr_creationrule r
       on r.mr_queueid = q.queueid and lower(r.mr_sourcetable) = q.objectid__table and r.statecode = ${RecordState.active}
     where q.mr_creationstate = ${CreationState.waiting} and (q.mr_creationnexton is null or q.mr_creationnexton <= $1)
     order by q.createdon limit $2`,
    [now, limit],
  );
  return rows.map(({ objectid, objecttable, ...row }) => ({ ...row, source: { table: objecttable, id: objectid } }));
}

/** Takes an item for the transaction; false when another process has it or it is done. */
export async function takeItem(scope: Pick<StoreScope, 'records'>, id: string): Promise<boolean> {
  const page = await scope.records.retrieveMultiple({
    table: 'queueitem',
    columns: ['queueitemid'],
    filter: {
      and: [
        { column: 'queueitemid', operator: 'eq', value: id },
        { column: 'mr_creationstate', operator: 'eq', value: CreationState.waiting },
      ],
    },
    lock: 'skipLocked',
  });
  return page.rows.length > 0;
}

/** Writes down what came of an item. */
export async function settleItem(
  scope: Pick<StoreScope, 'records'>,
  id: string,
  outcome: CreationOutcome,
): Promise<void> {
  await scope.records.update('queueitem', id, {
    mr_creationstate: outcome.state,
    mr_creationoutcome: outcome.text.slice(0, 4000),
    mr_createdrecordid: outcome.record ?? null,
    mr_creationnexton: null,
  });
}

/** Puts an item off after trouble that may pass: 1, 5, 25, 125 minutes; false when it was the last try. */
export async function putOff(
  scope: Pick<StoreScope, 'records'>,
  item: WaitingItem,
  why: string,
  now: Date,
): Promise<boolean> {
  const attempts = item.attempts + 1;
  if (attempts >= mostAttempts) return false;
  await scope.records.update('queueitem', item.id, {
    mr_creationattempts: attempts,
    mr_creationnexton: new Date(now.getTime() + minuteMs * 5 ** (attempts - 1)),
    mr_creationoutcome: why.slice(0, 4000),
  });
  return true;
}

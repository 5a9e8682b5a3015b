import { MailroomError } from '../base/errors.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { activityTables, quoted, type TableLayout } from './table-layout.ts';

/** Ids of a table that changed after a cursor, in commit-safe order. */
export interface ChangedIds {
  readonly entries: readonly { readonly id: string; readonly isDeleted: boolean }[];
  readonly cursor: string;
  readonly more: boolean;
}

interface ChangeRow {
  readonly horizon: string;
  readonly id: string | null;
  readonly gone: boolean | null;
  readonly txid: string | null;
  readonly versionnumber: bigint | null;
}

/** Reads changes of transactions that had ended before every transaction still open: a row that commits later can thus never come before the cursor. The cursor is `txid:version` of the last one read; within a first reading a third part says from which transaction on deletions matter. Throws conflict `mr_ChangeCursorUnknown` on a cursor that this database has not given out. */
export async function readChangedIds(
  executor: Pick<SqlExecutor, 'rows'>,
  layout: TableLayout,
  cursor: string | null,
  limit: number,
): Promise<ChangedIds> {
  const { txid, version, deletionsFrom } = readCursor(cursor);
  const primaryId = quoted(layout.definition.primaryId);
  const tables = layout.isView ? activityTables : [layout.name];
  const rows = await executor.rows<ChangeRow>(
    `with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as x),
     changed as (
       (select ${primaryId} as id, false as gone, mr_txid as txid, versionnumber from ${quoted(layout.name)}
        where mr_txid >= $1::xid8 and (mr_txid, versionnumber) > ($1::xid8, $2::bigint) and mr_txid < (select x from horizon)
        order by mr_txid, versionnumber limit $3)
       union all
       (select id, true, txid, versionnumber from mr_tombstone
        where tablename = any($4::text[]) and txid >= greatest($1::xid8, $5::xid8) and $5 is not null and (txid, versionnumber) > ($1::xid8, $2::bigint)
          and txid < (select x from horizon)
        order by txid, versionnumber limit $3)
     )
     select horizon.x::text as horizon, c.id, c.gone, c.txid::text as txid, c.versionnumber
     from horizon left join lateral (select * from changed order by txid, versionnumber limit $3) c on true
     order by c.txid, c.versionnumber`,
    [txid, version, limit + 1, tables, deletionsFrom],
  );
  const horizon = rows[0]?.horizon ?? '0';
  if (BigInt(txid) > BigInt(horizon)) throw unknownCursor();
  const found = rows.filter((row) => row.id !== null);
  const kept = found.slice(0, limit);
  const more = found.length > limit;
  const last = kept.at(-1);
  return {
    entries: kept.map((row) => ({ id: row.id as string, isDeleted: row.gone === true })),
    cursor:
      more && last !== undefined ? `${last.txid}:${last.versionnumber}:${deletionsFrom ?? horizon}` : `${horizon}:-1`,
    more,
  };
}

interface Position {
  readonly txid: string;
  readonly version: string;
  /** Null in the first reading of all: rows deleted before it are not news. */
  readonly deletionsFrom: string | null;
}

function readCursor(cursor: string | null): Position {
  if (cursor === null) return { txid: '0', version: '-1', deletionsFrom: null };
  const match = /^(\d{1,19}):(-1|\d{1,18})(?::(\d{1,19}))?$/.exec(cursor);
  if (match?.[1] === undefined || match[2] === undefined) throw unknownCursor();
  return { txid: match[1], version: match[2], deletionsFrom: match[3] ?? match[1] };
}

function unknownCursor(): MailroomError {
  return new MailroomError(
    'The change cursor is not of this database (it was restored or replaced). Read all rows anew.',
    {
      code: 'mr_ChangeCursorUnknown',
      kind: 'conflict',
    },
  );
}

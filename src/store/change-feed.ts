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
  readonly newest: string;
  readonly id: string | null;
  readonly gone: boolean | null;
  readonly txid: string | null;
  readonly versionnumber: bigint | null;
}

/**
 * SQL: the oldest transaction that may still write to this database, by the statement's own snapshot, and the first one not begun. Open
 * transactions of the server count unless they are known to be another database's, so a long one there does not hold the feed back.
 */
const horizonSql = `select coalesce(
    (select x from (
       select x from pg_snapshot_xip(s) x where not exists (
         select 1 from pg_stat_activity a where a.backend_xid = x::xid
           and a.datid <> (select oid from pg_database where datname = current_database()))
       union all select x from (select pg_current_xact_id_if_assigned() as x) mine where x is not null) candidates
     order by x limit 1),
    pg_snapshot_xmax(s)) as x, pg_snapshot_xmax(s) as newest
  from (select pg_current_snapshot() as s) now`;

/** Reads changes of transactions that had ended before every transaction still open here: a row that commits later can thus never come before the cursor. The cursor is `txid:version` of the last one read; within a first reading a third part says from which transaction on deletions matter. Throws conflict `mr_ChangeCursorUnknown` on a cursor that this database has not given out. */
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
    `with horizon as materialized (${horizonSql}),
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
     select horizon.x::text as horizon, horizon.newest::text as newest, c.id, c.gone, c.txid::text as txid, c.versionnumber
     from horizon left join lateral (select * from changed order by txid, versionnumber limit $3) c on true
     order by c.txid, c.versionnumber`,
    [txid, version, limit + 1, tables, deletionsFrom],
  );
  const horizon = rows[0]?.horizon ?? '0';
  if (BigInt(txid) > BigInt(rows[0]?.newest ?? '0')) throw unknownCursor();
  // A foreign transaction that ends while the statement runs is not known to be foreign: nothing new this time.
  if (cursor !== null && BigInt(txid) > BigInt(horizon)) return { entries: [], cursor, more: false };
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

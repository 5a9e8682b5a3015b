import { MailroomError } from '../base/errors.ts';
import type { ScopeReads, StoreScope } from '../store/database.ts';
import type { RecordOf, TableName } from '../tables/catalog.ts';
import { withBodies } from './attachment-body.ts';
import { callerLimits } from './caller-limits.ts';
import type { RuleCaller } from './table-rules.ts';

/** The reading half of a ruled store: what the caller may see is part of every query, and attachments come with their bytes (`body`, base64) when one is read whole or the column is asked for. Throws 80040220 where a table is closed to the caller. */
export function createRuledReads(
  scope: Pick<StoreScope, 'records' | 'fetch' | 'readsWithin' | 'blobs'>,
  caller: RuleCaller,
): ScopeReads {
  const limits = callerLimits(caller, 'read');
  const reads: ScopeReads =
    limits === undefined ? { ...scope.records, fetch: (fetch) => scope.fetch(fetch) } : scope.readsWithin(limits);
  return {
    ...reads,
    retrieve: async (table, id, columns) => {
      const row = await reads.retrieve(table, id, columns);
      if (row === undefined) return undefined;
      return (await filled(scope, table, [row], columns === undefined || asksForBody(columns)))[0];
    },
    retrieveMultiple: async (query) => {
      const found = await reads.retrieveMultiple(query);
      return { ...found, rows: await filled(scope, query.table, found.rows, asksForBody(query.columns)) };
    },
    changesSince: async (table, cursor, limit) => {
      if (limits?.(table) !== undefined) {
        throw new MailroomError(
          `Change tracking of ${table} needs the privilege to read all its rows. Ask an administrator for it.`,
          { code: '80040220', kind: 'item' },
        );
      }
      return reads.changesSince(table, cursor, limit);
    },
  };
}

const asksForBody = (columns: readonly string[] | undefined): boolean => columns?.includes('body') ?? false;

async function filled<N extends TableName>(
  scope: Pick<StoreScope, 'records' | 'blobs'>,
  table: N,
  rows: readonly RecordOf<N>[],
  isWanted: boolean,
): Promise<readonly RecordOf<N>[]> {
  if (table !== 'activitymimeattachment' || !isWanted) return rows;
  return (await withBodies(scope, rows as readonly RecordOf<'activitymimeattachment'>[])) as readonly RecordOf<N>[];
}

import { catalog, findTable, type RecordOf, type TableName } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { hasPrivilege, requireRow } from './access-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** A piece of what the audit holds of one record, the newest first. */
export interface AuditHistory {
  readonly rows: readonly RecordOf<'audit'>[];
  readonly more: boolean;
  readonly total: number;
}

/** Which piece. */
export interface HistoryPage {
  /** From 1. */
  readonly page: number;
  /** Rows of a page. */
  readonly size: number;
}

/** Rows that are looked through for one record at most, as a count goes no further either. */
const mostRows = 5000;

/** What was done to a record, or to one column of it. Throws 80040220 without prvReadRecordAuditHistory and the right to read the record; of one that is gone, without prvReadAuditSummary too. */
export async function auditHistory(
  context: RuleContext,
  target: EntityReference,
  column: string | undefined,
  { page, size }: HistoryPage,
): Promise<AuditHistory> {
  await requireHistory(context, target);
  const of = { column: 'objectid', operator: 'eq', value: target.id } as const;
  const named = { column: 'changedata', operator: 'contains', value: `"logicalName": "${column ?? ''}"` } as const;
  const found = await context.records.retrieveMultiple({
    table: 'audit',
    filter: column === undefined ? of : { and: [of, named] },
    orderBy: [
      { column: 'createdon', descending: true },
      { column: 'versionnumber', descending: true },
    ],
    limit: mostRows,
  });
  const rows = found.rows.filter((row) => row.objectid?.table === target.table);
  const start = (page - 1) * size;
  return { rows: rows.slice(start, start + size), more: rows.length > start + size, total: rows.length };
}

async function requireHistory(context: RuleContext, target: EntityReference): Promise<void> {
  const lacks = (name: string): never =>
    refuse(
      '80040220',
      `You may not read the audit (privilege ${name}). Ask an administrator for a role that allows it.`,
    );
  if (!hasPrivilege(context.caller, 'prvReadRecordAuditHistory')) lacks('prvReadRecordAuditHistory');
  if (findTable(target.table) === undefined)
    refuse('80040203', `There is no table ${target.table}. Name one that exists.`);
  const table = target.table as TableName;
  const columns = [catalog[table].primaryId] as never;
  const isThere = (await context.records.retrieve(table, target.id, columns)) !== undefined;
  if (isThere) await requireRow(context, 'read', table, target.id);
  else if (!hasPrivilege(context.caller, 'prvReadAuditSummary')) lacks('prvReadAuditSummary');
}

import { auditHistory } from '../rules/audit-history.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { findTable, type RecordOf } from '../tables/catalog.ts';
import type { ActionContext, ActionHandler, ActionHandlers } from '../webapi/actions.ts';
import { boundTo } from './bound-to.ts';

type Audit = RecordOf<'audit'>;
type Json = Record<string, unknown>;

/** One column of a change as `audit.changedata` holds it; without values for what is withheld. */
interface ChangedColumn {
  readonly logicalName: string;
  readonly oldValue?: unknown;
  readonly newValue?: unknown;
}

/** Rows of a page when the caller asks for no number, and at most. */
const pageSize = { usual: 100, most: 5000 };

/** The audit of one record as messages. */
export const auditActions: ActionHandlers<RuledStore> = {
  RetrieveRecordChangeHistory: history(() => undefined),
  RetrieveAttributeChangeHistory: history((parameters) => String(parameters.AttributeLogicalName)),
  RetrieveAuditDetails: async (context, bound) => {
    const row = await context.records.retrieve('audit', boundTo(bound, 'audit'));
    return row === undefined
      ? refuse('80040217', 'There is no such row of audit. Choose an existing one.')
      : { AuditDetail: detailOf(row) };
  },
};

function history(columnOf: (parameters: Readonly<Json>) => string | undefined): ActionHandler<RuledStore> {
  return async (context, _bound, parameters) => {
    const target = await targetOf(context, parameters.Target);
    const column = columnOf(parameters);
    const columns = findTable(target.table)?.columns ?? {};
    if (column !== undefined && !Object.hasOwn(columns, column))
      refuse('80041103', `${target.table} has no column "${column.slice(0, 100)}". Give its logical name.`);
    const paging = (parameters.PagingInfo ?? {}) as Readonly<Json>;
    const page = whole(paging.PageNumber, 1, 1_000_000);
    const size = whole(paging.Count, pageSize.usual, pageSize.most);
    const found = await context.records.act((rules) => auditHistory(rules, target, column, { page, size }));
    return {
      AuditDetailCollection: {
        MoreRecords: found.more,
        PagingCookie: '',
        TotalRecordCount: paging.ReturnTotalRecordCount === true ? found.total : -1,
        AuditDetails: found.rows.map((row) => detailOf(row)),
      },
    };
  };
}

async function targetOf(context: ActionContext<RuledStore>, given: unknown): Promise<{ table: string; id: string }> {
  const record = await context.readRecord(given);
  if (record.id === undefined) refuse('80040203', 'Target must name a record. Give its id.');
  return { table: record.table, id: record.id };
}

function whole(given: unknown, otherwise: number, most: number): number {
  return Number.isInteger(given) && Number(given) > 0 ? Math.min(Number(given), most) : otherwise;
}

/** A row with the values before and after as records of its table. */
function detailOf(row: Audit): Json {
  const isAccess = row.operation === 4;
  const type = isAccess ? 'UserAccessAuditDetail' : 'AttributeAuditDetail';
  const record = { '@odata.type': `#Microsoft.Dynamics.CRM.${type}`, AuditRecord: recordJson(row) };
  if (isAccess) return { ...record, AccessTime: row.createdon?.toISOString() ?? null };
  const table = row.objectid?.table ?? '';
  const changes = changedColumns(row.changedata);
  const side = (read: (change: ChangedColumn) => unknown): Json => ({
    '@odata.type': `#Microsoft.Dynamics.CRM.${table}`,
    ...Object.fromEntries(
      changes.filter((one) => 'newValue' in one).map((one) => shown(table, one.logicalName, read(one))),
    ),
  });
  return {
    ...record,
    InvalidNewValueAttributes: changes.filter((one) => !('newValue' in one)).map((one) => one.logicalName),
    OldValue: side((one) => one.oldValue ?? null),
    NewValue: side((one) => one.newValue ?? null),
  };
}

function recordJson(row: Audit): Json {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.audit',
    auditid: row.auditid,
    action: row.action,
    operation: row.operation,
    attributemask: row.attributemask,
    changedata: row.changedata,
    createdon: row.createdon?.toISOString() ?? null,
    objecttypecode: row.objecttypecode,
    _objectid_value: row.objectid?.id ?? null,
    _userid_value: row.userid?.id ?? null,
    _callinguserid_value: row.callinguserid?.id ?? null,
    transactionid: row.transactionid,
  };
}

function changedColumns(changedata: string | null | undefined): readonly ChangedColumn[] {
  const parsed = JSON.parse(changedata || '{}') as { readonly changedAttributes?: readonly ChangedColumn[] };
  return parsed.changedAttributes ?? [];
}

/** Lookups stand as `table,id` in `changedata`; a record names them by id. */
function shown(table: string, name: string, value: unknown): [string, unknown] {
  const type = findTable(table)?.columns[name]?.type;
  if (type !== 'Lookup' && type !== 'Customer' && type !== 'Owner') return [name, value];
  return [`_${name}_value`, typeof value === 'string' ? (value.split(',')[1] ?? null) : null];
}

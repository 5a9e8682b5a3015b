import { alignAuditTriggers } from '../store/audit-triggers.ts';
import { recordAudit } from '../store/record-audit.ts';
import { canBeAudited, canColumnBeAudited } from '../tables/audited-columns.ts';
import { findTable, type RecordOf } from '../tables/catalog.ts';
import { AuditAction } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Setting = RecordOf<'mr_auditsetting'>;

/** The audit's switches of tables and columns: they name what exists, hold from the commit on, and are told in the audit themselves. */
export const auditSettingRules: TableRules<'mr_auditsetting'> = {
  beforeCreate: async (_context, values) => ({ ...values, ...checked(values) }),
  afterCreate: (context, id, values) => tell(context, id, values, values.mr_isaudited !== false),
  afterUpdate: (context, id, before, values) =>
    tell(context, id, before, (values.mr_isaudited ?? before.mr_isaudited) !== false),
  afterDelete: (context, id, before) => tell(context, id, before, before.mr_isaudited === false),
};

function checked(values: Setting): { readonly mr_table: string; readonly mr_column: string | null } {
  const mr_table = (values.mr_table ?? '').trim().toLowerCase();
  const mr_column = (values.mr_column ?? '').trim().toLowerCase() || null;
  const table = findTable(mr_table);
  if (table === undefined || !canBeAudited(mr_table))
    refuse(
      '80040203',
      `mr_auditsetting.mr_table "${mr_table.slice(0, 64)}" is no table that can be audited. Give a logical name such as email.`,
    );
  const column = mr_column === null ? undefined : Object.entries(table.columns).find(([name]) => name === mr_column);
  if (mr_column !== null && (column === undefined || !canColumnBeAudited(...column)))
    refuse(
      '80040203',
      `mr_auditsetting.mr_column "${mr_column.slice(0, 100)}" is no column of ${mr_table} that can be audited. Give a logical name such as subject.`,
    );
  return { mr_table, mr_column };
}

async function tell(context: RuleContext, id: string, setting: Setting, isOn: boolean): Promise<void> {
  await alignAuditTriggers(context.scope.sql);
  await recordAudit(
    context.scope,
    {
      action: actionOf(Boolean(setting.mr_column), isOn),
      object: { table: 'mr_auditsetting', id },
      column: [setting.mr_table, setting.mr_column].filter(Boolean).join('.'),
      userId: context.caller.systemuserid,
      actingUserId: context.caller.actingUserId,
    },
    context.clock.now(),
  );
}

function actionOf(isColumn: boolean, isOn: boolean): number {
  if (isColumn) return isOn ? AuditAction.columnStarted : AuditAction.columnStopped;
  return isOn ? AuditAction.tableStarted : AuditAction.tableStopped;
}

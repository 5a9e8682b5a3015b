import { alignAuditTriggers } from '../store/audit-triggers.ts';
import { recordAudit } from '../store/record-audit.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { AuditAction } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

/** The organisation is one row; a former token prefix stays recognised (CO-17). */
export const organizationRules: TableRules<'organization'> = {
  async beforeCreate() {
    refuse('80040203', 'The organisation exists already and is the only one. Change its row instead.');
  },
  async beforeUpdate(_context, _id, before, values) {
    if (values.mr_trackedkeyword && !/^\$?[A-Za-z0-9][\w.+-]{0,62}$/.test(values.mr_trackedkeyword)) {
      refuse(
        '80040203',
        `"${values.mr_trackedkeyword}" is no keyword that IMAP servers take (mr_trackedkeyword). Enter 1 to 63 letters, digits, and _ . + -, for example tracked_to_crm.`,
      );
    }
    const former = before.trackingprefix || 'CRM:';
    if (!values.trackingprefix || values.trackingprefix === former) return withReason(before, values);
    if (!/^[\x21-\x7e]{1,20}$/.test(values.trackingprefix)) {
      refuse(
        '80040203',
        `The tracking token prefix "${values.trackingprefix}" is not usable. Enter 1 to 20 visible ASCII characters without a space.`,
      );
    }
    const history = new Set(
      [...(before.mr_trackingprefixhistory ?? '').split('\n'), former].filter(
        (prefix) => prefix !== '' && prefix !== values.trackingprefix,
      ),
    );
    return { ...withReason(before, values), mr_trackingprefixhistory: [...history].join('\n') };
  },
  async afterUpdate(context, id, before, values) {
    await switchAudit(context, id, before, values);
  },
  async beforeDelete() {
    refuse('mr_NotDeletable', 'The organisation cannot be deleted. Change its row instead.');
  },
};

/** Why the organisation was held before is no reason for now (MG-06). */
function withReason(before: RecordOf<'organization'>, values: RecordOf<'organization'>): RecordOf<'organization'> {
  const isTurned = values.mr_held !== undefined && (values.mr_held === true) !== (before.mr_held === true);
  return isTurned ? { ...values, mr_heldreason: null } : values;
}

/** The audit goes on and off with its switch, and says so. */
async function switchAudit(
  context: RuleContext,
  id: string,
  before: RecordOf<'organization'>,
  values: RecordOf<'organization'>,
): Promise<void> {
  const turned = (column: 'isauditenabled' | 'isuseraccessauditenabled'): boolean | undefined => {
    const now = values[column];
    return now === undefined || (now !== false) === (before[column] !== false) ? undefined : now !== false;
  };
  const all = turned('isauditenabled');
  const access = turned('isuseraccessauditenabled');
  if (all !== undefined) await alignAuditTriggers(context.scope.sql);
  const entry = {
    object: { table: 'organization', id },
    userId: context.caller.systemuserid,
    actingUserId: context.caller.actingUserId,
  };
  if (all !== undefined)
    await recordAudit(
      context.scope,
      { ...entry, action: all ? AuditAction.enabled : AuditAction.disabled, isAlways: true },
      context.clock.now(),
    );
  if (access !== undefined)
    await recordAudit(
      context.scope,
      { ...entry, action: access ? AuditAction.accessStarted : AuditAction.accessStopped },
      context.clock.now(),
    );
}

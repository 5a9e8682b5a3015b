import type { StoreScope } from '../store/database.ts';
import type { Work } from '../store/mailbox-leases.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { Filter } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { TraceLevel } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';

/** What the reader of an alert can do about it, as a command of the record it is about (AL-05). */
export type AlertAction = 'approve' | 'testAndEnable' | 'consent' | 'editProfile' | 'editEmail' | 'resolveUncertain';

/** One thing to tell: what failed, for whom, why, what happens next and what to do (AL-21). */
export interface Alert {
  readonly level: 'information' | 'warning' | 'error';
  /** Stable code, `8005E227` or `mr_SmtpTimeout`. */
  readonly code: string;
  /** Whole sentences in plain words, at most 2,000 characters. */
  readonly text: string;
  /** The email, mailbox or profile it is about. */
  readonly regarding: EntityReference;
  /** Owner of that record: for whom the alert is actionable (AL-04). */
  readonly regardingOwner?: EntityReference | null | undefined;
  readonly work?: Work | undefined;
  /** When the engine tries again by itself. */
  readonly nextAttemptOn?: Date | undefined;
  /** The server's own words. */
  readonly details?: string | undefined;
  readonly action?: AlertAction | undefined;
}

const levelSwitch = { information: 'information', warning: 'warnings', error: 'errors' } as const;
const typeWords = { information: 'Information', warning: 'Transient error', error: 'Permanent error' } as const;

/**
 * Writes an alert, or counts it up when the same one is open for the same record (AL-01, AL-07). An error closes the open
 * warnings of its code (AL-03). Levels that the organisation switched off are not written (AL-20). Call it in a transaction.
 */
export async function writeAlert(
  scope: StoreScope,
  settings: OrganizationSettings,
  now: Date,
  alert: Alert,
): Promise<void> {
  if (!settings.alerts[levelSwitch[alert.level]]) return;
  await scope.sql('select pg_advisory_xact_lock(hashtextextended($1, 8050))', [`${alert.regarding.id} ${alert.code}`]);
  if (alert.level === 'error') await closeWarnings(scope, now, alert);
  const open = await scope.records.retrieveMultiple({
    table: 'tracelog',
    columns: ['tracelogid', 'mr_count'],
    filter: {
      and: [...sameAlert(alert), { column: 'level', operator: 'eq', value: TraceLevel[alert.level] }],
    },
    limit: 1,
  });
  const row = open.rows[0];
  const changing: RecordOf<'tracelog'> = {
    text: alert.text.slice(0, 2000),
    errordetails: alert.details?.slice(0, 2048) ?? null,
    mr_nextattempton: alert.nextAttemptOn ?? null,
    mr_lastoccurredon: now,
  };
  if (row?.tracelogid) {
    await scope.records.update('tracelog', row.tracelogid, { ...changing, mr_count: (row.mr_count ?? 1) + 1 });
  } else {
    await scope.records.create('tracelog', { ...changing, ...fixedColumns(settings, alert) });
  }
}

/** Closes open warnings and errors of a record, or of several, once they work again (AL-12); with `work`, those of that flow alone. Returns how many. */
export async function resolveAlerts(
  scope: StoreScope,
  regarding: EntityReference | readonly EntityReference[],
  work: Work | undefined,
  now: Date,
): Promise<number> {
  const ids = [regarding].flat().map((reference) => reference.id);
  if (ids.length === 0) return 0;
  const filter: Filter[] = [
    { column: 'regardingobjectid', operator: 'in', value: ids },
    { column: 'mr_resolvedon', operator: 'null' },
    { column: 'level', operator: 'in', value: [TraceLevel.warning, TraceLevel.error] },
  ];
  if (work !== undefined) filter.push({ column: 'mr_work', operator: 'eq', value: work });
  return scope.records.updateWhere('tracelog', { and: filter }, { mr_resolvedon: now, tracestatus: true });
}

/** Closes the open alert of one code on a record, whatever its flow. */
export async function resolveAlert(
  scope: StoreScope,
  regarding: EntityReference,
  code: string,
  now: Date,
): Promise<void> {
  const filter: Filter[] = [
    { column: 'regardingobjectid', operator: 'eq', value: regarding.id },
    { column: 'mr_code', operator: 'eq', value: code },
    { column: 'mr_resolvedon', operator: 'null' },
  ];
  await scope.records.updateWhere('tracelog', { and: filter }, { mr_resolvedon: now, tracestatus: true });
}

function sameAlert(alert: Alert): Filter[] {
  return [
    { column: 'regardingobjectid', operator: 'eq', value: alert.regarding.id },
    { column: 'mr_code', operator: 'eq', value: alert.code },
    alert.work === undefined
      ? { column: 'mr_work', operator: 'null' }
      : { column: 'mr_work', operator: 'eq', value: alert.work },
    { column: 'mr_resolvedon', operator: 'null' },
  ];
}

async function closeWarnings(scope: StoreScope, now: Date, alert: Alert): Promise<void> {
  const warnings: Filter = { column: 'level', operator: 'eq', value: TraceLevel.warning };
  await scope.records.updateWhere('tracelog', { and: [...sameAlert(alert), warnings] }, { mr_resolvedon: now });
}

function fixedColumns(settings: OrganizationSettings, alert: Alert): RecordOf<'tracelog'> {
  return {
    level: TraceLevel[alert.level],
    tracecode: numberOf(alert.code),
    errortypedisplay: typeWords[alert.level],
    tracestatus: alert.level === 'information',
    isunique: true,
    canbedeleted: true,
    collationlevel: 0,
    organizationid: { table: 'organization', id: settings.organizationid },
    regardingobjectid: alert.regarding,
    ...(alert.regardingOwner ? { regardingobjectownerid: alert.regardingOwner } : {}),
    ...(alert.action === undefined ? {} : { traceactionxml: `<Action Name="${alert.action}"/>` }),
    mr_count: 1,
    mr_code: alert.code,
    mr_work: alert.work ?? null,
  };
}

/** `tracecode` of a code: the low 20 bits of a documented one (`8005E227` gives 385575), 0 for names of ours. */
function numberOf(code: string): number {
  return /^[0-9A-F]{8}$/i.test(code) ? Number.parseInt(code, 16) & 0xfffff : 0;
}

import { sweepDecisions } from '../pipelines/decisions-sweep.ts';
import { sweepUploads } from '../rules/block-upload.ts';
import { expandDueSeries } from '../rules/series/expand-due-series.ts';
import { mailAlerts } from '../scheduler/mail-alerts.ts';
import { sweepStatistics } from '../scheduler/sweep-statistics.ts';
import { explainWaitingMail, type WaitingMailOptions, warnOfWaitingMail } from '../scheduler/waiting-mail.ts';
import type { Database } from '../store/database.ts';
import { sweepAlerts } from '../store/sweep-alerts.ts';
import { sweepAudit } from '../store/sweep-audit.ts';
import type { TokenStore } from '../webapi/token-store.ts';
import { sweepDeliveries } from '../webapi/webhooks/outbox.ts';
import type { HousekeepingTask } from './housekeeping.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What the service sees to from time to time: waiting mail says what it waits for, owners are mailed of alerts; it cleans away file bodies that no record points at, sign-ins that ended, uploads that were never finished, statistics of turns older than three days, deliveries that ended a week ago, resolved alerts, and what the audit need not keep. */
export function housekeepingTasks(
  waiting: WaitingMailOptions,
  tokens: TokenStore,
  baseUrl: string,
): readonly HousekeepingTask[] {
  const { database } = waiting;
  const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms);
  return [
    { name: 'instances of recurring appointments', everyMs: minuteMs, run: (now) => expandDueSeries(database, now) },
    { name: 'what mail waits for', everyMs: minuteMs, run: () => explainWaitingMail(waiting) },
    { name: 'mail that waits long', everyMs: hourMs, run: () => warnOfWaitingMail(waiting) },
    { name: 'alerts by mail', everyMs: minuteMs, run: () => mailAlerts({ ...waiting, baseUrl }) },
    { name: 'bodies without a record', everyMs: 6 * hourMs, run: (now) => database.blobs.sweep(before(now, dayMs)) },
    { name: 'ended sign-ins', everyMs: hourMs, run: (now) => tokens.sweep(before(now, dayMs)) },
    {
      name: 'decisions about mail',
      everyMs: hourMs,
      run: async (now) => sweepDecisions(database, before(now, (await retentionDays(database)) * dayMs)),
    },
    { name: 'statistics of turns', everyMs: hourMs, run: (now) => sweepStatistics(database, before(now, 3 * dayMs)) },
    { name: 'old alerts', everyMs: hourMs, run: (now) => sweepAlerts(database, now) },
    { name: 'old audit', everyMs: hourMs, run: (now) => sweepAudit(database, now) },
    {
      name: 'unfinished uploads',
      everyMs: hourMs,
      run: (now) => sweepUploads((text, values) => database.sql(text, values), before(now, dayMs)),
    },
    {
      name: 'ended webhook deliveries',
      everyMs: hourMs,
      run: (now) => sweepDeliveries((text, values) => database.sql(text, values), before(now, 7 * dayMs), now),
    },
  ];
}

/** How long decisions about mail are kept (MO-08). */
async function retentionDays(database: Database): Promise<number> {
  const page = await database.records.retrieveMultiple({
    table: 'organization',
    columns: ['mr_decisionretentiondays'],
    limit: 1,
  });
  return page.rows[0]?.mr_decisionretentiondays ?? 30;
}

import type { StoreScope } from '../../store/database.ts';
import { RecordState, WebhookDelivery } from '../../tables/choices.ts';
import type { DeliveryDecision } from './decide-delivery.ts';

/** A delivery that this process may attempt now, with what it needs to know. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookid: string;
  readonly url: string;
  readonly sealedSecret: string;
  readonly ownerid: string;
  readonly table: string | null;
  readonly recordid: string | null;
  readonly event: number;
  readonly changedColumns: readonly string[];
  readonly occurredOn: Date;
  readonly filter: string | null;
  readonly select: string | null;
  /** Number of this attempt, 1 for the first. */
  readonly attempts: number;
}

interface Row extends Omit<DueDelivery, 'changedColumns'> {
  readonly changed: string | null;
}

/** Time a process has for one attempt before another may take it, milliseconds. */
const claimMs = 120_000;

/** Takes deliveries that are due, oldest first, for `claimMs`; those that others hold are left out. None while the organisation is held (MG-06). */
export async function claimDeliveries(
  sql: StoreScope['sql'],
  now: Date,
  limit: number,
): Promise<readonly DueDelivery[]> {
  const rows = await sql<Row>(
    `with due as (
       select d.mr_deliveryid from mr_delivery d join mr_webhook w on w.mr_webhookid = d.mr_webhookid and w.statecode = ${RecordState.active}
       where not exists (select 1 from organization where mr_held) and d.mr_status = ${WebhookDelivery.waiting} and (d.mr_nextattempton is null or d.mr_nextattempton <= $1)
       order by d.mr_nextattempton nulls first, d.createdon, d.versionnumber limit $2 for update of d skip locked)
     , claimed as (
       update mr_delivery d set mr_attempts = coalesce(mr_attempts, 0) + 1, mr_nextattempton = $3
       from due where d.mr_deliveryid = due.mr_deliveryid returning d.*)
     select c.mr_deliveryid as id, c.mr_webhookid as webhookid, w.mr_url as url, w.mr_secret as "sealedSecret", w.ownerid,
       c.mr_table as table, c.mr_recordid as recordid, c.mr_event as event, c.mr_changedcolumns as changed,
       c.createdon as "occurredOn", s.mr_filter as filter, s.mr_select as select, c.mr_attempts as attempts
     from claimed c join mr_webhook w on w.mr_webhookid = c.mr_webhookid
       left join mr_subscription s on s.mr_subscriptionid = c.mr_subscriptionid
     order by c.versionnumber`,
    [now, limit, new Date(now.getTime() + claimMs)],
  );
  return rows.map(({ changed, ...row }) => ({ ...row, changedColumns: changed ? changed.split(',') : [] }));
}

/** Writes down what came of an attempt. */
export async function settleDelivery(
  sql: StoreScope['sql'],
  delivery: DueDelivery,
  decision: DeliveryDecision | { readonly kind: 'notWanted'; readonly why: string },
  responseStatus: number | undefined,
  now: Date,
): Promise<void> {
  const status = {
    delivered: WebhookDelivery.delivered,
    retry: WebhookDelivery.waiting,
    giveUp: WebhookDelivery.givenUp,
    notWanted: WebhookDelivery.notWanted,
  }[decision.kind];
  await sql(
    `update mr_delivery set mr_status = $2, mr_nextattempton = $3, mr_lasterror = $4, mr_responsestatus = $5,
       mr_deliveredon = $6, modifiedon = $7 where mr_deliveryid = $1::uuid`,
    [
      delivery.id,
      status,
      decision.kind === 'retry' ? new Date(now.getTime() + decision.afterMs) : null,
      decision.kind === 'delivered' ? null : decision.why,
      responseStatus ?? null,
      decision.kind === 'delivered' ? now : null,
      now,
    ],
  );
  if (decision.kind === 'giveUp' && decision.disablesWebhook)
    await sql(
      'update mr_webhook set statecode = 1, statuscode = 2, mr_disabledreason = $2, modifiedon = $3 where mr_webhookid = $1::uuid',
      [delivery.webhookid, decision.why, now],
    );
}

/** Removes deliveries that ended before `before`; those given up are kept four times as long as `now - before`. Returns how many. */
export async function sweepDeliveries(sql: StoreScope['sql'], before: Date, now: Date): Promise<number> {
  const longBefore = new Date(now.getTime() - 4 * (now.getTime() - before.getTime()));
  const rows = await sql(
    `delete from mr_delivery where (mr_status in (${WebhookDelivery.delivered}, ${WebhookDelivery.notWanted}) and createdon < $1)
       or (mr_status = ${WebhookDelivery.givenUp} and createdon < $2) returning 1`,
    [before, longBefore],
  );
  return rows.length;
}

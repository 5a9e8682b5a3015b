import type { StoreScope } from './database.ts';

/** Mail of one hour. */
export interface HourCount {
  readonly start: Date;
  readonly incoming: number;
  readonly outgoing: number;
}

/** A process that works on mailboxes, by the leases it holds. */
export interface WorkerCount {
  readonly name: string;
  readonly turns: number;
  /** Leases that ran out without being given back: the process hangs or died. */
  readonly expired: number;
  /** Until when the longest of its leases holds. */
  readonly leaseUntil: Date;
}

/** How the whole of it stands; counts of everything, whoever asks. */
export interface OverviewFacts {
  readonly hours: readonly HourCount[];
  /** Mailboxes by state: inactive, unused, unapproved, untested, failing, retrying, working. */
  readonly mailboxStates: Readonly<Record<string, number>>;
  /** The mailbox furthest behind, seconds; null when none has taken mail. */
  readonly lag: { readonly seconds: number | null; readonly mailboxid: string | null; readonly backlog: number };
  readonly sends: {
    readonly waiting: number;
    readonly sending: number;
    readonly failed: number;
    readonly uncertain: number;
    readonly oldestWaitingOn: Date | null;
  };
  readonly alerts: { readonly errors: number; readonly warnings: number };
  readonly quarantined: number;
  /** Why nothing is exchanged with mail servers (MG-06); null while mail flows. */
  readonly heldFor: string | null;
  readonly turns: { readonly scheduled: number; readonly overdue: number; readonly oldestDueOn: Date | null };
  readonly workers: readonly WorkerCount[];
}

/** A turn counts as overdue when it has been due for longer, milliseconds. */
const overdueMs = 60_000;

/** The states in the order in which they are asked: the first that fits is the mailbox's. */
const stateOfMailbox = `case
  when statecode = 1 then 'inactive'
  when emailaddress is null or not (coalesce(incomingemaildeliverymethod, 0) >= 2 or coalesce(outgoingemaildeliverymethod, 0) = 2) then 'unused'
  when emailrouteraccessapproval is distinct from 1 then 'unapproved'
  when mailboxstatus = 2 then 'failing'
  when mailboxstatus is distinct from 1 then 'untested'
  when coalesce(mr_incomingfailurecount, 0) > 0 or coalesce(mr_outgoingfailurecount, 0) > 0 then 'retrying'
  else 'working' end`;

/** Reads the overview of the last `hours` hours. Each question is answered by an index or by one pass over the mailboxes. */
export async function readOverview(sql: StoreScope['sql'], now: Date, hours: number): Promise<OverviewFacts> {
  const [mail, states, lags, sends, alerts, quarantined, turns, workers, organizations] = await Promise.all([
    readHours(sql, now, hours),
    sql<{ state: string; count: number }>(
      `select ${stateOfMailbox} as state, count(*)::int as count from mailbox group by 1`,
    ),
    sql<{ seconds: number | null; mailboxid: string | null; backlog: number }>(
      `select mr_incominglagseconds as seconds, mailboxid::text as mailboxid,
         (sum(coalesce(mr_incomingbacklog, 0)) over ())::int as backlog
       from mailbox where statecode = 0 and enabledforincomingemail
       order by mr_incominglagseconds desc nulls last limit 1`,
    ),
    sql<OverviewFacts['sends']>(
      `select (count(*) filter (where statuscode = 6))::int as waiting, (count(*) filter (where statuscode = 7))::int as sending,
         (count(*) filter (where statuscode = 8))::int as failed,
         (count(*) filter (where mr_sendoutcome = 100000005))::int as uncertain,
         min(createdon) filter (where statuscode = 6) as "oldestWaitingOn"
       from email where statuscode in (6, 7, 8)`,
    ),
    sql<OverviewFacts['alerts']>(
      `select (count(*) filter (where level = 3))::int as errors, (count(*) filter (where level = 2))::int as warnings
       from tracelog where mr_resolvedon is null and level in (2, 3)`,
    ),
    sql<{ count: number }>(`select count(*)::int as count from mr_quarantine where mr_status = 100000001`),
    sql<OverviewFacts['turns']>(
      `select count(*)::int as scheduled, (count(*) filter (where dueon < $1 and worker is null))::int as overdue,
         min(dueon) filter (where worker is null) as "oldestDueOn"
       from mr_mailboxlease where dueon is not null`,
      [new Date(now.getTime() - overdueMs)],
    ),
    sql<WorkerCount>(
      `select worker as name, count(*)::int as turns, (count(*) filter (where leaseuntil < $1))::int as expired,
         max(leaseuntil) as "leaseUntil"
       from mr_mailboxlease where worker is not null group by worker order by worker limit 200`,
      [now],
    ),
    sql<{ reason: string }>(`select coalesce(mr_heldreason, '') as reason from organization where mr_held limit 1`),
  ]);
  return {
    hours: mail,
    mailboxStates: Object.fromEntries(states.map(({ state, count }) => [state, count])),
    lag: lags[0] ?? { seconds: null, mailboxid: null, backlog: 0 },
    sends: sends[0] ?? { waiting: 0, sending: 0, failed: 0, uncertain: 0, oldestWaitingOn: null },
    alerts: alerts[0] ?? { errors: 0, warnings: 0 },
    quarantined: quarantined[0]?.count ?? 0,
    turns: turns[0] ?? { scheduled: 0, overdue: 0, oldestDueOn: null },
    heldFor: organizations[0]?.reason ?? null,
    workers,
  };
}

/** Every hour up to now, those without mail too. */
async function readHours(sql: StoreScope['sql'], now: Date, hours: number): Promise<readonly HourCount[]> {
  const hourMs = 3_600_000;
  const last = Math.floor(now.getTime() / hourMs);
  const first = last - hours + 1;
  const rows = await sql<{ hour: number; incoming: number; outgoing: number }>(
    `select floor(extract(epoch from createdon) / 3600)::int as hour,
       (count(*) filter (where not directioncode))::int as incoming,
       (count(*) filter (where directioncode and statuscode = 3))::int as outgoing
     from email where createdon >= $1 group by 1`,
    [new Date(first * hourMs)],
  );
  const byHour = new Map(rows.map((row) => [row.hour, row]));
  return Array.from({ length: hours }, (_unused, index) => {
    const found = byHour.get(first + index);
    return {
      start: new Date((first + index) * hourMs),
      incoming: found?.incoming ?? 0,
      outgoing: found?.outgoing ?? 0,
    };
  });
}

import type { StoreScope } from './database.ts';

/** The flows that may run: an active mailbox with an active profile, the direction enabled and set to server-side synchronisation, its address approved where the organisation asks for that (AR-08, AP-01, AP-02), and the organisation not held (MG-06). A scheduled test runs whatever the approval, to say what keeps the mailbox back. */
const wanted = `
  select m.mailboxid, flow.work, m.emailserverprofile as profileid, greatest(flow.notbefore, $1::timestamptz) as dueon
  from mailbox m
  join emailserverprofile p on p.emailserverprofileid = m.emailserverprofile and coalesce(p.statecode, 0) = 0
  left join (select requireapprovalforuseremail, requireapprovalforqueueemail, mr_held from organization limit 1) o on true
  cross join lateral (select not coalesce(o.mr_held, false) and (m.emailrouteraccessapproval = 1 or not case m.regardingobjectid__table
      when 'systemuser' then coalesce(o.requireapprovalforuseremail, true)
      when 'queue' then coalesce(o.requireapprovalforqueueemail, true)
      else false end) as may) a
  cross join lateral (values
    ('incoming', m.enabledforincomingemail and m.incomingemaildeliverymethod = 2 and a.may, null::timestamptz),
    ('outgoing', m.enabledforoutgoingemail and m.outgoingemaildeliverymethod = 2 and a.may, null),
    ('act', m.enabledforact and m.actdeliverymethod = 1 and a.may, null),
    ('test', m.testemailconfigurationscheduled, m.postponetestemailconfigurationuntil)
  ) flow(work, mayrun, notbefore)
  where coalesce(m.statecode, 0) = 0 and flow.mayrun`;

interface Difference {
  readonly mailboxid: string;
  readonly work: string;
  readonly profileid: string | null;
  readonly dueon: Date | null;
}

/** Puts on the schedule what may run and is not on it (due now), moves flows to their mailbox's present profile, and takes off what may not run; returns how many rows changed. A running turn keeps its lease. When nothing differs it is one reading statement. */
export async function reconcileLeases(scope: StoreScope, now: Date): Promise<number> {
  const differences = await scope.sql<Difference>(
    `select coalesce(w.mailboxid, l.mailboxid) as mailboxid, coalesce(w.work, l.work) as work, w.profileid, w.dueon
     from (${wanted}) w full join mr_mailboxlease l on l.mailboxid = w.mailboxid and l.work = w.work
     where case when w.mailboxid is null then l.dueon is not null
       else l.dueon is null or (l.worker is null and l.profileid is distinct from w.profileid) end
     order by 1, 2`,
    [now],
  );
  const on = differences.filter((flow) => flow.dueon !== null);
  const off = differences.filter((flow) => flow.dueon === null);
  if (on.length > 0) {
    await scope.sql(
      `insert into mr_mailboxlease as l (mailboxid, work, profileid, dueon)
       select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[])
       on conflict (mailboxid, work) do update set dueon = coalesce(l.dueon, excluded.dueon),
         profileid = case when l.worker is null then excluded.profileid else l.profileid end`,
      [
        on.map((flow) => flow.mailboxid),
        on.map((flow) => flow.work),
        on.map((flow) => flow.profileid),
        on.map((flow) => flow.dueon),
      ],
    );
  }
  if (off.length > 0) {
    await scope.sql(
      `update mr_mailboxlease l set dueon = null, wakeon = null
       from unnest($1::uuid[], $2::text[]) gone(mailboxid, work) where l.mailboxid = gone.mailboxid and l.work = gone.work`,
      [off.map((flow) => flow.mailboxid), off.map((flow) => flow.work)],
    );
  }
  return differences.length;
}

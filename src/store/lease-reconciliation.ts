import type { StoreScope } from './database.ts';

/** The flows that may run: an active mailbox with an active profile, the direction enabled and set to server-side synchronisation, its address approved where the organisation asks for that (AR-08, AP-01, AP-02). A scheduled test runs whatever the approval. */
const wanted = `
  select m.mailboxid, flow.work, m.emailserverprofile as profileid, greatest(flow.notbefore, $1::timestamptz) as dueon
  from mailbox m
  join emailserverprofile p on p.emailserverprofileid = m.emailserverprofile and coalesce(p.statecode, 0) = 0
  left join (select requireapprovalforuseremail, requireapprovalforqueueemail from organization limit 1) o on true
  cross join lateral (select m.emailrouteraccessapproval = 1 or not case m.regardingobjectid__table
      when 'systemuser' then coalesce(o.requireapprovalforuseremail, true)
      when 'queue' then coalesce(o.requireapprovalforqueueemail, true)
      else false end as approved) a
  cross join lateral (values
    ('incoming', m.enabledforincomingemail and m.incomingemaildeliverymethod = 2 and a.approved, null::timestamptz),
    ('outgoing', m.enabledforoutgoingemail and m.outgoingemaildeliverymethod = 2 and a.approved, null),
    ('act', m.enabledforact and m.actdeliverymethod = 1 and a.approved, null),
    ('test', m.testemailconfigurationscheduled, m.postponetestemailconfigurationuntil)
  ) flow(work, mayrun, notbefore)
  where coalesce(m.statecode, 0) = 0 and flow.mayrun`;

/** Puts on the schedule what may run and is not on it (due now), moves flows to their mailbox's present profile, and takes off what may not run; returns how many rows changed. A running turn keeps its lease; rows that stay as they are are not locked. */
export async function reconcileLeases(scope: StoreScope, now: Date): Promise<number> {
  const on = await scope.sql(
    `insert into mr_mailboxlease as l (mailboxid, work, profileid, dueon)
     select w.mailboxid, w.work, w.profileid, w.dueon from (${wanted}) w
     left join mr_mailboxlease known on known.mailboxid = w.mailboxid and known.work = w.work
     where known.dueon is null or (known.worker is null and known.profileid is distinct from w.profileid)
     order by w.mailboxid, w.work
     on conflict (mailboxid, work) do update set dueon = coalesce(l.dueon, excluded.dueon),
       profileid = case when l.worker is null then excluded.profileid else l.profileid end
     returning 1`,
    [now],
  );
  const off = await scope.sql(
    `with gone as (
       select l.mailboxid, l.work from mr_mailboxlease l
       left join (${wanted}) w on w.mailboxid = l.mailboxid and w.work = l.work
       where l.dueon is not null and w.mailboxid is null)
     update mr_mailboxlease l set dueon = null, wakeon = null
     from gone where l.mailboxid = gone.mailboxid and l.work = gone.work
     returning 1`,
    [now],
  );
  return on.length + off.length;
}

/** Most profiles that one call claims from. */
const mostProfiles = 16;

/** Connections that one turn of outgoing mail may have, at most; it leaves half of what is free to others. */
const mostConnections = 5;

/**
 * SQL: whether the limit of profile `p` is shared by its mailboxes for the work of a lease, because they sign in with the
 * profile's credentials or none; otherwise it holds for each mailbox on its own (EP-18).
 */
const isShared = (lease: string): string => `case ${lease}.work
      when 'outgoing' then coalesce(p.outgoingcredentialretrieval, 0) <> 0
      when 'test' then coalesce(p.incomingcredentialretrieval, 0) <> 0 or coalesce(p.outgoingcredentialretrieval, 0) <> 0
      else coalesce(p.incomingcredentialretrieval, 0) <> 0 end`;

/**
 * Claims due mailboxes for one kind of work in one round trip. Locks the profiles that have due mailboxes, then counts and claims:
 * each statement of the function sees what was committed before it began, while a count in the statement that locks would be of the
 * time before the lock, and the limit would not hold. A lease that is taken over is counted on its mailbox (AR-12).
 */
export const claimFunction = `create function mr_claim_leases(
  workname text, most integer, claimer text, claimedon timestamptz, expireson timestamptz
) returns table (mailbox uuid, fence bigint, allowed integer) language plpgsql as $$
declare
  profiles uuid[];
  limits integer[];
  shares boolean[];
  claimed record;
  broken uuid[];
begin
  select array_agg(x.id), array_agg(x.atmost), array_agg(x.shared) into profiles, limits, shares from (
    select p.emailserverprofileid as id, coalesce(p.maxconcurrentconnections, 10) as atmost, ${isShared('l')} as shared
    from emailserverprofile p cross join lateral (
      select l.dueon, l.work from mr_mailboxlease l
      where l.profileid = p.emailserverprofileid and l.work = workname and l.dueon <= claimedon
        and (l.worker is null or l.leaseuntil < claimedon)
      order by l.dueon limit 1) l
    order by l.dueon limit ${mostProfiles} for no key update of p skip locked) x;
  if profiles is null then
    return;
  end if;
  for claimed in
    with slot as materialized (
      select s.id as profileid, s.atmost, case when s.shared then s.atmost - coalesce((
        select sum(l.connections) from mr_mailboxlease l join emailserverprofile p on p.emailserverprofileid = l.profileid
        where l.profileid = s.id and l.worker is not null and l.leaseuntil >= claimedon and ${isShared('l')}), 0)::integer end as free
      from unnest(profiles, limits, shares) s(id, atmost, shared)),
    due as materialized (
      select d.mailboxid, d.worker as formerworker, d.dueon, slot.profileid, slot.free as sharedfree, d.ownfree
      from slot cross join lateral (
        select l.mailboxid, l.worker, l.dueon, own.free as ownfree from mr_mailboxlease l cross join lateral (
          select slot.atmost - coalesce(sum(o.connections), 0)::integer as free
          from mr_mailboxlease o join emailserverprofile p on p.emailserverprofileid = slot.profileid
          where slot.free is null and o.mailboxid = l.mailboxid and o.worker is not null and o.leaseuntil >= claimedon
            and not ${isShared('o')}) own
        where l.profileid = slot.profileid and l.work = workname and l.dueon <= claimedon
          and (l.worker is null or l.leaseuntil < claimedon) and own.free > 0
        order by l.dueon limit greatest(0, coalesce(slot.free, most)) for update of l skip locked) d
      order by d.dueon limit most),
    granted as materialized (
      select due.*, case when workname <> 'outgoing' then 1 else greatest(1, least(${mostConnections},
        coalesce(sharedfree / (count(*) over (partition by profileid))::integer, ownfree) / 2)) end as connections from due)
    update mr_mailboxlease l set worker = claimer, leaseuntil = expireson, token = l.token + 1, wakeon = null, connections = granted.connections
    from granted where l.mailboxid = granted.mailboxid and l.work = workname
    returning l.mailboxid, l.token, l.connections, granted.formerworker
  loop
    if claimed.formerworker is not null then
      broken := broken || claimed.mailboxid;
    end if;
    mailbox := claimed.mailboxid;
    fence := claimed.token;
    allowed := claimed.connections;
    return next;
  end loop;
  if broken is not null then
    update mailbox set forcedunlockcount = coalesce(forcedunlockcount, 0) + 1, lastmailboxforcedunlockoccurredon = claimedon,
      hostid = left(claimer, 256), processinglastattemptedon = claimedon,
      versionnumber = nextval('mr_rowversion'), mr_txid = pg_current_xact_id()
    where mailboxid = any(broken);
  end if;
end
$$`;

import type { Database, StoreScope } from './database.ts';
import { reconcileLeases } from './lease-reconciliation.ts';
import type { MailboxLease, MailboxLeases, Work, WorkOutlook } from './mailbox-leases.ts';

/** Every kind of work. */
const works: readonly Work[] = ['test', 'outgoing', 'incoming', 'act'];

/** Most profiles that one call claims from. */
const mostProfiles = 16;

/** Leases in table `mr_mailboxlease`, a row for each mailbox and kind of work. A row stays when its flow is off the schedule, so that tokens only ever grow. */
export function createMailboxLeases(database: Database): MailboxLeases {
  return {
    outlook: (now) =>
      database.sql<WorkOutlook>(
        `select work, min(dueon) as "dueOn", min(dueon) <= $1::timestamptz as "isDue" from (
           select w.work, l.dueon from unnest($2::text[]) w(work) cross join lateral (
             select dueon from mr_mailboxlease where worker is null and dueon is not null and work = w.work order by dueon limit 1) l
           union all
           select work, greatest(dueon, leaseuntil + interval '1 millisecond') from mr_mailboxlease where worker is not null and dueon is not null) flow
         group by work`,
        [now, works],
      ),
    acquire: (work, limit, worker, now, leaseMs) =>
      limit <= 0
        ? Promise.resolve([])
        : database.transaction((scope) =>
            acquire(scope, { work, limit, worker, now, expiresOn: new Date(now.getTime() + leaseMs) }),
          ),
    renew: (leases, now, leaseMs) => renew(database, leases, new Date(now.getTime() + leaseMs)),
    release: async (lease, { nextDueOn }) => (await releaseAll(database, [{ lease, nextDueOn }])) > 0,
    releaseAll: (ends) => releaseAll(database, ends),
    async schedule(mailboxid, work, dueOn) {
      await database.sql(
        `insert into mr_mailboxlease as l (mailboxid, work, profileid, dueon)
         select mailboxid, $2, emailserverprofile, $3::timestamptz from mailbox where mailboxid = $1::uuid
         on conflict (mailboxid, work) do update set
           profileid = case when l.worker is null then excluded.profileid else l.profileid end,
           dueon = case when l.worker is null then least(l.dueon, excluded.dueon) else coalesce(l.dueon, excluded.dueon) end,
           wakeon = case when l.worker is null then null else least(l.wakeon, excluded.dueon) end`,
        [mailboxid, work, dueOn],
      );
    },
    async unschedule(mailboxid, work) {
      await database.sql(
        'update mr_mailboxlease set dueon = null, wakeon = null where mailboxid = $1::uuid and work = $2 and dueon is not null',
        [mailboxid, work],
      );
    },
    reconcile: (now) => database.transaction((scope) => reconcileLeases(scope, now)),
  };
}

interface Claim {
  readonly work: Work;
  readonly limit: number;
  readonly worker: string;
  readonly now: Date;
  readonly expiresOn: Date;
}

/**
 * SQL: whether the limit of profile `p` is shared by its mailboxes for the work of a lease, because they sign in with the
 * profile's credentials or none; otherwise it holds for each mailbox on its own (EP-18).
 */
const isShared = (lease: string): string => `case ${lease}.work
    when 'outgoing' then coalesce(p.outgoingcredentialretrieval, 0) <> 0
    when 'test' then coalesce(p.incomingcredentialretrieval, 0) <> 0 or coalesce(p.outgoingcredentialretrieval, 0) <> 0
    else coalesce(p.incomingcredentialretrieval, 0) <> 0 end`;

/** Connections that one turn of outgoing mail may have, at most; it leaves half of what is free to others. */
const mostConnections = 5;

interface Slot {
  readonly id: string;
  /** The limit of each mailbox. */
  readonly most: number;
  /** What is free of the limit that the mailboxes share; null where they do not share it. */
  readonly free: number | null;
}

/** Locks the profiles that have due mailboxes, then counts, then claims. Three statements: a count in the same one would use a snapshot from before the lock, and the limit would not hold. */
async function acquire(scope: StoreScope, claim: Claim): Promise<readonly MailboxLease[]> {
  const profiles = await scope.sql<{ id: string; most: number | null; shared: boolean }>(
    `select p.emailserverprofileid as id, p.maxconcurrentconnections as most, ${isShared('l')} as shared
     from emailserverprofile p cross join lateral (
       select l.dueon, l.work from mr_mailboxlease l
       where l.profileid = p.emailserverprofileid and l.work = $1 and l.dueon <= $2 and (l.worker is null or l.leaseuntil < $2)
       order by l.dueon limit 1) l
     order by l.dueon limit $3 for no key update of p skip locked`,
    [claim.work, claim.now, mostProfiles],
  );
  if (profiles.length === 0) return [];
  const active = await scope.sql<{ id: string; active: number }>(
    `select l.profileid as id, sum(l.connections)::integer as active
     from mr_mailboxlease l join emailserverprofile p on p.emailserverprofileid = l.profileid
     where l.profileid = any($1::uuid[]) and l.worker is not null and l.leaseuntil >= $2 and ${isShared('l')}
     group by l.profileid`,
    [profiles.map((profile) => profile.id), claim.now],
  );
  const activeOf = new Map(active.map((row) => [row.id, row.active]));
  const slots = profiles
    .map(({ id, most, shared }): Slot => {
      const limit = most ?? 10;
      return { id, most: limit, free: shared ? Math.max(0, limit - (activeOf.get(id) ?? 0)) : null };
    })
    .filter(({ free }) => free !== 0);
  return slots.length === 0 ? [] : claimDue(scope, claim, slots);
}

interface ClaimedRow {
  readonly mailboxid: string;
  readonly token: bigint;
  readonly connections: number;
  readonly formerworker: string | null;
}

async function claimDue(scope: StoreScope, claim: Claim, slots: readonly Slot[]): Promise<readonly MailboxLease[]> {
  const rows = await scope.sql<ClaimedRow>(
    `with due as materialized (
       select d.mailboxid, d.worker as formerworker, d.dueon, slot.profileid, slot.free as sharedfree, d.ownfree
       from unnest($1::uuid[], $2::integer[], $8::integer[]) slot(profileid, free, most) cross join lateral (
         select l.mailboxid, l.worker, l.dueon, own.free as ownfree from mr_mailboxlease l cross join lateral (
           select slot.most - coalesce(sum(o.connections), 0)::integer as free
           from mr_mailboxlease o join emailserverprofile p on p.emailserverprofileid = slot.profileid
           where slot.free is null and o.mailboxid = l.mailboxid and o.worker is not null and o.leaseuntil >= $4
             and not ${isShared('o')}) own
         where l.profileid = slot.profileid and l.work = $3 and l.dueon <= $4 and (l.worker is null or l.leaseuntil < $4)
           and own.free > 0
         order by l.dueon limit coalesce(slot.free, $5) for update of l skip locked) d
       order by d.dueon limit $5),
     granted as materialized (
       select due.*, case when $3 <> 'outgoing' then 1 else greatest(1, least($9::integer,
         coalesce(sharedfree / (count(*) over (partition by profileid))::integer, ownfree) / 2)) end as connections from due)
     update mr_mailboxlease l set worker = $6, leaseuntil = $7, token = l.token + 1, wakeon = null, connections = granted.connections
     from granted where l.mailboxid = granted.mailboxid and l.work = $3
     returning l.mailboxid, l.token, l.connections, granted.formerworker, granted.dueon`,
    [
      slots.map((slot) => slot.id),
      slots.map((slot) => slot.free),
      claim.work,
      claim.now,
      claim.limit,
      claim.worker,
      claim.expiresOn,
      slots.map((slot) => slot.most),
      mostConnections,
    ],
  );
  const takenOver = rows.filter((row) => row.formerworker !== null).map((row) => row.mailboxid);
  if (takenOver.length > 0) await noteForcedUnlocks(scope, takenOver, claim);
  return rows.map(({ mailboxid, token, connections }) => ({
    mailboxid,
    work: claim.work,
    token,
    expiresOn: claim.expiresOn,
    connections,
  }));
}

/** AR-12: the mailbox shows that its lease was broken by force. */
async function noteForcedUnlocks(scope: StoreScope, mailboxids: readonly string[], claim: Claim): Promise<void> {
  await scope.sql(
    `update mailbox set forcedunlockcount = coalesce(forcedunlockcount, 0) + 1, lastmailboxforcedunlockoccurredon = $2,
       hostid = $3, processinglastattemptedon = $2, versionnumber = nextval('mr_rowversion'), mr_txid = pg_current_xact_id()
     where mailboxid = any($1::uuid[])`,
    [mailboxids, claim.now, claim.worker.slice(0, 256)],
  );
}

/** SQL: rows of `given` whose lease is still held, locked in one order, so that two statements over many leases never wait for each other. */
const heldOf = (given: string): string => `held as materialized (
       select g.* from ${given} join mr_mailboxlease l on l.mailboxid = g.mailboxid and l.work = g.work
       where l.token = g.token and l.worker is not null order by l.mailboxid, l.work for no key update of l)`;

async function releaseAll(
  scope: StoreScope,
  ends: readonly { readonly lease: MailboxLease; readonly nextDueOn: Date | null }[],
): Promise<number> {
  const released = await scope.sql(
    `with ${heldOf('unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[]) g(mailboxid, work, token, nexton)')}
     update mr_mailboxlease l set worker = null, leaseuntil = null, wakeon = null,
       dueon = case when nexton is null then null when dueon is null then wakeon else least(nexton, wakeon) end
     from held where l.mailboxid = held.mailboxid and l.work = held.work returning 1`,
    [
      ends.map(({ lease }) => lease.mailboxid),
      ends.map(({ lease }) => lease.work),
      ends.map(({ lease }) => lease.token.toString()),
      ends.map(({ nextDueOn }) => nextDueOn),
    ],
  );
  return released.length;
}

async function renew(
  scope: StoreScope,
  leases: readonly MailboxLease[],
  expiresOn: Date,
): Promise<readonly MailboxLease[]> {
  if (leases.length === 0) return [];
  const rows = await scope.sql<{ mailboxid: string; work: Work; token: bigint }>(
    `with ${heldOf('unnest($1::uuid[], $2::text[], $3::bigint[]) g(mailboxid, work, token)')}
     update mr_mailboxlease l set leaseuntil = $4
     from held where l.mailboxid = held.mailboxid and l.work = held.work
     returning l.mailboxid, l.work, l.token`,
    [
      leases.map((lease) => lease.mailboxid),
      leases.map((lease) => lease.work),
      leases.map((lease) => lease.token.toString()),
      expiresOn,
    ],
  );
  const held = new Set(rows.map(keyOf));
  return leases.filter((lease) => held.has(keyOf(lease))).map((lease) => ({ ...lease, expiresOn }));
}

function keyOf({ mailboxid, work, token }: Pick<MailboxLease, 'mailboxid' | 'work' | 'token'>): string {
  return `${mailboxid} ${work} ${token}`;
}

import type { Database, StoreScope } from './database.ts';
import { reconcileLeases } from './lease-reconciliation.ts';
import type { MailboxLease, MailboxLeases, Work, WorkOutlook } from './mailbox-leases.ts';
import type { SqlScope } from './sql-scope.ts';

/** Every kind of work. */
const works: readonly Work[] = ['test', 'outgoing', 'incoming', 'act'];

/** Leases in table `mr_mailboxlease`, a row for each mailbox and kind of work. A row stays when its flow is off the schedule, so that tokens only ever grow. */
export function createMailboxLeases(database: Database): MailboxLeases {
  return {
    outlook: (now, scope = database) =>
      scope.sql<WorkOutlook>(
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
        : acquire(database, { work, limit, worker, now, expiresOn: new Date(now.getTime() + leaseMs) }),
    renew: (leases, now, leaseMs) => renew(database, leases, new Date(now.getTime() + leaseMs)),
    release: async (lease, { nextDueOn }) => (await releaseAll(database, [{ lease, nextDueOn }])) > 0,
    releaseAll: (ends, scope = database) => releaseAll(scope, ends),
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

async function acquire(
  scope: StoreScope,
  { work, limit, worker, now, expiresOn }: Claim,
): Promise<readonly MailboxLease[]> {
  const rows = await scope.sql<{ mailbox: string; fence: bigint; allowed: number }>(
    'select mailbox, fence, allowed from mr_claim_leases($1, $2::integer, $3, $4::timestamptz, $5::timestamptz)',
    [work, limit, worker, now, expiresOn],
  );
  return rows.map(({ mailbox, fence, allowed }) => ({
    mailboxid: mailbox,
    work,
    token: fence,
    expiresOn,
    connections: allowed,
  }));
}

/** SQL: rows of `given` whose lease is still held, locked in one order, so that two statements over many leases never wait for each other. */
const heldOf = (given: string): string => `held as materialized (
       select g.* from ${given} join mr_mailboxlease l on l.mailboxid = g.mailboxid and l.work = g.work
       where l.token = g.token and l.worker is not null order by l.mailboxid, l.work for no key update of l)`;

async function releaseAll(
  scope: SqlScope,
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

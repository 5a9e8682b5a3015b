import { ActDeliveryMethod, DeliveryMethod, RecordState } from '../tables/choices.ts';
import type { StoreScope } from './database.ts';

/** Which process keeps a line open for which mailbox: one each, until its claim runs out. */
export interface MailboxWatches {
  /** Claims up to `limit` mailboxes that may be watched and that nobody watches. */
  claim(worker: string, now: Date, until: Date, limit: number): Promise<readonly string[]>;
  /** Extends the worker's claims that are still its and still worth watching, gives up the others, and returns how many it has. */
  renew(worker: string, now: Date, until: Date): Promise<number>;
  /** A word that differs once `scopes` would answer otherwise: thousands of rows need not be read to learn that nothing changed. */
  fingerprint(worker: string, now: Date): Promise<string>;
  /** What the worker's mailboxes are to be listened to for, by id: what may run, and the folders that its turns read. */
  scopes(worker: string, now: Date): Promise<ReadonlyMap<string, ClaimedScope>>;
  /** Notes on the worker's claim whether its line is open, and returns whether it was otherwise before; `trouble` says why not, in words. */
  note(worker: string, mailboxid: string, listening: boolean, trouble?: string): Promise<boolean>;
  /** The mailboxes claimed now, of all workers; of one mailbox when given. */
  shown(now: Date, mailboxid?: string): Promise<readonly ShownWatch[]>;
  /** Gives up claims that ran out and that nobody took over, and those of `worker`; their mailboxes are looked at now. */
  forsake(now: Date, worker?: string): Promise<void>;
  /** Gives up claims: of one mailbox, or all of the worker. */
  release(worker: string, mailboxid?: string): Promise<void>;
}

/** What of a mailbox is worth listening to. */
export interface ClaimedScope {
  readonly mail: boolean;
  readonly act: boolean;
  /** Folders beyond the inbox that are read for mail, in a steady order. */
  readonly folderIds: readonly string[];
}

/** A watch as people see it. */
export interface ShownWatch {
  readonly mailboxid: string;
  readonly worker: string;
  readonly since: Date;
  /** True while the line is open. */
  readonly listening: boolean;
  /** Why the line is not open; null when nothing is known. */
  readonly trouble: string | null;
}

const takesMail = `(m.enabledforincomingemail and m.incomingemaildeliverymethod = ${DeliveryMethod.serverSide}
    and (m.receivingpostponeduntil is null or m.receivingpostponeduntil <= $2))`;
const synchronisesItems = `(m.enabledforact and m.actdeliverymethod = ${ActDeliveryMethod.serverSide})`;

/** Mailboxes that are read by server-side synchronization from a server of `servertypes`, enabled and not postponed. */
const eligible = `from mailbox m join emailserverprofile p on p.emailserverprofileid = m.emailserverprofile
  where m.statecode = ${RecordState.active} and p.statecode = ${RecordState.active}
    and p.servertype = any($1::integer[]) and (${takesMail} or ${synchronisesItems})`;

/** What the mailboxes of worker $1 are to be listened to for. */
const claimedScopes = `select m.mailboxid, coalesce(${takesMail}, false) as mail, coalesce(${synchronisesItems}, false) as act,
    coalesce(array_agg(substr(c.name, 8) order by c.name) filter (where c.name is not null), '{}') as "folderIds"
  from mr_watch w join mailbox m on m.mailboxid = w.mailboxid
    left join mr_cursor c on c.mailboxid = m.mailboxid and c.work = 'tracking' and c.name like 'folder:%'
  where w.worker = $1 group by m.mailboxid`;

/** Watches in table `mr_watch`, for servers of these types. */
export function createMailboxWatches(sql: StoreScope['sql'], servertypes: readonly number[]): MailboxWatches {
  return {
    claim: async (worker, now, until, limit) => {
      const rows = await sql<{ mailboxid: string }>(
        `insert into mr_watch as w (mailboxid, worker, watcheduntil, since)
         select m.mailboxid, $3, $4::timestamptz, $2::timestamptz ${eligible}
           and not exists (select 1 from mr_watch x where x.mailboxid = m.mailboxid and x.watcheduntil > $2)
         order by m.mailboxid limit $5
         on conflict (mailboxid) do update set worker = excluded.worker, watcheduntil = excluded.watcheduntil, since = excluded.since,
             listening = false, trouble = null
           where w.watcheduntil <= $2
         returning mailboxid`,
        [servertypes, now, worker, until, limit],
      );
      return rows.map((row) => row.mailboxid);
    },
    renew: async (worker, now, until) => {
      const [row] = await sql<{ held: number }>(
        `with held as (
           update mr_watch set watcheduntil = $4 where worker = $3 and mailboxid in (select m.mailboxid ${eligible}) returning 1)
         select count(*)::integer as held from held`,
        [servertypes, now, worker, until],
      );
      await sql('delete from mr_watch where worker = $1 and watcheduntil <> $2', [worker, until]);
      return row?.held ?? 0;
    },
    fingerprint: async (worker, now) => {
      const [row] = await sql<{ print: string | null }>(
        `select md5(string_agg(concat_ws(' ', s.mailboxid, s.mail, s.act, s."folderIds"::text), ',' order by s.mailboxid)) as print
         from (${claimedScopes}) s`,
        [worker, now],
      );
      return row?.print ?? '';
    },
    scopes: async (worker, now) => {
      const rows = await sql<{ mailboxid: string } & ClaimedScope>(claimedScopes, [worker, now]);
      return new Map(rows.map(({ mailboxid, mail, act, folderIds }) => [mailboxid, { mail, act, folderIds }]));
    },
    note: async (worker, mailboxid, listening, trouble) => {
      const rows = await sql<{ was: boolean }>(
        `with before as (select listening from mr_watch where worker = $1 and mailboxid = $2::uuid)
         update mr_watch w set listening = $3, trouble = $4 from before
         where w.worker = $1 and w.mailboxid = $2::uuid returning before.listening as was`,
        [worker, mailboxid, listening, trouble ?? null],
      );
      return rows[0]?.was !== listening;
    },
    shown: (now, mailboxid) =>
      sql<ShownWatch>(
        `select mailboxid, worker, since, listening, trouble from mr_watch
         where watcheduntil > $1 and ($2::uuid is null or mailboxid = $2::uuid)`,
        [now, mailboxid ?? null],
      ),
    forsake: async (now, worker) => {
      await sql(
        `with gone as (delete from mr_watch where watcheduntil <= $1::timestamptz or worker = $2 returning mailboxid)
         update mr_mailboxlease l set dueon = case when worker is null then least(dueon, $1) else dueon end,
           wakeon = case when worker is null then wakeon else least(wakeon, $1) end
         from gone where l.mailboxid = gone.mailboxid and l.work = 'incoming' and l.dueon is not null`,
        [now, worker ?? null],
      );
    },
    release: async (worker, mailboxid) => {
      await sql('delete from mr_watch where worker = $1 and ($2::uuid is null or mailboxid = $2::uuid)', [
        worker,
        mailboxid ?? null,
      ]);
    },
  };
}

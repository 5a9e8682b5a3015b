import { DeliveryMethod, RecordState } from '../tables/choices.ts';
import type { StoreScope } from './database.ts';

/** Which process keeps a line open for which mailbox: one each, until its claim runs out. */
export interface MailboxWatches {
  /** Claims up to `limit` mailboxes that may be watched and that nobody watches. */
  claim(worker: string, now: Date, until: Date, limit: number): Promise<readonly string[]>;
  /** Extends the worker's claims; returns those that are still its and still worth watching, and gives up the others. */
  renew(worker: string, now: Date, until: Date): Promise<readonly string[]>;
  /** Notes on the worker's claim whether its line is open; `trouble` says why not, in words. */
  note(worker: string, mailboxid: string, listening: boolean, trouble?: string): Promise<void>;
  /** The mailboxes claimed now, of all workers; of one mailbox when given. */
  shown(now: Date, mailboxid?: string): Promise<readonly ShownWatch[]>;
  /** Gives up claims: of one mailbox, or all of the worker. */
  release(worker: string, mailboxid?: string): Promise<void>;
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

/** Mailboxes that take mail by server-side synchronization from a server of `servertypes`, enabled and not postponed. */
const eligible = `from mailbox m join emailserverprofile p on p.emailserverprofileid = m.emailserverprofile
  where m.statecode = ${RecordState.active} and p.statecode = ${RecordState.active} and m.enabledforincomingemail
    and m.incomingemaildeliverymethod = ${DeliveryMethod.serverSide} and p.servertype = any($1::integer[])
    and (m.receivingpostponeduntil is null or m.receivingpostponeduntil <= $2)`;

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
      const rows = await sql<{ mailboxid: string }>(
        `update mr_watch set watcheduntil = $4 where worker = $3 and mailboxid in (select m.mailboxid ${eligible}) returning mailboxid`,
        [servertypes, now, worker, until],
      );
      await sql('delete from mr_watch where worker = $1 and watcheduntil <> $2', [worker, until]);
      return rows.map((row) => row.mailboxid);
    },
    note: async (worker, mailboxid, listening, trouble) => {
      await sql('update mr_watch set listening = $3, trouble = $4 where worker = $1 and mailboxid = $2::uuid', [
        worker,
        mailboxid,
        listening,
        trouble ?? null,
      ]);
    },
    shown: (now, mailboxid) =>
      sql<ShownWatch>(
        `select mailboxid, worker, since, listening, trouble from mr_watch
         where watcheduntil > $1 and ($2::uuid is null or mailboxid = $2::uuid)`,
        [now, mailboxid ?? null],
      ),
    release: async (worker, mailboxid) => {
      await sql('delete from mr_watch where worker = $1 and ($2::uuid is null or mailboxid = $2::uuid)', [
        worker,
        mailboxid ?? null,
      ]);
    },
  };
}

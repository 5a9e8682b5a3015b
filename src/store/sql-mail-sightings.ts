import type { Clock } from '../base/clock.ts';
import type { MailSightings } from './mail-sightings.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** Sightings in table `mr_sighting`. */
export function createSqlMailSightings(executor: SqlExecutor, clock: Clock): MailSightings {
  const counted = async (text: string, values: readonly unknown[]): Promise<number> =>
    Number((await executor.arrays(text, values))[0]?.[0] ?? 0);
  return {
    async seen(mailboxid, serverIds) {
      const rows = await executor.arrays(
        'select serverid from mr_sighting where mailboxid = $1::uuid and serverid = any($2::text[])',
        [mailboxid, serverIds],
      );
      return new Set(rows.map((row) => row[0] as string));
    },
    count: (mailboxid) => counted('select count(*) from mr_sighting where mailboxid = $1::uuid', [mailboxid]),
    async add(mailboxid, entries) {
      const byId = new Map(entries.map((entry) => [entry.serverId, entry.deletionDue]));
      if (byId.size === 0) return;
      await executor.rows(
        `insert into mr_sighting (mailboxid, serverid, deletiondue, seenon)
         select $1::uuid, s.serverid, s.deletiondue, $4 from unnest($2::text[], $3::boolean[]) s(serverid, deletiondue) order by s.serverid
         on conflict (mailboxid, serverid) do update set deletiondue = excluded.deletiondue
           where mr_sighting.deletiondue is distinct from excluded.deletiondue`,
        [mailboxid, [...byId.keys()], [...byId.values()], clock.now()],
      );
    },
    async deletionDue(mailboxid, limit) {
      const rows = await executor.arrays(
        'select serverid from mr_sighting where mailboxid = $1::uuid and deletiondue order by serverid limit $2::integer',
        [mailboxid, limit],
      );
      return rows.map((row) => row[0] as string);
    },
    async settled(mailboxid, serverIds) {
      await executor.rows(
        'update mr_sighting set deletiondue = false where mailboxid = $1::uuid and serverid = any($2::text[]) and deletiondue',
        [mailboxid, serverIds],
      );
    },
    forgetAllBut: (mailboxid, listed) =>
      counted(
        `with gone as (
           delete from mr_sighting s where mailboxid = $1::uuid
             and not exists (select 1 from unnest($2::text[]) l(serverid) where l.serverid = s.serverid) returning 1)
         select count(*) from gone`,
        [mailboxid, listed],
      ),
    async forget(mailboxid, serverIds) {
      await executor.rows(
        'delete from mr_sighting where mailboxid = $1::uuid and ($2::text[] is null or serverid = any($2::text[]))',
        [mailboxid, serverIds ?? null],
      );
    },
  };
}

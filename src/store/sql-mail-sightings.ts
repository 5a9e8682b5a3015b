import type { Clock } from '../base/clock.ts';
import type { MailSightings, Sighting } from './mail-sightings.ts';
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
      const byId = new Map(entries.map((entry) => [entry.serverId, entry]));
      if (byId.size === 0) return;
      const column = <T>(pick: (entry: Sighting) => T): readonly T[] => [...byId.values()].map(pick);
      await executor.rows(
        `insert into mr_sighting (mailboxid, serverid, deletiondue, fingerprint, seenon)
         select $1::uuid, s.serverid, s.deletiondue, s.fingerprint, $5
         from unnest($2::text[], $3::boolean[], $4::text[]) s(serverid, deletiondue, fingerprint) order by s.serverid
         on conflict (mailboxid, serverid) do update set deletiondue = excluded.deletiondue
           where mr_sighting.deletiondue is distinct from excluded.deletiondue`,
        [
          mailboxid,
          column((entry) => entry.serverId),
          column((entry) => entry.deletionDue),
          column((entry) => entry.fingerprint ?? null),
          clock.now(),
        ],
      );
    },
    async rename(mailboxid, listed) {
      const rows = await executor.arrays(
        `with listed as materialized (
           select serverid, fingerprint, place from unnest($2::text[], $3::text[]) with ordinality l(serverid, fingerprint, place)),
         known as materialized (
           select s.serverid, s.fingerprint, row_number() over (partition by s.fingerprint order by s.seenon, s.serverid) n
           from mr_sighting s where s.mailboxid = $1::uuid and s.fingerprint is not null
             and not exists (select 1 from listed l where l.serverid = s.serverid)),
         free as materialized (
           select l.serverid, l.fingerprint, row_number() over (partition by l.fingerprint order by l.place) n
           from listed l where not exists (
             select 1 from mr_sighting s where s.mailboxid = $1::uuid and s.serverid = l.serverid))
         update mr_sighting s set serverid = f.serverid from known k join free f using (fingerprint, n)
         where s.mailboxid = $1::uuid and s.serverid = k.serverid returning k.serverid, f.serverid`,
        [mailboxid, listed.map((one) => one.serverId), listed.map((one) => one.fingerprint)],
      );
      return rows.map((row) => ({ from: row[0] as string, to: row[1] as string }));
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

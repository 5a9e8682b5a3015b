import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { StoreScope } from './database.ts';

/** Pause where the server names none, milliseconds; doubled each time in a row. */
const usualMs = 15_000;
/** Longest pause taken without the server's word, milliseconds. */
const longestMs = 600_000;
/** A pause that ended so long ago starts a new row, milliseconds. */
const forgivenMs = 1_800_000;

/** What server-side pauses are kept with. */
export interface ServerPauseOptions {
  readonly sql: StoreScope['sql'];
  readonly clock: Clock;
  readonly log: Log;
}

/** Pauses in table `mr_serverpause`, so that what one worker was told holds for all of them (SC-13). */
export function createServerPauses({ sql, clock, log }: ServerPauseOptions) {
  return {
    async check(server: string, names: readonly string[]): Promise<void> {
      const now = clock.now();
      const [row] = await sql<{ pauseduntil: Date; reason: string }>(
        `select pauseduntil, reason from mr_serverpause
         where server = $1 and name = any($2::text[]) and pauseduntil > $3 order by pauseduntil desc limit 1`,
        [server, ['', ...names], now],
      );
      if (row === undefined) return;
      throw new MailroomError(
        `${server} asked for a pause until ${row.pauseduntil.toISOString()}; until then nothing is asked of it here. It said: ${row.reason}`,
        { code: 'mr_ServerPaused', kind: 'throttled', retryAfterMs: row.pauseduntil.getTime() - now.getTime() },
      );
    },
    note(server: string, name: string, error: MailroomError): void {
      const now = clock.now();
      const told = error.retryAfterMs ?? null;
      sql(
        `insert into mr_serverpause as p (server, name, pauseduntil, strikes, reason)
         values ($1, $2, $3::timestamptz + make_interval(secs => coalesce($4::float8, ${usualMs}) / 1000), 1, $5)
         on conflict (server, name) do update set reason = excluded.reason,
           strikes = case when p.pauseduntil < $3::timestamptz - make_interval(secs => ${forgivenMs / 1000}) then 1 else least(p.strikes + 1, 20) end,
           pauseduntil = greatest(p.pauseduntil, $3::timestamptz + make_interval(secs => coalesce($4::float8, case
             when p.pauseduntil < $3::timestamptz - make_interval(secs => ${forgivenMs / 1000}) then ${usualMs}
             else least(${usualMs} * power(2, p.strikes), ${longestMs}) end) / 1000))`,
        [server, name, now, told, error.message.slice(0, 1000)],
      ).catch((thrown: unknown) =>
        log.warn({ err: thrown, server }, 'a pause could not be kept; the server will ask for it again'),
      );
    },
  };
}

import { QuarantineStatus } from '../tables/choices.ts';
import type { StoreScope } from './database.ts';

/** What is remembered of a mailbox when a turn of incoming mail begins. */
export interface TurnMemory {
  /** Values of table `mr_cursor` for incoming mail, by name. */
  readonly cursors: ReadonlyMap<string, string>;
  /** True when messages of the mailbox wait in the quarantine for another try. */
  readonly hasOpenQuarantine: boolean;
  /** Ids remembered of the mailbox's server; absent where that was not asked. */
  readonly sightings?: number | undefined;
  /** True while a process holds a line open on which the server tells of new mail. */
  readonly isHeard: boolean;
}

/** Kinds of rows of the one statement: a cursor, an open quarantine, a number of sightings, an open line. */
type Row = { readonly id: string; readonly kind: 'c' | 'q' | 's' | 'h'; readonly name: string; readonly value: string };

/** Reads what is remembered of mailboxes, and of those of `counted` how many ids, in one statement: most turns of most mailboxes find nothing more to do. */
export async function readTurnMemory(
  scope: Pick<StoreScope, 'sql'>,
  mailboxids: readonly string[],
  now: Date,
  counted: readonly string[] = [],
): Promise<(mailboxid: string) => TurnMemory> {
  const rows = await scope.sql<Row>(
    `select mailboxid as id, 'c' as kind, name, value from mr_cursor where mailboxid = any($1::uuid[]) and work = 'incoming'
     union all select id, 'q', '', '' from unnest($1::uuid[]) id where exists (
       select 1 from mr_quarantine where mr_mailboxid = id and mr_status in ($2::integer, $3::integer))
     union all select id, 's', '', (select count(*) from mr_sighting where mailboxid = id)::text from unnest($4::uuid[]) id
     union all select mailboxid, 'h', '', '' from mr_watch where mailboxid = any($1::uuid[]) and listening and watcheduntil > $5`,
    [mailboxids, QuarantineStatus.retrying, QuarantineStatus.releaseAsked, counted, now],
  );
  const byId = new Map<string, Row[]>();
  for (const row of rows) {
    const known = byId.get(row.id);
    if (known === undefined) byId.set(row.id, [row]);
    else known.push(row);
  }
  return (mailboxid) => {
    const own = byId.get(mailboxid) ?? [];
    const count = own.find(({ kind }) => kind === 's')?.value;
    return {
      cursors: new Map(own.flatMap(({ kind, name, value }) => (kind === 'c' ? [[name, value] as const] : []))),
      hasOpenQuarantine: own.some(({ kind }) => kind === 'q'),
      isHeard: own.some(({ kind }) => kind === 'h'),
      sightings: count === undefined ? undefined : Number(count),
    };
  };
}

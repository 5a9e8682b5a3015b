import { FilterOption, QuarantineStatus, ServerType } from '../tables/choices.ts';
import type { StoreScope } from './database.ts';

/** What is remembered of a mailbox when a turn of incoming mail begins. */
export interface TurnMemory {
  /** Values of table `mr_cursor` for incoming mail, by name. */
  readonly cursors: ReadonlyMap<string, string>;
  /** The same for tracking beyond the inbox, but for the list of folders, which most turns do without; `marks` is there while marks are due. */
  readonly tracking: ReadonlyMap<string, string>;
  /** True when messages of the mailbox wait in the quarantine for another try. */
  readonly hasOpenQuarantine: boolean;
  /** Which mail the user or queue wants that owns the mailbox (FilterOption); undefined for a mailbox that belongs to neither. */
  readonly ownerFilter: number | undefined;
  /** Ids remembered of the mailbox's server, where that has no cursor; undefined for others. */
  readonly sightings: number | undefined;
  /** True while a process holds a line open on which the server tells of new mail. */
  readonly isHeard: boolean;
}

/** What many turns begin with. */
export interface TurnBeginnings {
  memoryOf(mailboxid: string): TurnMemory;
  /** A word for the row of the organisation, or of a mailbox's profile by its id, that differs once the row was written; undefined for others. */
  versionOf(id: 'organization' | string): string | undefined;
  /** True while some server is to be left alone (SC-13). */
  readonly hasPauses: boolean;
}

/** Kinds of rows of the one statement: cursors of incoming mail and of tracking, an open quarantine, the owner, a number of sightings, an open line, the version of a row, a pause. */
type Kind = 'c' | 't' | 'q' | 'o' | 's' | 'h' | 'v' | 'p';
type Row = { readonly id: string; readonly kind: Kind; readonly name: string; readonly value: string };

const owned = (table: string, key: string, filter: string, join = ''): string =>
  `select m.mailboxid, 'o', '', coalesce(${filter})::text from mailbox m join ${table} o on o.${key} = m.regardingobjectid ${join}
   where m.mailboxid = any($2::uuid[]) and m.regardingobjectid__table = '${table}'`;

/** The transaction that wrote a row and where it lies: both hold until it is written again, by whomever. */
const version = "(r.xmin::text || ' ' || r.ctid::text)";

/** $1 mailboxes, $2 those of them whose mail is read, $3 now. */
const beginnings = `
  select mailboxid as id, case work when 'tracking' then 't' else 'c' end as kind, name, value from mr_cursor
   where mailboxid = any($2::uuid[]) and (work = 'incoming' or work = 'tracking' and name <> 'folders')
  union all select id, 't', 'marks', 'due' from unnest($2::uuid[]) id
   where exists (select 1 from mr_mailmark where mailboxid = id and state = 'due')
  union all select id, 'q', '', '' from unnest($2::uuid[]) id where exists (select 1 from mr_quarantine
   where mr_mailboxid = id and mr_status in (${QuarantineStatus.retrying}, ${QuarantineStatus.releaseAsked}))
  union all ${owned('queue', 'queueid', `o.incomingemailfilteringmethod, ${FilterOption.all}`)}
  union all ${owned(
    'systemuser',
    'systemuserid',
    `s.incomingemailfilteringmethod, ${FilterOption.inResponse}`,
    'left join usersettings s on s.systemuserid = o.systemuserid',
  )}
  union all select m.mailboxid, 's', '', (select count(*) from mr_sighting s where s.mailboxid = m.mailboxid)::text
   from mailbox m join emailserverprofile p on p.emailserverprofileid = m.emailserverprofile
   where m.mailboxid = any($2::uuid[]) and p.servertype = ${ServerType.pop3Smtp}
  union all select mailboxid, 'h', '', '' from mr_watch where mailboxid = any($2::uuid[]) and listening and watcheduntil > $3
  union all select r.emailserverprofileid, 'v', '', ${version} from emailserverprofile r where r.emailserverprofileid in (
   select emailserverprofile from mailbox where mailboxid = any($1::uuid[]))
  union all select null, 'v', '', ${version} from organization r
  union all (select null, 'p', '', '' from mr_serverpause where pauseduntil > $3 limit 1)`;

/** Reads what turns begin with, and what is remembered of the mailboxes in `incoming`, in one statement: most turns of most mailboxes find nothing more to do. */
export async function readTurnBeginnings(
  scope: Pick<StoreScope, 'sql'>,
  mailboxids: readonly string[],
  incoming: readonly string[],
  now: Date,
): Promise<TurnBeginnings> {
  const rows = await scope.sql<Row | (Row & { readonly id: null })>(beginnings, [mailboxids, incoming, now]);
  const byId = new Map<string, Row[]>();
  for (const row of rows) {
    const id = row.id ?? 'organization';
    const known = byId.get(id);
    if (known === undefined) byId.set(id, [row]);
    else known.push(row);
  }
  const tell = (id: string, kind: Kind): string | undefined => byId.get(id)?.find((row) => row.kind === kind)?.value;
  return {
    memoryOf: (mailboxid) => {
      const own = byId.get(mailboxid) ?? [];
      const named = (wanted: Kind): ReadonlyMap<string, string> =>
        new Map(own.flatMap(({ kind, name, value }) => (kind === wanted ? [[name, value] as const] : [])));
      return {
        cursors: named('c'),
        tracking: named('t'),
        hasOpenQuarantine: own.some(({ kind }) => kind === 'q'),
        ownerFilter: numberOf(tell(mailboxid, 'o')),
        sightings: numberOf(tell(mailboxid, 's')),
        isHeard: own.some(({ kind }) => kind === 'h'),
      };
    },
    versionOf: (id) => tell(id, 'v'),
    hasPauses: rows.some(({ kind }) => kind === 'p'),
  };
}

/** Reads what is remembered of one mailbox. */
export async function readTurnMemory(
  scope: Pick<StoreScope, 'sql'>,
  mailboxid: string,
  now: Date,
): Promise<TurnMemory> {
  return (await readTurnBeginnings(scope, [], [mailboxid], now)).memoryOf(mailboxid);
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

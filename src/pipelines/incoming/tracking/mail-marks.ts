import type { StoreScope } from '../../../store/database.ts';
import { MailVerdict } from '../../../tables/choices.ts';
import type { MarkState } from './judge-mark.ts';

/** A message and its mark in one mailbox, as in `mr_mailmark`. */
export interface MailMark {
  /** As its decision is kept under. */
  readonly identity: string;
  readonly serverId: string;
  readonly emailId: string | undefined;
}

/** Marks put on at once, at most. */
export const mostMarks = 500;

/** Time after which a mark is given up whose message is nowhere to be found, ms. */
const patienceMs = 86_400_000;

const arrays = (marks: readonly MailMark[]) => [
  marks.map(({ identity }) => identity),
  marks.map(({ serverId }) => serverId),
  marks.map(({ emailId }) => emailId ?? null),
];

/** Notes messages that bear the category. */
export async function noteMarked(
  scope: StoreScope,
  mailboxid: string,
  marks: readonly MailMark[],
  now: Date,
): Promise<void> {
  if (marks.length === 0) return;
  await scope.sql(
    `insert into mr_mailmark (mailboxid, identity, serverid, emailid, state, changedon)
     select $1::uuid, m.identity, m.serverid, m.emailid, 'marked', $2
     from unnest($3::text[], $4::text[], $5::uuid[]) as m (identity, serverid, emailid)
     on conflict (mailboxid, identity) do update set serverid = excluded.serverid, state = 'marked',
       emailid = coalesce(excluded.emailid, mr_mailmark.emailid), changedon = excluded.changedon`,
    [mailboxid, now, ...arrays(marks)],
  );
}

/** Asks for the category to be put on messages; what a person took it off stays without, unless a person had it tracked again (`revives`). */
export async function askMarks(
  scope: StoreScope,
  mailboxid: string,
  marks: readonly MailMark[],
  now: Date,
  revives: boolean,
): Promise<void> {
  if (marks.length === 0) return;
  const again = `do update set state = 'due', serverid = excluded.serverid, emailid = excluded.emailid, changedon = excluded.changedon
     where mr_mailmark.state = 'removed'`;
  await scope.sql(
    `insert into mr_mailmark (mailboxid, identity, serverid, emailid, state, changedon)
     select $1::uuid, m.identity, m.serverid, m.emailid, 'due', $2
     from unnest($3::text[], $4::text[], $5::uuid[]) as m (identity, serverid, emailid)
     on conflict (mailboxid, identity) ${revives ? again : 'do nothing'}`,
    [mailboxid, now, ...arrays(marks)],
  );
}

/** The same for the copies that other mailboxes have seen and not tracked, but for those whose owners track by hand (IN-30). */
export async function askMarksElsewhere(
  scope: StoreScope,
  mailboxid: string,
  marks: readonly MailMark[],
  now: Date,
): Promise<void> {
  if (marks.length === 0) return;
  const [identities, , emailIds] = arrays(marks);
  await scope.sql(
    `insert into mr_mailmark (mailboxid, identity, serverid, emailid, state, changedon)
     select d.mr_mailboxid, d.mr_identity, d.mr_serverid, m.emailid, 'due', $2
     from unnest($3::text[], $4::uuid[]) as m (identity, emailid)
     join mr_maildecision d on d.mr_identity = m.identity
     where d.mr_mailboxid <> $1::uuid and d.mr_verdict = $5 and d.mr_serverid is not null
       and d.mr_reasoncode in ('NoCorrelationMatch', 'SenderNotKnown', 'NoRecipientMatch', 'InternalEmail')
     on conflict (mailboxid, identity) do nothing`,
    [mailboxid, now, identities, emailIds, MailVerdict.notTracked],
  );
}

/** Marks that are to be put on. */
export async function readDueMarks(scope: StoreScope, mailboxid: string): Promise<readonly MailMark[]> {
  const rows = await scope.sql<{ identity: string; serverid: string; emailid: string | null }>(
    "select identity, serverid, emailid from mr_mailmark where mailboxid = $1::uuid and state = 'due' order by changedon limit $2",
    [mailboxid, mostMarks],
  );
  return rows.map(({ identity, serverid, emailid }) => ({
    identity,
    serverId: serverid,
    emailId: emailid ?? undefined,
  }));
}

/** Notes where a message stands now. */
export async function setMark(
  scope: StoreScope,
  mailboxid: string,
  { identity, serverId }: MailMark,
  state: MarkState,
  now: Date,
): Promise<void> {
  await scope.sql(
    'update mr_mailmark set state = $3, serverid = $4, changedon = $5 where mailboxid = $1::uuid and identity = $2',
    [mailboxid, identity, state, serverId, now],
  );
}

/** Gives marks up: at once those named, and those that have waited for long. */
export async function dropMarks(
  scope: StoreScope,
  mailboxid: string,
  identities: readonly string[] | 'all',
  now: Date,
): Promise<void> {
  await scope.sql(
    `delete from mr_mailmark where mailboxid = $1::uuid and state = 'due'
     and ($2::boolean or identity = any($3::text[]) or changedon < $4)`,
    [mailboxid, identities === 'all', identities === 'all' ? [] : identities, new Date(now.getTime() - patienceMs)],
  );
}

/** What is known of messages, by server id or by Message-ID; a message that was moved is found by the latter. */
export async function readMarks(
  scope: StoreScope,
  mailboxid: string,
  items: readonly { readonly serverId: string; readonly messageId: string | undefined }[],
): Promise<readonly (MailMark & { readonly state: MarkState })[]> {
  const ids = items.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId, `sent:${messageId}`]));
  const rows = await scope.sql<{ identity: string; serverid: string; emailid: string | null; state: MarkState }>(
    `select identity, serverid, emailid, state from mr_mailmark where mailboxid = $1::uuid
     and (serverid = any($2::text[]) or identity = any($3::text[]))`,
    [mailboxid, items.map(({ serverId }) => serverId), ids],
  );
  return rows.map(({ identity, serverid, emailid, state }) => ({
    identity,
    serverId: serverid,
    emailId: emailid ?? undefined,
    state,
  }));
}

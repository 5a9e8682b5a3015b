import { isConversationAncestor } from '../../formats/conversation-index.ts';
import type { StoreScope } from '../../store/database.ts';
import { CorrelationMethod } from '../../tables/choices.ts';
import { type Correlation, namedIds } from './correlate.ts';
import type { CorrelatedFacts } from './tracked-mail.ts';

/** An email that was just made, and how it was linked. */
export interface LinkedMail {
  readonly id: string;
  readonly facts: CorrelatedFacts;
  readonly correlation: Correlation;
}

/** Ids locked in one transaction, at most, so that the server's lock table never fills. */
const mostLocks = 256;

/**
 * Writes down which messages new emails name that are not here yet (nearer ones than the parent found), and by which other ids
 * answers call emails of ours. Returns the stored emails that now have a message they waited for, and whether new ids were learned.
 */
export async function findWaiting(
  scope: StoreScope,
  mails: readonly LinkedMail[],
): Promise<{ readonly ids: readonly string[]; readonly hasLearned: boolean }> {
  const awaited = mails.flatMap((mail) => awaitedIds(mail).map((messageId) => ({ emailId: mail.id, messageId })));
  const aliases = mails.flatMap((mail) => aliasOf(mail) ?? []);
  await insertPairs(scope, 'mr_awaitedmail', awaited);
  const learned = await insertPairs(scope, 'mr_messagealias', aliases);
  const arrived = [...mails.map((mail) => mail.facts.messageId), ...learned].filter((id) => id !== '');
  await lockIds(scope, [...arrived, ...awaited.map((one) => one.messageId)]);
  const own = [...new Set(awaited.map((one) => one.emailId))];
  const rows = await scope.sql<{ id: string }>(
    `select distinct a.emailid::text as id from mr_awaitedmail a
     where (a.messageid = any($1::text[]) or a.emailid = any($2::uuid[]))
       and (exists (select 1 from email e where e.messageid = a.messageid)
         or exists (select 1 from mr_messagealias m where m.messageid = a.messageid))`,
    [[...new Set(arrived)], own],
  );
  return { ids: rows.map((row) => row.id), hasLearned: learned.length > 0 };
}

/** Forgets what emails waited for, as far as their new parents are nearer. */
export async function stopWaiting(scope: StoreScope, mails: readonly LinkedMail[]): Promise<void> {
  if (mails.length === 0) return;
  const awaited = mails.flatMap((mail) => awaitedIds(mail).map((messageId) => ({ emailId: mail.id, messageId })));
  await scope.sql(
    `delete from mr_awaitedmail a where emailid = any($1::uuid[]) and not exists (
       select 1 from unnest($2::uuid[], $3::text[]) k(emailid, messageid)
       where k.emailid = a.emailid and k.messageid = a.messageid)`,
    [mails.map((mail) => mail.id), awaited.map((one) => one.emailId), awaited.map((one) => one.messageId)],
  );
}

/** Ids that stand nearer in the headers than the parent that was found by them; all of them when it was found otherwise or not. */
function awaitedIds({ facts, correlation }: LinkedMail): readonly string[] {
  const ids = namedIds(facts);
  const at = correlation.parent === undefined ? -1 : ids.indexOf(correlation.parent.messageId);
  return at < 0 ? ids : ids.slice(0, at);
}

/** An answer to mail of ours that names it by an id we never gave: a gateway on the way changes Message-IDs. */
function aliasOf({ facts, correlation }: LinkedMail): { emailId: string; messageId: string } | undefined {
  const { parent, method } = correlation;
  if (parent?.isOutgoing !== true || facts.inReplyTo === '' || facts.inReplyTo === parent.messageId) return undefined;
  const isCertain =
    method === CorrelationMethod.trackingToken ||
    (method === CorrelationMethod.conversationIndex &&
      isConversationAncestor(parent.conversationIndex, facts.conversationIndex));
  return isCertain ? { emailId: parent.id, messageId: facts.inReplyTo } : undefined;
}

async function insertPairs(
  scope: StoreScope,
  table: 'mr_awaitedmail' | 'mr_messagealias',
  pairs: readonly { readonly emailId: string; readonly messageId: string }[],
): Promise<readonly string[]> {
  if (pairs.length === 0) return [];
  const rows = await scope.sql<{ messageid: string }>(
    `insert into ${table} (emailid, messageid) select * from unnest($1::uuid[], $2::text[])
     on conflict do nothing returning messageid`,
    [pairs.map((pair) => pair.emailId), pairs.map((pair) => pair.messageId)],
  );
  return rows.map((row) => row.messageid);
}

/** A parent and its child written at once by two workers: the later one waits for the other here and then sees it. */
async function lockIds(scope: StoreScope, ids: readonly string[]): Promise<void> {
  const locked = [...new Set(ids)].slice(0, mostLocks).sort();
  if (locked.length === 0) return;
  await scope.sql(
    'select pg_advisory_xact_lock(hashtextextended(id, 0)) from unnest($1::text[]) with ordinality u(id, n) order by n',
    [locked],
  );
}

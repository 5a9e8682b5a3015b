import { conversationBase, conversationBaseHash } from '../../formats/conversation-index.ts';
import { cutText } from '../../formats/cut-text.ts';
import type { StoreScope } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { CorrelationMethod, PartyMask } from '../../tables/choices.ts';
import { type Correlation, correlate } from './correlate.ts';
import { correlationRules, lookUpCandidates, storedFacts, trackedColumns } from './correlation-lookup.ts';
import { linkOf } from './link-columns.ts';
import { emailsSharingWords, findSmartMatch } from './smart-match.ts';
import { readThreads, type Threads, type ThreadValues } from './threads.ts';
import type { CorrelatedFacts } from './tracked-mail.ts';
import { findWaiting, type LinkedMail, stopWaiting } from './waiting-mail.ts';

/** What linking depends on. */
export interface LinkContext {
  readonly settings: OrganizationSettings;
  readonly now: Date;
}

/** Emails looked at again for one group of new ones, at most. */
const mostAffected = 1000;

/** Methods whose result another message may better (CO-03). */
const guesses = [CorrelationMethod.none, CorrelationMethod.conversationIndex, CorrelationMethod.smartMatching];

type EmailRow = RecordOf<'email'>;

/**
 * Links stored emails to new ones that arrived after them: those that name a new one, and those that a guess would now link otherwise.
 * Whatever the order in which the messages of a thread come, its links end the same; what came late is told in the evidence. Returns whether that was looked at, or another id of an email learned:
 whatever was decided about further messages before is to be decided again.
 */
export async function linkLate(
  scope: StoreScope,
  context: LinkContext,
  mails: readonly LinkedMail[],
): Promise<boolean> {
  const { settings } = context;
  if (!settings.correlationEnabled || mails.length === 0) return false;
  const usesHeaders = !settings.switches.IgnoreConversationIndexAndInReplyToForCorrelation;
  const waiting = usesHeaders ? await findWaiting(scope, mails) : { ids: [], hasLearned: false };
  const ids = new Set(waiting.ids);
  if (usesHeaders) for (const id of await sameConversation(scope, mails)) ids.add(id);
  if (settings.smartMatchingEnabled) for (const id of await sameWords(scope, context, mails)) ids.add(id);
  if (ids.size === 0) return waiting.hasLearned;
  const rows = await readRows(scope, [...ids].slice(0, mostAffected));
  const recipients = await readRecipients(scope, [...ids]);
  const affected = rows.map((row) => ({
    row,
    facts: storedFacts(row, recipients.get(row.activityid ?? '') ?? [], settings),
  }));
  affected.sort((one, other) => one.facts.sentOn.getTime() - other.facts.sentOn.getTime());
  const pool = await lookUpCandidates(
    scope,
    affected.map((one) => one.facts),
    settings,
  );
  const relinked: { readonly row: EmailRow; readonly mail: LinkedMail }[] = [];
  for (const { row, facts } of affected) {
    const correlation = await linkAgain(scope, context, facts, pool.candidates);
    relinked.push({ row, mail: { id: row.activityid ?? '', facts, correlation } });
  }
  const others = relinked.flatMap(({ row, mail }) => [
    row.correlatedactivityid?.id ?? [],
    mail.correlation.parent?.id ?? [],
  ]);
  const threads = await readThreads(scope, rows, others.flat());
  const settled = relinked.filter(({ row, mail }) => relink(threads, mail, row)).map(({ mail }) => mail);
  await threads.write(scope);
  await stopWaiting(scope, settled);
  return true;
}

async function linkAgain(
  scope: StoreScope,
  { settings, now }: LinkContext,
  facts: CorrelatedFacts,
  candidates: Awaited<ReturnType<typeof lookUpCandidates>>['candidates'],
): Promise<Correlation> {
  const rules = correlationRules(settings);
  const link = correlate(facts, { ...candidates, smart: undefined }, rules);
  if (link.method !== CorrelationMethod.none || link.evidence !== '' || !settings.smartMatchingEnabled) return link;
  return correlate(facts, { ...candidates, smart: await findSmartMatch(scope, facts, settings.hash, now) }, rules);
}

/** Received emails of the conversations of the new ones that nothing better than a guess has linked (CO-07). */
async function sameConversation(scope: StoreScope, mails: readonly LinkedMail[]): Promise<readonly string[]> {
  const byHash = new Map<number, LinkedMail[]>();
  for (const mail of mails) {
    const hash = conversationBaseHash(mail.facts.conversationIndex);
    if (hash !== undefined) byHash.set(hash, [...(byHash.get(hash) ?? []), mail]);
  }
  if (byHash.size === 0) return [];
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid', 'conversationindex', 'baseconversationindexhash'],
    filter: {
      and: [
        { column: 'baseconversationindexhash', operator: 'in', value: [...byHash.keys()] },
        { column: 'correlationmethod', operator: 'in', value: guesses },
        { column: 'directioncode', operator: 'eq', value: false },
      ],
    },
  });
  return page.rows.flatMap((row) => {
    const base = conversationBase(row.conversationindex ?? '');
    const others = (byHash.get(row.baseconversationindexhash ?? 0) ?? []).filter((mail) => mail.id !== row.activityid);
    const isSame = others.some((mail) => conversationBase(mail.facts.conversationIndex) === base);
    return isSame && row.activityid ? [row.activityid] : [];
  });
}

/** Received emails with the words of the new ones that nothing better than smart matching has linked (CO-30). */
async function sameWords(
  scope: StoreScope,
  { settings, now }: LinkContext,
  mails: readonly LinkedMail[],
): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const { facts } of mails) {
    for (const id of await emailsSharingWords(scope, facts.subject, settings.hash, now)) ids.add(id);
  }
  if (ids.size === 0) return [];
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid'],
    filter: {
      and: [
        { column: 'activityid', operator: 'in', value: [...ids] },
        {
          column: 'correlationmethod',
          operator: 'in',
          value: [CorrelationMethod.none, CorrelationMethod.smartMatching],
        },
        { column: 'directioncode', operator: 'eq', value: false },
      ],
    },
  });
  return page.rows.flatMap((row) => row.activityid ?? []);
}

async function readRows(scope: StoreScope, ids: readonly string[]): Promise<readonly EmailRow[]> {
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: [...trackedColumns, 'correlationmethod', 'correlatedactivityid', 'mr_correlationevidence'],
    filter: { column: 'activityid', operator: 'in', value: ids },
    lock: 'wait',
  });
  return page.rows;
}

async function readRecipients(
  scope: StoreScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const page = await scope.records.retrieveMultiple({
    table: 'activityparty',
    columns: ['activityid', 'addressused'],
    filter: {
      and: [
        { column: 'activityid', operator: 'in', value: ids },
        { column: 'participationtypemask', operator: 'in', value: [PartyMask.to, PartyMask.cc, PartyMask.bcc] },
      ],
    },
  });
  const found = new Map<string, string[]>();
  for (const row of page.rows) {
    const id = row.activityid?.id ?? '';
    found.set(id, [...(found.get(id) ?? []), row.addressused ?? '']);
  }
  return found;
}

/** Changes a link that differs from the one an email has, and tells whether it is as it should be. A link made by a person stays, and nothing becomes its own ancestor. */
function relink(threads: Threads, mail: LinkedMail, row: EmailRow): boolean {
  const { parent, method, evidence } = mail.correlation;
  const former = row.correlatedactivityid?.id;
  if (former === parent?.id && row.correlationmethod === method) return true;
  if (former !== undefined && !row.mr_correlationevidence) return false;
  if (parent !== undefined && threads.isBelow(parent.id, mail.id)) return false;
  const link: EmailRow = {
    ...linkOf(mail.correlation),
    mr_correlationevidence: cutText(evidence === '' ? '' : `${evidence} That message arrived later.`, 4000) || null,
  };
  threads.relink(mail.id, parent?.id, link, valuesAfter(threads, mail, former));
  return true;
}

/** What the parent hands down; what the email regards follows the link unless a person chose it. */
function valuesAfter(threads: Threads, mail: LinkedMail, former: string | undefined): ThreadValues {
  const own = threads.valuesOf(mail.id);
  const parent = threads.valuesOf(mail.correlation.parent?.id);
  const isTakenOver = own.regarding === null || own.regarding.id === threads.valuesOf(former).regarding?.id;
  return {
    conversationTrackingId: parent.conversationTrackingId || mail.id,
    regarding: isTakenOver ? parent.regarding : own.regarding,
    trackingToken: parent.trackingToken,
  };
}

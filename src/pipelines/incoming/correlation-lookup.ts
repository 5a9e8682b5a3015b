import { normaliseAddress } from '../../formats/address.ts';
import { conversationBase, conversationBaseHash } from '../../formats/conversation-index.ts';
import { findTokens } from '../../formats/tracking-token.ts';
import type { StoreScope } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { Filter, Query } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { CorrelatedFacts, CorrelationCandidates, TrackedMail } from './correlate.ts';
import type { IncomingMail } from './incoming-mail.ts';

/** References looked at, the newest of them. */
const mostReferences = 30;

/** Emails read per look-up, the newest first. */
const mostCandidates = 2000;

const columns = [
  'activityid',
  'messageid',
  'subject',
  'sender',
  'trackingtoken',
  'conversationindex',
  'regardingobjectid',
  'ownerid',
  'conversationtrackingid',
  'directioncode',
  'createdon',
] as const;

/** Tracked emails found for a group of messages, to which those of the group itself are added as they are accepted. */
export interface CandidatePool {
  readonly candidates: Omit<CorrelationCandidates, 'smart'>;
  add(mail: TrackedMail): void;
}

/** What correlation looks at in a message. */
export function correlatedFacts(mail: IncomingMail, settings: OrganizationSettings): CorrelatedFacts {
  const { message } = mail;
  return {
    inReplyTo: message.inReplyTo,
    references: message.references.slice(-mostReferences),
    subject: message.subject,
    tokens: findTokens(message.subject, settings.token.prefixes),
    conversationIndex: message.conversationIndex,
    recipients: mail.recipients.map((recipient) => recipient.address),
  };
}

/** Reads what a group of messages may belong to: one statement a method, whatever the number of messages. */
export async function lookUpCandidates(
  scope: StoreScope,
  facts: readonly CorrelatedFacts[],
  settings: OrganizationSettings,
): Promise<CandidatePool> {
  const pool = createPool();
  if (!settings.correlationEnabled) return pool;
  const ids = new Set(facts.flatMap((one) => [one.inReplyTo, ...one.references]));
  const tokens = new Set(facts.flatMap((one) => one.tokens.map((token) => token.toLowerCase())));
  const hashes = new Set(facts.flatMap((one) => conversationBaseHash(one.conversationIndex) ?? []));
  ids.delete('');
  const byHeaders = !settings.switches.IgnoreConversationIndexAndInReplyToForCorrelation;
  if (byHeaders) await read(scope, pool, 'messageid', [...ids]);
  await read(scope, pool, 'trackingtoken', [...tokens]);
  if (byHeaders) await read(scope, pool, 'baseconversationindexhash', [...hashes]);
  return pool;
}

/** A tracked email as correlation sees it. */
export function trackedMail(row: RecordOf<'email'>): TrackedMail {
  return {
    id: row.activityid ?? '',
    messageId: row.messageid ?? '',
    subject: row.subject ?? '',
    sender: normaliseAddress(row.sender ?? ''),
    trackingToken: row.trackingtoken ?? '',
    conversationIndex: row.conversationindex ?? '',
    regarding: row.regardingobjectid ?? null,
    ownerId: row.ownerid?.id,
    conversationTrackingId: row.conversationtrackingid ?? undefined,
    isOutgoing: row.directioncode ?? true,
    createdOn: row.createdon ?? new Date(0),
  };
}

/** Emails by filter, newest first, at most `limit`. */
export async function readTracked(scope: StoreScope, filter: Filter, limit: number): Promise<readonly TrackedMail[]> {
  const query: Query<'email'> = { table: 'email', columns, filter, limit };
  const page = await scope.records.retrieveMultiple({ ...query, orderBy: [{ column: 'createdon', descending: true }] });
  return page.rows.map(trackedMail);
}

async function read(
  scope: StoreScope,
  pool: CandidatePool,
  column: 'messageid' | 'trackingtoken' | 'baseconversationindexhash',
  values: readonly (string | number)[],
): Promise<void> {
  if (values.length === 0) return;
  const filter: Filter = { column, operator: 'in', value: values };
  for (const mail of await readTracked(scope, filter, mostCandidates)) pool.add(mail);
}

function createPool(): CandidatePool {
  const byMessageId = new Map<string, TrackedMail[]>();
  const byToken = new Map<string, TrackedMail[]>();
  const byConversation = new Map<string, TrackedMail[]>();
  const seen = new Set<string>();
  return {
    candidates: { byMessageId, byToken, byConversation },
    add(mail) {
      if (seen.has(mail.id)) return;
      seen.add(mail.id);
      put(byMessageId, mail.messageId, mail);
      put(byToken, mail.trackingToken.toLowerCase(), mail);
      put(byConversation, conversationBase(mail.conversationIndex), mail);
    },
  };
}

function put(map: Map<string, TrackedMail[]>, key: string, mail: TrackedMail): void {
  if (key === '') return;
  const mails = map.get(key);
  if (mails === undefined) map.set(key, [mail]);
  else mails.push(mail);
}

import { normaliseAddress } from '../../formats/address.ts';
import { conversationBase, conversationBaseHash, isConversationHead } from '../../formats/conversation-index.ts';
import { cutText } from '../../formats/cut-text.ts';
import { messageIds } from '../../formats/message-id.ts';
import { findTokens } from '../../formats/tracking-token.ts';
import type { StoreScope } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { Filter, Query } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { type CorrelationRules, namedIds } from './correlate.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { referencesOf } from './report-references.ts';
import type { CorrelatedFacts, CorrelationCandidates, TrackedMail } from './tracked-mail.ts';

/** References looked at, the newest of them. */
const mostReferences = 30;

/** Emails read per look-up, the newest first. */
const mostCandidates = 2000;

/** The columns of an email that make a `TrackedMail`. */
export const trackedColumns = Object.freeze([
  'activityid',
  'messageid',
  'mr_identity',
  'inreplyto',
  'mr_references',
  'subject',
  'sender',
  'trackingtoken',
  'conversationindex',
  'regardingobjectid',
  'ownerid',
  'conversationtrackingid',
  'directioncode',
  'senton',
  'actualend',
  'createdon',
] as const);

/** A Message-ID as `email.messageid` holds it. */
export const storedMessageId = (id: string): string => cutText(id, 320);

/** Tracked emails found for a group of messages, to which those of the group itself are added as they are accepted. */
export interface CandidatePool {
  readonly candidates: Omit<CorrelationCandidates, 'smart'>;
  add(mail: TrackedMail): void;
  /** Notes that answers call an email by another id. */
  addAlias(messageId: string, mail: TrackedMail): void;
}

/** The switches of correlation out of the organisation's settings. */
export function correlationRules(settings: OrganizationSettings): CorrelationRules {
  return {
    enabled: settings.correlationEnabled,
    ignoreHeaders: settings.switches.IgnoreConversationIndexAndInReplyToForCorrelation,
    skipForwards: settings.switches.DoNotCorrelateForwardedEmailsAsReplies,
    tokenPrefixes: settings.token.prefixes,
  };
}

/** What correlation looks at in a message. */
export function correlatedFacts(mail: IncomingMail, settings: OrganizationSettings): CorrelatedFacts {
  const { message } = mail;
  return {
    messageId: storedMessageId(message.messageId),
    inReplyTo: storedMessageId(message.inReplyTo),
    references: referencesOf(mail, settings).slice(-mostReferences).map(storedMessageId),
    subject: message.subject,
    tokens: findTokens(message.subject, settings.token.prefixes),
    conversationIndex: message.conversationIndex,
    sender: mail.senderAddress,
    recipients: mail.recipients.map((recipient) => recipient.address),
    sentOn: message.date ?? mail.receivedOn,
    receivedOn: mail.receivedOn,
  };
}

/** The same out of a stored email; `recipients` are the addresses of its parties. */
export function storedFacts(
  row: RecordOf<'email'>,
  recipients: readonly string[],
  settings: OrganizationSettings,
): CorrelatedFacts {
  const mail = trackedMail(row);
  return {
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo,
    references: messageIds(mail.references).slice(-mostReferences).map(storedMessageId),
    subject: mail.subject,
    tokens: findTokens(mail.subject, settings.token.prefixes),
    conversationIndex: mail.conversationIndex,
    sender: mail.sender,
    recipients: recipients.map(normaliseAddress),
    sentOn: mail.sentOn,
    receivedOn: row.actualend ?? mail.sentOn,
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
  const tokens = new Set(facts.flatMap((one) => one.tokens.map((token) => token.toLowerCase())));
  if (settings.switches.IgnoreConversationIndexAndInReplyToForCorrelation) {
    for (const mail of await read(scope, 'trackingtoken', [...tokens])) pool.add(mail);
    return pool;
  }
  const ids = [...new Set(facts.flatMap(namedIds))];
  const hashes = new Set(facts.flatMap((one) => conversationBaseHash(one.conversationIndex) ?? []));
  const [byId, byToken, byHash] = await Promise.all([
    read(scope, 'messageid', ids),
    read(scope, 'trackingtoken', [...tokens]),
    read(scope, 'baseconversationindexhash', [...hashes]),
  ]);
  for (const mail of byId) pool.add(mail);
  const unknown = ids.filter((id) => !pool.candidates.byMessageId.has(id));
  await readAliases(scope, pool, unknown);
  for (const mail of [...byToken, ...byHash]) pool.add(mail);
  return pool;
}

/** A tracked email as correlation sees it. */
export function trackedMail(row: RecordOf<'email'>): TrackedMail {
  const createdOn = row.createdon ?? new Date(0);
  return {
    id: row.activityid ?? '',
    messageId: row.messageid ?? '',
    identity: row.mr_identity ?? row.messageid ?? '',
    inReplyTo: row.inreplyto ?? '',
    references: row.mr_references ?? '',
    subject: row.subject ?? '',
    sender: normaliseAddress(row.sender ?? ''),
    trackingToken: row.trackingtoken ?? '',
    conversationIndex: row.conversationindex ?? '',
    regarding: row.regardingobjectid ?? null,
    ownerId: row.ownerid?.id,
    conversationTrackingId: row.conversationtrackingid ?? undefined,
    isOutgoing: row.directioncode ?? true,
    sentOn: row.senton ?? row.actualend ?? createdOn,
    createdOn,
  };
}

/** Emails by filter, newest first, at most `limit`. */
export async function readTracked(scope: StoreScope, filter: Filter, limit: number): Promise<readonly TrackedMail[]> {
  const query: Query<'email'> = { table: 'email', columns: trackedColumns, filter, limit };
  const page = await scope.records.retrieveMultiple({ ...query, orderBy: [{ column: 'createdon', descending: true }] });
  return page.rows.map(trackedMail);
}

async function read(
  scope: StoreScope,
  column: 'messageid' | 'trackingtoken' | 'baseconversationindexhash',
  values: readonly (string | number)[],
): Promise<readonly TrackedMail[]> {
  if (values.length === 0) return [];
  return readTracked(scope, { column, operator: 'in', value: values }, mostCandidates);
}

/** Ids that no email bears may be names that a gateway gave to ours. */
async function readAliases(scope: StoreScope, pool: CandidatePool, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await scope.sql<{ messageid: string; emailid: string }>(
    'select messageid, emailid::text as emailid from mr_messagealias where messageid = any($1::text[])',
    [ids],
  );
  if (rows.length === 0) return;
  const emailIds = [...new Set(rows.map((row) => row.emailid))];
  const mails = await readTracked(scope, { column: 'activityid', operator: 'in', value: emailIds }, mostCandidates);
  for (const { messageid, emailid } of rows) {
    const mail = mails.find((one) => one.id === emailid);
    if (mail !== undefined) pool.addAlias(messageid, mail);
  }
}

function createPool(): CandidatePool {
  const byMessageId = new Map<string, TrackedMail[]>();
  const byAlias = new Map<string, TrackedMail[]>();
  const byToken = new Map<string, TrackedMail[]>();
  const byConversation = new Map<string, TrackedMail[]>();
  const seen = new Set<string>();
  return {
    candidates: { byMessageId, byAlias, byToken, byConversation },
    add(mail) {
      if (seen.has(mail.id)) return;
      seen.add(mail.id);
      put(byMessageId, mail.messageId, mail);
      put(byToken, mail.trackingToken.toLowerCase(), mail);
      if (isConversationHead(mail.conversationIndex))
        put(byConversation, conversationBase(mail.conversationIndex), mail);
    },
    addAlias: (messageId, mail) => put(byAlias, messageId, mail),
  };
}

function put(map: Map<string, TrackedMail[]>, key: string, mail: TrackedMail): void {
  if (key === '') return;
  const mails = map.get(key);
  if (mails === undefined) map.set(key, [mail]);
  else mails.push(mail);
}

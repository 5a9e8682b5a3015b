import { MailroomError } from '../../base/errors.ts';
import { isUuid } from '../../base/uuid.ts';
import { normaliseMessageId } from '../../formats/message-id.ts';
import type { RecordStore } from '../../store/record-store.ts';
import { catalog, type RecordOf, type TableName } from '../../tables/catalog.ts';
import type { EntityReference } from '../../tables/table-definition.ts';

/** A record as a story names it. */
export interface NamedRecord {
  readonly table: string;
  readonly id: string;
  /** Its primary name; empty for a record that is gone. */
  readonly name: string;
}

/** What one mailbox made of the message (MO-08). */
export interface ExplainedDecision {
  readonly mailbox: NamedRecord | undefined;
  readonly decidedOn: Date | undefined;
  readonly receivedOn: Date | undefined;
  readonly sizeBytes: number;
  readonly subject: string;
  readonly sender: string;
  readonly isAutomatic: boolean;
  /** MailVerdict. */
  readonly verdict: number;
  readonly code: string;
  readonly reason: string;
  readonly acceptedBy: NamedRecord | undefined;
  readonly email: NamedRecord | undefined;
  /** CorrelationMethod. */
  readonly method: number | undefined;
  /** What the decision rests on, as it was written down. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** An email that stands for the message. */
export interface ExplainedEmail {
  readonly email: NamedRecord;
  readonly isOutgoing: boolean;
  readonly createdOn: Date | undefined;
  readonly owner: NamedRecord | undefined;
  readonly regarding: NamedRecord | undefined;
  readonly linkedTo: NamedRecord | undefined;
  readonly linkEvidence: string;
  readonly queues: readonly NamedRecord[];
}

/** A stay of the message in the quarantine. */
export interface ExplainedQuarantine {
  readonly mailbox: NamedRecord | undefined;
  readonly cause: string;
  readonly attempts: number;
  /** QuarantineStatus. */
  readonly status: number;
  readonly nextAttemptOn: Date | undefined;
}

/** Everything known about one message. */
export interface Explanation {
  readonly messageId: string;
  readonly decisions: readonly ExplainedDecision[];
  readonly emails: readonly ExplainedEmail[];
  readonly quarantined: readonly ExplainedQuarantine[];
}

/** Rows of one kind looked at, at most. */
const mostRows = 200;

const emailColumns = [
  'activityid',
  'subject',
  'directioncode',
  'createdon',
  'ownerid',
  'regardingobjectid',
  'correlatedactivityid',
  'mr_correlationevidence',
] as const;

/**
 * Collects what is known about a message, by its Message-ID, or by the id of an email or a decision (MO-08). `records` limits it to
 * what the caller may see. Throws notFound `mr_NotFound` for a message nobody has seen, or whose decisions were cleaned away.
 */
export async function explainMessage(records: RecordStore, wanted: string): Promise<Explanation> {
  const { messageId, decisionId } = await readWanted(records, wanted.trim());
  // Written within one millisecond, the row version tells which came first.
  const orderBy = [{ column: 'createdon' }, { column: 'versionnumber' }];
  const paging = { orderBy, limit: mostRows };
  const ours = decisionId === undefined ? is('mr_messageid', messageId) : is('mr_maildecisionid', decisionId);
  const decisions = (await records.retrieveMultiple({ table: 'mr_maildecision', filter: ours, ...paging })).rows;
  const byId = messageId !== '';
  const stored = { table: 'email', columns: emailColumns, filter: is('messageid', messageId), ...paging } as const;
  const emails = byId ? (await records.retrieveMultiple(stored)).rows : [];
  const broken = { table: 'mr_quarantine', filter: is('mr_messageid', messageId), ...paging } as const;
  const held = byId ? (await records.retrieveMultiple(broken)).rows : [];
  if (decisions.length + emails.length + held.length === 0) throw unseen(messageId);
  const queues = await readQueues(
    records,
    emails.flatMap((email) => email.activityid ?? []),
  );
  const name = createNames(records);
  return {
    messageId,
    decisions: await inOrder(decisions, (row) => decisionFrom(row, name)),
    emails: await inOrder(emails, (row) => emailFrom(row, queues.get(row.activityid ?? '') ?? [], name)),
    quarantined: await inOrder(held, async (row) => ({
      mailbox: await name(row.mr_mailboxid),
      cause: row.mr_cause ?? '',
      attempts: row.mr_attempts ?? 0,
      status: row.mr_status ?? 0,
      nextAttemptOn: row.mr_nextattempton ?? undefined,
    })),
  };
}

const is = (column: string, value: string) => ({ column, operator: 'eq', value }) as const;

type NameOf = (reference: EntityReference | null | undefined) => Promise<NamedRecord | undefined>;

async function decisionFrom(row: RecordOf<'mr_maildecision'>, name: NameOf): Promise<ExplainedDecision> {
  return {
    mailbox: await name(row.mr_mailboxid),
    decidedOn: row.modifiedon ?? row.createdon ?? undefined,
    receivedOn: row.mr_receivedon ?? undefined,
    sizeBytes: row.mr_sizebytes ?? 0,
    subject: row.mr_subject ?? '',
    sender: row.mr_sender ?? '',
    isAutomatic: row.mr_isautomatic ?? false,
    verdict: row.mr_verdict ?? 0,
    code: row.mr_reasoncode ?? '',
    reason: row.mr_reason ?? '',
    acceptedBy: await name(row.mr_acceptingentityid),
    email: await name(row.mr_emailid),
    method: row.mr_correlationmethod ?? undefined,
    evidence: readEvidence(row.mr_evidence ?? '{}'),
  };
}

async function emailFrom(
  row: RecordOf<'email'>,
  queues: readonly EntityReference[],
  name: NameOf,
): Promise<ExplainedEmail> {
  const id = row.activityid ?? '';
  return {
    email: { table: 'email', id, name: row.subject ?? '' },
    isOutgoing: row.directioncode ?? false,
    createdOn: row.createdon ?? undefined,
    owner: await name(row.ownerid),
    regarding: await name(row.regardingobjectid),
    linkedTo: await name(row.correlatedactivityid),
    linkEvidence: row.mr_correlationevidence ?? '',
    queues: (await inOrder(queues, name)).flatMap((queue) => queue ?? []),
  };
}

/** What was given: a Message-ID, or the id of an email or of a decision (of a message without Message-ID). */
async function readWanted(
  records: RecordStore,
  wanted: string,
): Promise<{ readonly messageId: string; readonly decisionId?: string }> {
  if (!isUuid(wanted)) return { messageId: normaliseMessageId(wanted).slice(0, 320) };
  const email = await records.retrieve('email', wanted, ['messageid']);
  if (email?.messageid) return { messageId: email.messageid };
  const decision = await records.retrieve('mr_maildecision', wanted, ['mr_messageid']);
  if (decision === undefined) return { messageId: wanted };
  return decision.mr_messageid ? { messageId: decision.mr_messageid } : { messageId: '', decisionId: wanted };
}

async function readQueues(
  records: RecordStore,
  emailIds: readonly string[],
): Promise<ReadonlyMap<string, readonly EntityReference[]>> {
  const found = new Map<string, EntityReference[]>();
  if (emailIds.length === 0) return found;
  const filter = { column: 'objectid', operator: 'in', value: emailIds } as const;
  const page = await records.retrieveMultiple({ table: 'queueitem', columns: ['objectid', 'queueid'], filter });
  for (const { objectid, queueid } of page.rows) {
    if (objectid && queueid) found.set(objectid.id, [...(found.get(objectid.id) ?? []), queueid]);
  }
  return found;
}

/** Names of records, each read once. */
function createNames(records: RecordStore): NameOf {
  const known = new Map<string, Promise<string>>();
  const read = async ({ table, id }: EntityReference): Promise<string> => {
    const definition = Object.hasOwn(catalog, table) ? catalog[table as TableName] : undefined;
    if (definition?.primaryName === undefined) return '';
    const row: Readonly<Record<string, unknown>> | undefined = await records.retrieve(table as TableName, id);
    return String(row?.[definition.primaryName] ?? '');
  };
  return async (reference) => {
    if (!reference) return undefined;
    const { table, id } = reference;
    const name = known.get(id) ?? read(reference);
    known.set(id, name);
    return { table, id, name: await name };
  };
}

function readEvidence(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return { text: json };
  }
}

/** One after the other: a caller's transaction has one connection. */
async function inOrder<From, To>(items: readonly From[], make: (item: From) => Promise<To>): Promise<To[]> {
  const made: To[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

function unseen(messageId: string): MailroomError {
  return new MailroomError(
    `No mailbox has seen a message with the Message-ID <${messageId}>, or its decision is older than decisions are kept (organization.mr_decisionretentiondays). "mailroom mailbox show" tells how far a mailbox was read.`,
    { code: 'mr_NotFound', kind: 'notFound' },
  );
}

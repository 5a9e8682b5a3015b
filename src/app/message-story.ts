import type {
  ExplainedDecision,
  ExplainedEmail,
  ExplainedQuarantine,
  Explanation,
  NamedRecord,
} from '../pipelines/incoming/explain.ts';
import { CorrelationMethod, FilterOption } from '../tables/choices.ts';
import { choiceLabel } from './cli/labels.ts';

const filterWords: Readonly<Record<number, string>> = {
  [FilterOption.all]: 'all messages',
  [FilterOption.inResponse]: 'answers to tracked email',
  [FilterOption.fromPeople]: 'from leads, contacts and accounts',
  [FilterOption.fromEmailEnabled]: 'from known records',
  [FilterOption.none]: 'no messages',
};

const methodWords: Readonly<Record<number, string>> = {
  [CorrelationMethod.none]: 'nothing it belongs to was found',
  [CorrelationMethod.skipped]: 'correlation is switched off',
  [CorrelationMethod.xHeader]: 'by a header of ours',
  [CorrelationMethod.inReplyTo]: 'by In-Reply-To or References',
  [CorrelationMethod.trackingToken]: 'by the tracking token',
  [CorrelationMethod.conversationIndex]: 'by the conversation index',
  [CorrelationMethod.smartMatching]: 'by smart matching',
  [CorrelationMethod.custom]: 'by custom logic',
};

/** Parts of the evidence that have sentences of their own. */
const toldElsewhere = new Set([
  'filters',
  'linkedTo',
  'correlation',
  'droppedAttachments',
  'senderIs',
  'judgedBy',
  'sentTo',
]);

/** What happened to a message as lines for people, mailbox by mailbox (MO-08). Pure. */
export function messageStory({ messageId, decisions, emails, quarantined }: Explanation): readonly string[] {
  const subject = decisions[0]?.subject ?? emails[0]?.email.name ?? '';
  return [
    `Message ${messageId === '' ? 'without Message-ID' : `<${messageId}>`}: "${subject}"`,
    ...decisions.flatMap(decisionLines),
    ...emails.flatMap(emailLines),
    ...quarantined.flatMap(quarantineLines),
  ];
}

function decisionLines(decision: ExplainedDecision): string[] {
  const { evidence } = decision;
  const sender = decision.sender === '' ? 'nobody it names' : decision.sender;
  const isKnown = typeof evidence.senderIs === 'string' ? ` (${article(evidence.senderIs)} here)` : '';
  const automatic = decision.isAutomatic ? ', written by a program' : '';
  const arrived = decision.receivedOn === undefined ? '' : `, received ${minute(decision.receivedOn)}`;
  return [
    '',
    `In mailbox ${named(decision.mailbox)}`,
    `  From ${sender}${isKnown}${automatic}${arrived}, ${decision.sizeBytes} bytes.`,
    ...sentToLines(evidence.sentTo),
    `  ${label('mr_maildecision', 'mr_verdict', decision.verdict)} (${decision.code}), decided ${minute(decision.decidedOn)}: ${decision.reason}`,
    ...filterLines(evidence.filters),
    ...(evidence.judgedBy === 'head' ? ['  Judged by its head; the body was not fetched.'] : []),
    ...linkLines(decision),
    ...(decision.email === undefined ? [] : [`  It is the email ${named(decision.email)}.`]),
    ...droppedLines(evidence.droppedAttachments),
    ...Object.entries(evidence).flatMap(([key, value]) =>
      toldElsewhere.has(key) ? [] : [`  ${key}: ${plain(value)}`],
    ),
  ];
}

function sentToLines(recipients: unknown): string[] {
  if (!Array.isArray(recipients)) return [];
  return [`  Sent to ${recipients.length === 0 ? 'nobody it names' : recipients.map(plain).join(', ')}.`];
}

function filterLines(filters: unknown): string[] {
  if (!Array.isArray(filters)) return [];
  return filters.flatMap((answer: unknown) => {
    if (typeof answer !== 'object' || answer === null) return [];
    const { name, filter, accepts, reason } = answer as Record<string, unknown>;
    const option = typeof filter === 'number' ? ` (takes ${filterWords[filter] ?? filter})` : '';
    return [`  Asked ${plain(name)}${option}: ${accepts === true ? 'yes' : 'no'}. ${plain(reason)}`];
  });
}

function linkLines({ method, evidence, email }: ExplainedDecision): string[] {
  if (method === undefined || (email === undefined && evidence.linkedTo === undefined)) return [];
  const how = methodWords[method] ?? `by method ${method}`;
  const why = typeof evidence.correlation === 'string' ? ` ${evidence.correlation}` : '';
  const to =
    typeof evidence.linkedTo === 'string'
      ? `Belongs to the email ${evidence.linkedTo}, found ${how}.`
      : `Link: ${how}.`;
  return [`  ${to}${why}`];
}

function droppedLines(dropped: unknown): string[] {
  if (!Array.isArray(dropped)) return [];
  return dropped.map((one: unknown) => {
    const { fileName, reason } = (one ?? {}) as Record<string, unknown>;
    return `  Attachment left out: "${plain(fileName)}", ${plain(reason)}.`;
  });
}

function emailLines(email: ExplainedEmail): string[] {
  const linked = email.linkedTo === undefined ? '' : ` Linked to ${named(email.linkedTo)}. ${email.linkEvidence}`;
  return [
    '',
    `${email.isOutgoing ? 'Sent' : 'Received'} email ${named(email.email)}, made ${minute(email.createdOn)}`,
    `  Owner ${named(email.owner)}; regarding ${named(email.regarding)}; queues: ${email.queues.map(named).join(', ') || 'none'}.`,
    ...(linked === '' ? [] : [` ${linked}`.trimEnd()]),
  ];
}

function quarantineLines(held: ExplainedQuarantine): string[] {
  const next = held.nextAttemptOn === undefined ? '' : `; next try ${minute(held.nextAttemptOn)}`;
  return [
    '',
    `In the quarantine of mailbox ${named(held.mailbox)}: ${label('mr_quarantine', 'mr_status', held.status)}, ${held.attempts} tries${next}`,
    `  ${held.cause}`,
  ];
}

const label = (table: 'mr_maildecision' | 'mr_quarantine', column: string, value: number): string =>
  choiceLabel(table, column, value);

const minute = (date: Date | undefined): string =>
  date === undefined ? 'at an unknown time' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const named = (record: NamedRecord | undefined): string =>
  record === undefined
    ? 'nobody'
    : record.name === ''
      ? `${record.table} ${record.id}`
      : `"${record.name}" (${record.id})`;

const article = (table: string): string => (/^[aeiou]/.test(table) ? `an ${table}` : `a ${table}`);

const plain = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

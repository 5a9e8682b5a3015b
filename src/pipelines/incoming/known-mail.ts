import { normaliseAddress } from '../../formats/address.ts';
import { mailIdentity } from '../../formats/mail-identity.ts';
import type { StoreScope } from '../../store/database.ts';
import { MailVerdict } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import type { IncomingMail } from './incoming-mail.ts';

/** A received email that is stored already. */
export interface KnownEmail {
  readonly id: string;
  /** Date field, where it had one. */
  readonly sentOn: Date | undefined;
  readonly sender: string;
}

/** What was decided about a message of this mailbox before. */
export interface KnownDecision {
  readonly id: string;
  readonly verdict: number;
  readonly code: string;
  readonly sender: string;
  readonly receivedOn: Date | undefined;
  readonly email: EntityReference | null;
}

/** A message with the identity it is stored under, and what is known of that. */
export interface IdentifiedMail {
  readonly mail: IncomingMail;
  /** As `mail.identity`, or with a suffix where another message bears the same Message-ID (PAIN-05). */
  readonly identity: string;
  /** True for the copy as it was sent, which is another email than the one received (IN-30, IN-37). */
  readonly isOutgoing: boolean;
  readonly email: KnownEmail | undefined;
  readonly decision: KnownDecision | undefined;
  /** True when its received email was deleted here (PAIN-17); the sent copy of a message is another email. */
  readonly isBuried: boolean;
  /** True when the sent copy of the message is stored (IN-36). */
  readonly isSentCopyTracked: boolean;
}

interface Known {
  readonly emails: ReadonlyMap<string, KnownEmail>;
  readonly sent: ReadonlySet<string>;
  readonly decisions: ReadonlyMap<string, KnownDecision>;
  readonly buried: ReadonlySet<string>;
}

const decisionColumns = Object.freeze([
  'mr_maildecisionid',
  'mr_identity',
  'mr_verdict',
  'mr_reasoncode',
  'mr_sender',
  'mr_receivedon',
  'mr_emailid',
] as const);

const emailColumns = Object.freeze(['activityid', 'mr_identity', 'senton', 'sender', 'directioncode'] as const);

/** Verdicts that stand: the message is not looked at again (IN-20). */
const finalVerdicts: ReadonlySet<number> = new Set([
  MailVerdict.tracked,
  MailVerdict.notTracked,
  MailVerdict.alreadyTracked,
]);

/** True when a decision stands until somebody asks for re-evaluation (IN-20, TE-09). */
export function isFinal(decision: KnownDecision | undefined): boolean {
  return decision !== undefined && finalVerdicts.has(decision.verdict);
}

/** Reads what is known of a group of messages, in three statements (six when a Message-ID was used twice); one message twice in the group comes once. `isOutgoing` tells copies as sent from those received (IN-30). */
export async function identify(
  scope: StoreScope,
  mailboxid: string | undefined,
  mails: readonly IncomingMail[],
  isOutgoing = false,
): Promise<readonly IdentifiedMail[]> {
  if (mails.length === 0) return [];
  const first = await readKnown(scope, mailboxid, new Set(mails.map((mail) => mail.identity)), isOutgoing);
  const identities = new Map<IncomingMail, string>();
  const taken = new Map<string, IncomingMail>();
  for (const mail of mails) {
    const isFree = !isOtherMail(mail, first) && !isOtherThan(mail, taken.get(mail.identity));
    const identity = isFree ? mail.identity : ownIdentity(mail);
    identities.set(mail, identity);
    if (!taken.has(identity)) taken.set(identity, mail);
  }
  const suffixed = [...identities.values()].filter((identity) => !mails.some((mail) => mail.identity === identity));
  const more = suffixed.length === 0 ? undefined : await readKnown(scope, mailboxid, new Set(suffixed), isOutgoing);
  return [...taken].map(([identity, mail]) => {
    const known = identity === mail.identity ? first : (more ?? first);
    return {
      mail,
      identity,
      isOutgoing,
      email: known.emails.get(identity),
      decision: known.decisions.get(identity),
      isBuried: known.buried.has(identity),
      isSentCopyTracked: known.sent.has(identity),
    };
  });
}

/** Under which identity the decision about a message is kept: the sent copy of a message in the same mailbox has one of its own. */
export const decisionIdentity = ({ identity, isOutgoing }: Pick<IdentifiedMail, 'identity' | 'isOutgoing'>): string =>
  isOutgoing ? `sent:${identity}`.slice(0, 400) : identity;

/** Reads what was decided in a mailbox about messages, by their identity. */
async function readDecisions(
  scope: StoreScope,
  mailboxid: string | undefined,
  identities: ReadonlySet<string>,
  isOutgoing: boolean,
): Promise<ReadonlyMap<string, KnownDecision>> {
  if (mailboxid === undefined) return new Map();
  const keys = new Map([...identities].map((identity) => [decisionIdentity({ identity, isOutgoing }), identity]));
  const page = await scope.records.retrieveMultiple({
    table: 'mr_maildecision',
    columns: decisionColumns,
    filter: {
      and: [
        { column: 'mr_mailboxid', operator: 'eq', value: mailboxid },
        { column: 'mr_identity', operator: 'in', value: [...keys.keys()] },
      ],
    },
  });
  return new Map(
    page.rows.map((row) => [
      keys.get(row.mr_identity ?? '') ?? '',
      {
        id: row.mr_maildecisionid ?? '',
        verdict: row.mr_verdict ?? MailVerdict.retry,
        code: row.mr_reasoncode ?? '',
        sender: row.mr_sender ?? '',
        receivedOn: row.mr_receivedon ?? undefined,
        email: row.mr_emailid ?? null,
      },
    ]),
  );
}

async function readKnown(
  scope: StoreScope,
  mailboxid: string | undefined,
  identities: ReadonlySet<string>,
  isOutgoing: boolean,
): Promise<Known> {
  const [decisions, stored, tombstones] = await Promise.all([
    readDecisions(scope, mailboxid, identities, isOutgoing),
    scope.records.retrieveMultiple({
      table: 'email',
      columns: emailColumns,
      filter: { column: 'mr_identity', operator: 'in', value: [...identities] },
    }),
    scope.sql<{ identity: string }>(
      "select identity from mr_tombstone where identity = any($1::text[]) and tablename = 'email' and coalesce(isoutgoing, false) = $2",
      [[...identities], isOutgoing],
    ),
  ]);
  const emails = new Map<string, KnownEmail>();
  const sent = new Set<string>();
  for (const row of stored.rows) {
    const identity = row.mr_identity ?? '';
    if (row.directioncode) sent.add(identity);
    if ((row.directioncode ?? false) === isOutgoing) {
      const sender = normaliseAddress(row.sender ?? '');
      emails.set(identity, { id: row.activityid ?? '', sentOn: row.senton ?? undefined, sender });
    }
  }
  return { decisions, emails, sent, buried: new Set(tombstones.map((row) => row.identity)) };
}

/** Whether another message is stored under this one's Message-ID: the Date differs, or where one has none the sender (PAIN-05). */
function isOtherMail(mail: IncomingMail, known: Known): boolean {
  const email = known.emails.get(mail.identity);
  if (email !== undefined) return differs(mail, email.sentOn, email.sender);
  const decision = known.decisions.get(mail.identity);
  return decision !== undefined && decision.sender !== '' && decision.sender !== mail.senderAddress;
}

function isOtherThan(mail: IncomingMail, other: IncomingMail | undefined): boolean {
  return other !== undefined && differs(mail, other.message.date, other.senderAddress);
}

function differs(mail: IncomingMail, sentOn: Date | undefined, sender: string): boolean {
  const { date } = mail.message;
  if (date !== undefined && sentOn !== undefined) return Math.abs(date.getTime() - sentOn.getTime()) >= 1000;
  return sender !== mail.senderAddress;
}

/** The Message-ID with a digest of the message, for one whose Message-ID another message has. */
function ownIdentity(mail: IncomingMail): string {
  const digest = mailIdentity({ ...mail.message, messageId: '' }).replace('digest:', '');
  return `${mail.identity.slice(0, 350)}#${digest.slice(0, 32)}`;
}

import { addressHashes, subjectHashes } from '../../formats/subject.ts';
import type { StoreScope } from '../../store/database.ts';
import { forgetHandovers } from '../../store/handover-journal.ts';
import type { RowChange } from '../../store/record-store.ts';
import { updateMany } from '../../store/update-many.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { DeliveryStatus, EmailState, EmailStatus, SendOutcome, SentCopy } from '../../tables/choices.ts';
import { resolveAlerts, writeAlert } from '../trace.ts';
import type { TurnContext } from '../turn.ts';
import type { OutcomeDecision, SendResult } from './decide-outcome.ts';
import { type BouncedEmail, readBounced, withBounce } from './early-bounces.ts';
import type { ClaimedEmail, EmailRow } from './outgoing-email.ts';

/** One email after its try. */
export interface SentEmail {
  readonly email: ClaimedEmail;
  readonly result: SendResult;
  readonly decision: OutcomeDecision;
  /** What became of the copy in the sent folder; absent where none is kept (OU-14). */
  readonly copy?: 'kept' | 'due' | undefined;
}

const partyStatusOf = {
  accepted: DeliveryStatus.accepted,
  rejected: DeliveryStatus.rejected,
  deferred: DeliveryStatus.deferred,
  uncertain: DeliveryStatus.uncertain,
} as const;

/** What a delivery report said before the outcome was written stays (UD-04). */
const bounced = { column: 'mr_deliverystatus', value: DeliveryStatus.bounced } as const;

/** `hashtype` of the rows smart matching compares (CO-31). */
const hashType = { subject: 0, address: 1 } as const;

/** Writes nothing but what became of each email: for when something beside it cannot be written. Runs in the caller's transaction. */
export async function reportBarely(scope: StoreScope, context: TurnContext, sent: readonly SentEmail[]): Promise<void> {
  await forgetHandovers(scope, idsOf(sent));
  for (const one of sent) {
    if (one.decision.kind === 'uncertain') await reportUncertain(scope, context, one.email.row, one.decision);
    else await scope.records.update('email', one.email.id, columnsAfter(context, one));
  }
}

/** Writes what became of each email and of each recipient, in the caller's transaction (OU-10 to OU-12, CO-31). */
export async function reportSent(scope: StoreScope, context: TurnContext, sent: readonly SentEmail[]): Promise<void> {
  const stamp = { now: context.clock.now(), userId: context.systemUserId };
  await forgetHandovers(scope, idsOf(sent));
  const parties = sent.flatMap((one) => recipientsAfter(context, one));
  const written = await updateMany(scope, 'activityparty', parties, stamp, bounced);
  const told = written < parties.length ? await readBounced(scope, idsOf(sent)) : new Map<string, BouncedEmail>();
  const emails = sent.map((one) => ({
    id: one.email.id,
    values: withBounce(context, columnsAfter(context, one), told.get(one.email.id)),
  }));
  await updateMany(scope, 'email', emails, stamp);
  const recovered = sent.filter(
    (one) => one.decision.kind === 'sent' && (one.email.row.deliveryattempts ?? 0) > 0 && !told.has(one.email.id),
  );
  const regarding = recovered.map((one) => ({ table: 'email', id: one.email.id }));
  await resolveAlerts(scope, regarding, undefined, context.clock.now());
  for (const one of sent) await tell(scope, context, one);
  const delivered = sent.filter((one) => one.decision.kind === 'sent' || one.decision.kind === 'partly');
  if (context.settings.smartMatchingEnabled) await writeHashes(scope, context, delivered);
}

/** Marks an email that cannot be sent as it is: Failed, with the cause and an alert (OU-12). Nothing was transmitted. */
export async function reportRefused(
  scope: StoreScope,
  context: TurnContext,
  row: EmailRow,
  cause: { readonly code: string; readonly message: string },
): Promise<void> {
  await scope.records.update('email', row.activityid ?? '', {
    ...failed,
    mr_sendoutcome: SendOutcome.refused,
    mr_lasterrorcode: cause.code.slice(0, 100),
    mr_lasterror: cause.message.slice(0, 4000),
  });
  await writeAlert(scope, context.settings, context.clock.now(), {
    level: 'error',
    code: cause.code,
    text: `${nameOf(row)} was not sent. ${cause.message}`,
    regarding: { table: 'email', id: row.activityid ?? '' },
    regardingOwner: row.ownerid,
    action: 'editEmail',
  });
}

/** Marks emails whose fate is not known: Failed and Uncertain, never sent again by themselves, with an alert (OU-06, PAIN-11). */
export async function reportUncertain(
  scope: StoreScope,
  context: TurnContext,
  row: EmailRow,
  why: { readonly code: string; readonly reason: string; readonly attempts: number },
): Promise<void> {
  const id = row.activityid ?? '';
  await scope.records.update('email', id, {
    ...failed,
    deliveryattempts: why.attempts,
    mr_sendoutcome: SendOutcome.uncertain,
    mr_waitingreason: 'Nobody knows whether this email was delivered. Mark it as sent, or send it again.',
    mr_lasterrorcode: why.code.slice(0, 100),
    mr_lasterror: why.reason.slice(0, 4000),
  });
  await scope.records.updateWhere(
    'activityparty',
    {
      and: [
        { column: 'activityid', operator: 'eq', value: id },
        { column: 'participationtypemask', operator: 'in', value: [2, 3, 4] },
        {
          or: [
            { column: 'mr_deliverystatus', operator: 'null' },
            {
              column: 'mr_deliverystatus',
              operator: 'notIn',
              value: [DeliveryStatus.accepted, DeliveryStatus.rejected, DeliveryStatus.bounced],
            },
          ],
        },
      ],
    },
    { mr_deliverystatus: DeliveryStatus.uncertain, mr_deliveryon: context.clock.now() },
  );
  await writeAlert(scope, context.settings, context.clock.now(), {
    level: 'error',
    code: why.code,
    text: `${nameOf(row)} may or may not have been delivered: ${why.reason} It is not sent again by itself, so that nobody gets it twice. Ask a recipient or look into the sent folder of ${context.mailbox.emailaddress ?? 'the mailbox'}; then mark it as sent, or send it again.`,
    regarding: { table: 'email', id },
    regardingOwner: row.ownerid,
    action: 'resolveUncertain',
  });
}

const failed: RecordOf<'email'> = {
  statuscode: EmailStatus.failed,
  statecode: EmailState.open,
  postponeemailprocessinguntil: null,
  mr_nextattempton: null,
  mr_waitingreason: null,
};

const idsOf = (sent: readonly SentEmail[]): readonly string[] => sent.map((one) => one.email.id);

const nameOf = (row: EmailRow): string => `Email "${(row.subject ?? '').slice(0, 200)}"`;

function columnsAfter(context: TurnContext, one: SentEmail): RecordOf<'email'> {
  const { decision, result, email } = one;
  const now = context.clock.now();
  const accepted = isAnyAccepted(one);
  const shared: RecordOf<'email'> = {
    deliveryattempts: decision.attempts,
    mr_lasterrorcode: decision.code.slice(0, 100) || null,
    mr_lasterror: decision.reason.slice(0, 4000) || null,
    mr_serverreply: replyOf(result)?.slice(0, 4000) ?? null,
    ...(accepted && !email.row.senton ? { senton: now } : {}),
    ...(accepted && one.copy ? { mr_sentcopy: SentCopy[one.copy] } : {}),
  };
  switch (decision.kind) {
    case 'sent':
    case 'partly': {
      const mr_sendoutcome = decision.kind === 'sent' ? SendOutcome.accepted : SendOutcome.partly;
      return { ...shared, ...sentColumns, actualend: now, mr_sendoutcome };
    }
    case 'retry':
    case 'hold':
      return {
        ...shared,
        ...waitingColumns(decision, context.settings.sending.attempts),
        mr_sendoutcome: accepted ? SendOutcome.partly : SendOutcome.waiting,
      };
    case 'failed':
      return { ...shared, ...failed, mr_sendoutcome: SendOutcome.refused };
    case 'uncertain':
      return shared;
  }
}

const sentColumns: RecordOf<'email'> = {
  statuscode: EmailStatus.sent,
  statecode: EmailState.completed,
  postponeemailprocessinguntil: null,
  mr_nextattempton: null,
  mr_waitingreason: null,
};

function waitingColumns(decision: OutcomeDecision, mostAttempts: number): RecordOf<'email'> {
  const tried = decision.kind === 'retry' ? ` Attempt ${decision.attempts} of ${mostAttempts}.` : '';
  return {
    statuscode: EmailStatus.pendingSend,
    statecode: EmailState.completed,
    postponeemailprocessinguntil: decision.nextAttemptOn ?? null,
    mr_nextattempton: decision.nextAttemptOn ?? null,
    mr_waitingreason: `${decision.reason}${tried}`.slice(0, 4000),
  };
}

const isAnyAccepted = (one: SentEmail): boolean =>
  one.email.acceptedBefore > 0 ||
  (one.result.kind === 'report' && one.result.report.recipients.some((each) => each.outcome === 'accepted'));

const replyOf = (result: SendResult): string | undefined =>
  result.kind === 'report' ? result.report.serverReply : result.error.serverReply;

/** The fate of each recipient, on every party that stands for it. */
function recipientsAfter(context: TurnContext, one: SentEmail): readonly RowChange<'activityparty'>[] {
  const fates = one.result.kind === 'report' ? one.result.report.recipients : [];
  const byAddress = new Map(fates.map((fate) => [fate.address, fate]));
  const isLast = one.decision.kind !== 'retry';
  return one.email.recipients.flatMap((recipient) => {
    const fate = byAddress.get(recipient.address);
    if (fate === undefined) return [];
    const outcome = fate.outcome === 'deferred' && isLast ? 'rejected' : fate.outcome;
    const values: RecordOf<'activityparty'> = {
      mr_deliverystatus: partyStatusOf[outcome],
      mr_deliveryreply: fate.reply.slice(0, 2000),
      mr_deliveryon: context.clock.now(),
    };
    return recipient.partyIds.map((id) => ({ id, values }));
  });
}

/** Alerts for what its owner should know. */
async function tell(scope: StoreScope, context: TurnContext, one: SentEmail): Promise<void> {
  const { decision, email } = one;
  const regarding = { table: 'email', id: email.id };
  const now = context.clock.now();
  if (decision.kind === 'uncertain') {
    return reportUncertain(scope, context, email.row, decision);
  }
  if (decision.kind !== 'failed' && decision.kind !== 'partly') return;
  const rest =
    decision.kind === 'partly'
      ? 'The other recipients have it. Correct the addresses and send the email to these recipients again.'
      : `It is not tried again by itself (${decision.attempts} of ${context.settings.sending.attempts} attempts made). Correct the cause and send it again.`;
  await writeAlert(scope, context.settings, now, {
    level: decision.kind === 'failed' ? 'error' : 'warning',
    code: decision.code,
    text: `${nameOf(email.row)} ${decision.kind === 'failed' ? 'was not sent' : 'did not reach everybody'}. ${decision.reason} ${rest}`,
    regarding,
    regardingOwner: email.row.ownerid,
    details: replyOf(one.result),
    action: 'editEmail',
  });
}

/** CO-31: the hashes by which a reply without any header of ours is found. */
async function writeHashes(scope: StoreScope, context: TurnContext, sent: readonly SentEmail[]): Promise<void> {
  const { filterKeywords, maxCount } = context.settings.hash;
  const rows = sent.flatMap(({ email }) => {
    const named = [email.from, ...email.to, ...email.cc, ...email.bcc].map((one) => one.address);
    const row = (hash: number, hashtype: number): RecordOf<'emailhash'> => ({
      activityid: { table: 'activitypointer', id: email.id },
      hash,
      hashtype,
      ...(email.row.ownerid ? { ownerid: email.row.ownerid } : {}),
    });
    return [
      ...subjectHashes(email.subject, filterKeywords, maxCount).map((hash) => row(hash, hashType.subject)),
      ...addressHashes(named, maxCount).map((hash) => row(hash, hashType.address)),
    ];
  });
  if (rows.length > 0) await scope.records.createMany('emailhash', rows);
}

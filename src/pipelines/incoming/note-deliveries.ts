import type { StoreScope } from '../../store/database.ts';
import { updateMany } from '../../store/update-many.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { DeliveryStatus, EmailState, EmailStatus, PartyMask } from '../../tables/choices.ts';
import { writeAlert } from '../trace.ts';
import type { DecidedMail } from './decide-group.ts';
import { findSentEmails, type ReportedEmail } from './find-sent-emails.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import { type DeliveryChange, type DeliveryPlan, planDeliveries, type SentRecipient } from './plan-deliveries.ts';

/** What was noted at sent emails, by the report that told it; goes into the decision about the report. */
export type NotedDeliveries = ReadonlyMap<IncomingMail, { readonly emailId: string; readonly evidence: string }>;

const nothing: NotedDeliveries = new Map();

/**
 * Writes what delivery reports say on the emails they are about, whether or not the report itself becomes an email (UD-04): the fate
 * of each recipient, the cause, an alert for the owner. In the caller's transaction; a report that comes twice changes nothing twice.
 */
export async function noteDeliveries(
  scope: StoreScope,
  turn: IncomingTurn,
  decided: readonly DecidedMail[],
): Promise<NotedDeliveries> {
  if (!turn.context.settings.switches.mr_LinkDeliveryReports) return nothing;
  const reports = decided.filter(isNews).map((one) => one.identified.mail);
  if (reports.length === 0) return nothing;
  const found = await findSentEmails(scope, turn, reports);
  const noted = new Map<IncomingMail, { emailId: string; evidence: string }>();
  for (const [mail, reported] of found) {
    await noteOne(scope, turn, mail, reported);
    noted.set(mail, { emailId: reported.email.activityid ?? '', evidence: reported.evidence });
  }
  return noted;
}

/** Reports that were not dealt with before, and are not older than the mailbox's mail begins. */
function isNews(decided: DecidedMail): boolean {
  if (decided.identified.mail.automatic?.report === undefined) return false;
  return decided.kind !== 'known' && decided.verdict?.code !== 'BeforeStartDate';
}

async function noteOne(
  scope: StoreScope,
  turn: IncomingTurn,
  mail: IncomingMail,
  { email }: ReportedEmail,
): Promise<void> {
  const report = mail.automatic?.report;
  const id = email.activityid ?? '';
  if (report === undefined) return;
  const recipients = await readRecipients(scope, id);
  const plan = planDeliveries(report, recipients);
  if (plan.changes.length === 0) return;
  const { context } = turn;
  await updateMany(
    scope,
    'activityparty',
    plan.changes.map(({ partyId, status, reply }) => ({
      id: partyId,
      values: { mr_deliverystatus: status, mr_deliveryreply: reply, mr_deliveryon: mail.receivedOn },
    })),
    { now: context.clock.now(), userId: context.systemUserId },
  );
  const failures = failuresOf(plan);
  if (failures.length === 0) return;
  const told = failures.map(({ address, cause }) => `${address}: ${cause}`).join('; ');
  // As it is now that its recipients are locked: its outcome may have been written meanwhile.
  const now = await scope.records.retrieve('email', id, ['statuscode']);
  await scope.records.update('email', id, { ...errorColumns(failures, told), ...statusAfter(turn, now, plan) });
  const isForGood = failures.some(({ status }) => status === DeliveryStatus.bounced);
  await writeAlert(scope, context.settings, context.clock.now(), {
    level: isForGood ? 'error' : 'warning',
    code: codeOf(failures),
    text: alertText(email.subject ?? '', told, isForGood),
    regarding: { table: 'email', id },
    regardingOwner: email.ownerid,
    details: failures.map(({ reply }) => reply).join('\n'),
    action: 'editEmail',
  });
}

/** One for each address; bounced before delayed. */
function failuresOf(plan: DeliveryPlan): readonly DeliveryChange[] {
  const failed = plan.changes.filter(({ cause }) => cause !== '');
  const unique = new Map(failed.map((change) => [change.address.toLowerCase(), change]));
  const isBounced = (change: DeliveryChange): number => (change.status === DeliveryStatus.bounced ? 0 : 1);
  return [...unique.values()].sort((one, other) => isBounced(one) - isBounced(other));
}

/** Rows of To, Cc and Bcc, locked so that reports of one email that come at once are written one after another. */
async function readRecipients(scope: StoreScope, emailId: string): Promise<readonly SentRecipient[]> {
  const page = await scope.records.retrieveMultiple({
    table: 'activityparty',
    columns: ['activitypartyid', 'addressused', 'mr_deliverystatus', 'mr_deliveryreply'],
    filter: {
      and: [
        { column: 'activityid', operator: 'eq', value: emailId },
        { column: 'participationtypemask', operator: 'in', value: [PartyMask.to, PartyMask.cc, PartyMask.bcc] },
      ],
    },
    lock: 'wait',
  });
  return page.rows.map((row) => ({
    partyId: row.activitypartyid ?? '',
    address: row.addressused ?? '',
    status: row.mr_deliverystatus ?? undefined,
    reply: row.mr_deliveryreply ?? '',
  }));
}

const codeOf = (failures: readonly DeliveryChange[]): string => {
  if (failures.every(({ status }) => status !== DeliveryStatus.bounced)) return 'mr_DeliveryDelayed';
  return failures.some(({ isHard }) => isHard) ? 'mr_BouncedHard' : 'mr_BouncedSoft';
};

function errorColumns(failures: readonly DeliveryChange[], told: string): RecordOf<'email'> {
  return {
    mr_lasterrorcode: codeOf(failures),
    mr_lasterror: `A delivery report says: ${told}.`.slice(0, 4000),
    mr_serverreply: failures
      .map(({ address, reply }) => `${address}: ${reply}`)
      .join('\n')
      .slice(0, 4000),
  };
}

/** UD-04: Failed where the organisation wants it and nobody got the email. */
function statusAfter(turn: IncomingTurn, email: RecordOf<'email'> | undefined, plan: DeliveryPlan): RecordOf<'email'> {
  const isWanted = turn.context.settings.switches.mr_SetFailedOnDeliveryReport;
  if (!isWanted || !plan.reachedNobody || email?.statuscode !== EmailStatus.sent) return {};
  return { statuscode: EmailStatus.failed, statecode: EmailState.open };
}

function alertText(subject: string, told: string, isForGood: boolean): string {
  const named = `Email "${subject.slice(0, 200)}"`;
  return isForGood
    ? `${named} did not reach everybody: ${told.slice(0, 1200)}. Correct the addresses and send it to them again.`
    : `${named} is on its way longer than usual: ${told.slice(0, 1200)}. The other server keeps trying; nothing needs to be done yet.`;
}

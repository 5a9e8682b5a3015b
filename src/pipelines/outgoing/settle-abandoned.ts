import type { SendReport } from '../../contracts/mail-sender.ts';
import type { StoreScope } from '../../store/database.ts';
import { forgetHandovers, readHandovers } from '../../store/handover-journal.ts';
import { EmailStatus } from '../../tables/choices.ts';
import { finishEmail } from './claim-emails.ts';
import { type AttemptState, decideOutcome, type SendResult } from './decide-outcome.ts';
import { type KeptResult, resultOf } from './kept-result.ts';
import { type LoadedParties, loadParties } from './load-parties.ts';
import { notHandedOver } from './not-handed-over.ts';
import { type ClaimedEmail, type EmailRow, emailColumns } from './outgoing-email.ts';
import { type OutgoingTurn, withLease } from './outgoing-turn.ts';
import { reportSent, reportUncertain, type SentEmail } from './report.ts';
import type { FoundFate } from './server-line.ts';

/** Asks the server's sent mail about messages by their ids; never throws. */
export type LookUpSent = (messageIds: readonly string[]) => Promise<ReadonlyMap<string, FoundFate>>;

/**
 * Emails still Sending at the start of a turn were claimed by a worker that is gone. The journal tells them apart (OU-06, PAIN-11):
 * without an entry nothing was handed over, and they go again; with an outcome it is written on the record; with an entry that
 * never ended their fate is looked up where the server keeps sent mail, and is unknown otherwise; a server that does not answer is asked
 * at the next turn. Returns how many are failed or uncertain.
 */
export async function settleAbandoned(turn: OutgoingTurn, lookUp: LookUpSent): Promise<number> {
  const { database } = turn.context;
  const seen = await readAbandoned(turn, database);
  if (seen.length === 0) return 0;
  const entries = await entriesOf(database, seen);
  const open = seen.filter((row) => entries.get(row.activityid ?? '') === null);
  const fates = await lookUp(open.map((row) => row.messageid ?? ''));
  const asked = new Set(open.map((row) => row.activityid));
  return withLease(turn.context, async (scope) => {
    const rows = await readAbandoned(turn, scope);
    const now = await entriesOf(scope, rows);
    // One that came to be on the wire meanwhile is left to whoever put it there.
    const ours = rows.filter(
      (row) =>
        now.get(row.activityid ?? '') !== null ||
        (asked.has(row.activityid) && fates.get(row.messageid ?? '') !== 'later'),
    );
    return settleAll(scope, turn, ours, now, fates);
  });
}

async function settleAll(
  scope: StoreScope,
  turn: OutgoingTurn,
  rows: readonly EmailRow[],
  entries: ReadonlyMap<string, unknown>,
  fates: ReadonlyMap<string, FoundFate>,
): Promise<number> {
  const ids = rows.map((row) => row.activityid ?? '');
  const fateOf = (row: EmailRow): FoundFate => fates.get(row.messageid ?? '') ?? 'unknown';
  const isUnknown = (row: EmailRow): boolean => entries.get(row.activityid ?? '') === null && fateOf(row) === 'unknown';
  const parties = await loadParties(scope, ids);
  const settled = rows
    .filter((row) => !isUnknown(row))
    .map((row) => {
      const email = asClaimed(turn, row, parties);
      const kept = entries.get(row.activityid ?? '') as KeptResult | null | undefined;
      if (kept === null) return settle(turn, email, resultOfFate(email, fateOf(row)));
      if (kept === undefined) return settle(turn, email, notHandedOver());
      // Its copy may not have been stored any more; where it was, it is not stored again.
      return { ...settle(turn, email, resultOf(kept)), copy: 'due' as const };
    });
  const unknown = rows.filter(isUnknown);
  await markUncertain(scope, turn, unknown);
  await forgetHandovers(scope, ids);
  await reportSent(scope, turn.context, settled);
  return unknown.length + settled.filter((one) => one.decision.kind === 'failed').length;
}

async function entriesOf(
  scope: Pick<StoreScope, 'sql'>,
  rows: readonly EmailRow[],
): Promise<ReadonlyMap<string, unknown>> {
  const entries = await readHandovers(
    scope,
    rows.map((row) => row.activityid ?? ''),
  );
  return new Map(entries.map((entry) => [entry.emailid, entry.outcome]));
}

async function readAbandoned(turn: OutgoingTurn, scope: StoreScope): Promise<readonly EmailRow[]> {
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: emailColumns,
    filter: {
      and: [
        { column: 'sendermailboxid', operator: 'eq', value: turn.context.lease.mailboxid },
        { column: 'statuscode', operator: 'eq', value: EmailStatus.sending },
        { column: 'directioncode', operator: 'eq', value: true },
      ],
    },
  });
  return page.rows;
}

async function markUncertain(scope: StoreScope, turn: OutgoingTurn, rows: readonly EmailRow[]): Promise<void> {
  const reason = 'the service stopped while it was being handed to the mail server.';
  for (const row of rows) {
    const attempts = (row.deliveryattempts ?? 0) + 1;
    await reportUncertain(scope, turn.context, row, { code: 'mr_SendUncertain', reason, attempts });
  }
}

/** The email as it went to the wire: its token, thread and id are on the record since it was claimed. */
export function asClaimed(turn: OutgoingTurn, row: EmailRow, parties: LoadedParties): ClaimedEmail {
  return finishEmail(turn, row, { token: row.trackingtoken ?? '', parent: undefined }, parties, true).email;
}

function resultOfFate(email: ClaimedEmail, fate: FoundFate): SendResult {
  if (fate === 'notSent') return notHandedOver();
  const reply = 'Found among the sent mail of the server.';
  const report: SendReport = {
    recipients: email.recipients.map(({ address }) => ({ address, outcome: 'accepted', reply })),
    serverReply: reply,
  };
  return { kind: 'report', report };
}

function settle(turn: OutgoingTurn, email: ClaimedEmail, result: SendResult): SentEmail {
  const state: AttemptState = {
    attempts: email.row.deliveryattempts ?? 0,
    acceptedBefore: email.acceptedBefore,
    rejectedBefore: email.rejectedBefore,
    now: turn.context.clock.now(),
    patience: turn.context.settings.sending,
  };
  return { email, result, decision: decideOutcome(state, result) };
}

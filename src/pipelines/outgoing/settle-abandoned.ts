import { MailroomError } from '../../base/errors.ts';
import type { StoreScope } from '../../store/database.ts';
import { forgetHandovers, readHandovers } from '../../store/handover-journal.ts';
import { EmailStatus } from '../../tables/choices.ts';
import { finishEmail } from './claim-emails.ts';
import { type AttemptState, decideOutcome, type SendResult } from './decide-outcome.ts';
import { type KeptResult, resultOf } from './kept-result.ts';
import { type LoadedParties, loadParties } from './load-parties.ts';
import { type EmailRow, emailColumns } from './outgoing-email.ts';
import { type OutgoingTurn, withLease } from './outgoing-turn.ts';
import { reportSent, reportUncertain, type SentEmail } from './report.ts';

/**
 * Emails still Sending at the start of a turn were claimed by a worker that is gone. The journal tells them apart (OU-06, PAIN-11):
 * without an entry nothing was handed over, and they go again; with an outcome it is written on the record; with an entry that
 * never ended their fate is unknown. Returns how many are failed or uncertain.
 */
export function settleAbandoned(turn: OutgoingTurn): Promise<number> {
  return withLease(turn.context, async (scope) => {
    const rows = await readAbandoned(scope, turn.context.lease.mailboxid);
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row.activityid ?? '');
    const entries = new Map((await readHandovers(scope, ids)).map((entry) => [entry.emailid, entry.outcome]));
    const parties = await loadParties(scope, ids);
    const isUnknown = (row: EmailRow): boolean => entries.get(row.activityid ?? '') === null;
    const unknown = rows.filter(isUnknown);
    for (const row of unknown) {
      const attempts = (row.deliveryattempts ?? 0) + 1;
      await reportUncertain(scope, turn.context, row, { code: 'mr_SendUncertain', reason: stopped, attempts });
    }
    await forgetHandovers(scope, ids);
    const settled = rows
      .filter((row) => !isUnknown(row))
      .map((row) => settle(turn, row, parties, entries.get(row.activityid ?? '')));
    await reportSent(scope, turn.context, settled);
    return unknown.length + settled.filter((one) => one.decision.kind === 'failed').length;
  });
}

const stopped = 'the service stopped while it was being handed to the mail server.';

async function readAbandoned(scope: StoreScope, mailboxid: string): Promise<readonly EmailRow[]> {
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: emailColumns,
    filter: {
      and: [
        { column: 'sendermailboxid', operator: 'eq', value: mailboxid },
        { column: 'statuscode', operator: 'eq', value: EmailStatus.sending },
        { column: 'directioncode', operator: 'eq', value: true },
      ],
    },
  });
  return page.rows;
}

function settle(turn: OutgoingTurn, row: EmailRow, parties: LoadedParties, outcome: unknown): SentEmail {
  const plan = { token: row.trackingtoken ?? '', parent: undefined };
  const { email } = finishEmail(turn, row, plan, parties, true);
  const result: SendResult = outcome === undefined ? neverHandedOver : resultOf(outcome as KeptResult);
  const state: AttemptState = {
    attempts: row.deliveryattempts ?? 0,
    acceptedBefore: email.acceptedBefore,
    rejectedBefore: email.rejectedBefore,
    now: turn.context.clock.now(),
    patience: turn.context.settings.sending,
  };
  return { email, result, decision: decideOutcome(state, result) };
}

const neverHandedOver: SendResult = {
  kind: 'error',
  error: new MailroomError('The service stopped before it was handed over; it goes with the next turn.', {
    code: 'mr_NotHandedOver',
    kind: 'transient',
  }),
  calledOff: true,
};

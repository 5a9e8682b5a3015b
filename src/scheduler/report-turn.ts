import type { MailroomError } from '../base/errors.ts';
import { resolveAlerts } from '../pipelines/trace.ts';
import type { TurnContext } from '../pipelines/turn.ts';
import type { StoreScope } from '../store/database.ts';
import { isChosen } from '../store/flow-refusal.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { MailboxStatus } from '../tables/choices.ts';
import type { FinishedTurn } from './finished-turn.ts';
import { type FlowWork, flowColumns } from './flow-columns.ts';
import { endProfileAlarm } from './profile-alarm.ts';
import { tellTrouble } from './tell-trouble.ts';

/** What the mailbox is to show of a turn when all is well, as it was before: nobody need be told, and others' turns may be written along. */
export function quietReport(turn: FinishedTurn): RecordOf<'mailbox'> | undefined {
  const { context, work, outcome } = turn;
  const wasWell = !context.mailbox[flowColumns[work].lastError] && failuresOf(context, work) === 0;
  return outcome.error === undefined && wasWell ? { ...statistics(turn), ...healthColumns(turn) } : undefined;
}

/**
 * Writes how a turn went on its mailbox (AR-12, SC-09 to SC-12), with alerts where something changed for people, in one transaction.
 * Throws conflict `mr_LeaseLost` when the lease went to another worker.
 */
export async function reportTurn(turn: FinishedTurn): Promise<void> {
  const { context, work, outcome } = turn;
  const id = context.lease.mailboxid;
  const values: RecordOf<'mailbox'> = { ...statistics(turn), ...healthColumns(turn) };
  await context.database.transaction(async (plain) => {
    await plain.assertLease(id, work, context.lease.token);
    const scope: StoreScope = { ...plain, records: plain.records.as(context.systemUserId) };
    await scope.records.update('mailbox', id, values);
    if (outcome.error !== undefined) return tellTrouble(scope, turn, outcome.error);
    await resolveAlerts(scope, { table: 'mailbox', id }, work, turn.endedOn);
    const profile = context.profile.emailserverprofileid;
    if (profile) await resolveAlerts(scope, { table: 'emailserverprofile', id: profile }, work, turn.endedOn);
    await endProfileAlarm(scope, context.profile, turn.endedOn);
  });
}

/** Failures in a row of one flow before this turn (AR-08). */
export function failuresOf(context: TurnContext, work: FlowWork): number {
  return context.mailbox[flowColumns[work].failures] ?? 0;
}

function statistics(turn: FinishedTurn): RecordOf<'mailbox'> {
  const { context, outcome, startedOn, endedOn } = turn;
  const times = Math.max(0, context.mailbox.processedtimes ?? 0);
  const durationMs = Math.max(0, endedOn.getTime() - startedOn.getTime());
  const average = Math.max(0, context.mailbox.averagetotalduration ?? 0);
  const idle = turn.work === 'act' ? { noactcount: turn.next.emptyTurns } : { noemailcount: turn.next.emptyTurns };
  return {
    hostid: turn.worker.slice(0, 256),
    processingstatecode: 0,
    processinglastattemptedon: startedOn,
    lastsyncstartedon: startedOn,
    lastduration: durationMs,
    averagetotalduration: Math.round((average * times + durationMs) / (times + 1)),
    processedtimes: Math.min(times + 1, 2_000_000_000),
    itemsprocessedforlastsync: outcome.itemsProcessed,
    itemsfailedforlastsync: outcome.itemsFailed,
    ...(turn.work === 'outgoing' ? {} : idle),
    ...(turn.next.dueOn === null ? {} : { postponemailboxprocessinguntil: turn.next.dueOn }),
  };
}

function healthColumns(turn: FinishedTurn): RecordOf<'mailbox'> {
  const { context, work, outcome, reaction } = turn;
  const names = flowColumns[work];
  if (outcome.error === undefined) {
    return {
      lastsuccessfulsynccompletedon: turn.endedOn,
      [names.failures]: 0,
      [names.lastError]: null,
      [names.postponedUntil]: null,
      transientfailurecount: mostFailures(context, work, 0),
      lastsyncerrorcount: 0,
    };
  }
  const failures = 'failures' in reaction ? reaction.failures : failuresOf(context, work);
  const hasFailed = reaction.kind === 'disable' || failures > failuresOf(context, work);
  const disabled: RecordOf<'mailbox'> =
    reaction.kind === 'disable' ? { [names.enabled]: false, [names.status]: MailboxStatus.failure } : {};
  return {
    ...errorColumns(turn, outcome.error),
    ...disabled,
    ...(hasFailed ? { mr_lastfailedon: turn.endedOn } : {}),
    ...(reaction.kind === 'disable' ? { mailboxstatus: MailboxStatus.failure } : {}),
    [names.failures]: failures,
    [names.lastError]: outcome.error.message.slice(0, 4000),
    [names.postponedUntil]: reaction.kind === 'postpone' ? turn.next.dueOn : null,
    transientfailurecount: mostFailures(context, work, failures),
  };
}

function errorColumns(turn: FinishedTurn, error: MailroomError): RecordOf<'mailbox'> {
  const code = /^[0-9A-F]{8}$/i.test(error.code) ? Number.parseInt(error.code, 16) | 0 : null;
  return {
    lastsyncerror: error.message.slice(0, 2048),
    lastsyncerrorcode: code,
    lastsyncerrorcount: (turn.context.mailbox.lastsyncerrorcount ?? 0) + 1,
    lastsyncerroroccurredon: turn.endedOn,
    lastsyncerrormachinename: turn.worker.slice(0, 320),
  };
}

/** `transientfailurecount` shows the flow that fares worst. */
function mostFailures(context: TurnContext, work: FlowWork, failures: number): number {
  const flows: readonly FlowWork[] = ['incoming', 'outgoing', 'act'];
  const others = flows.filter((other) => other !== work && isChosen(context.mailbox, other));
  return Math.max(failures, ...others.map((other) => failuresOf(context, other)));
}

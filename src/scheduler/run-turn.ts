import { asMailroomError } from '../base/errors.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../pipelines/turn.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { FinishedTurn } from './finished-turn.ts';
import { flowColumns } from './flow-columns.ts';
import { reactTo } from './health.ts';
import { nextTurn } from './next-turn.ts';
import { failuresOf, quietReport, reportTurn } from './report-turn.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { verboseTurn } from './verbose-turn.ts';

/** When the flow is due again, or that the lease is no longer ours. */
export type TurnEnd =
  | {
      readonly kind: 'release';
      readonly nextDueOn: Date | null;
      /** What is still to be written on the mailbox; absent when it was. */
      readonly report?: RecordOf<'mailbox'> | undefined;
      /** True when the turn found nothing to do: its end may wait for that of others. */
      readonly isIdle?: boolean;
    }
  | { readonly kind: 'lost' };

/** Longest time without a look at a mailbox that signs in by consent: looks refresh its tokens, and a refusal is told within five minutes (PAIN-03). */
const mostConsentSeconds = 300;

/** Runs one turn, decides what follows, tells `note` of it and writes it on the mailbox, or hands it back where all is well. Throws MailroomError when the store fails. */
export async function runTurn(
  context: TurnContext,
  run: RunTurn,
  { worker, heardLookMs = 0 }: Pick<SchedulerOptions, 'worker' | 'heardLookMs'>,
  note: (turn: FinishedTurn) => void,
): Promise<TurnEnd> {
  const { clock, mailbox, lease, signal } = context;
  const startedOn = clock.now();
  const outcome = await outcomeOf(context, verboseTurn(run));
  const endedOn = clock.now();
  if (isLost(signal)) return { kind: 'lost' };
  if (signal.aborted && outcome.error !== undefined) return { kind: 'release', nextDueOn: endedOn };
  const work = lease.work;
  const failures = work === 'test' ? 0 : failuresOf(context, work);
  const reaction = reactTo(outcome.error, failures, endedOn);
  if (reaction.kind === 'lost') return reaction;
  const next = nextTurn({
    work,
    outcome,
    reaction,
    endedOn,
    emptyTurns: (work === 'act' ? mailbox.noactcount : mailbox.noemailcount) ?? 0,
    settings: context.settings,
    heardIntervalSeconds: context.memory?.isHeard ? heardLookMs / 1000 : undefined,
    mostIntervalSeconds: mailbox.isoauthrefreshtokenset === true ? mostConsentSeconds : undefined,
    minPollingIntervalInMinutes: context.profile.minpollingintervalinminutes ?? 0,
  });
  if (work !== 'test') {
    const turn = { context, work, outcome, reaction, next, startedOn, endedOn, worker };
    note(turn);
    const report = quietReport(turn);
    const isIdle = outcome.itemsProcessed === 0 && outcome.itemsFailed === 0 && !outcome.more;
    if (report !== undefined) return { kind: 'release', nextDueOn: next.dueOn, report, isIdle };
    await reportTurn(turn);
    if (outcome.error !== undefined) {
      context.log.warn(
        { code: outcome.error.code, error: outcome.error.message },
        `${flowColumns[work].words}: turn failed`,
      );
    }
  }
  return { kind: 'release', nextDueOn: next.dueOn };
}

async function outcomeOf(context: TurnContext, run: RunTurn): Promise<TurnOutcome> {
  try {
    return await run(context);
  } catch (thrown) {
    return { itemsProcessed: 0, itemsFailed: 0, more: false, error: asMailroomError(thrown) };
  }
}

const isLost = (signal: AbortSignal): boolean =>
  signal.aborted && asMailroomError(signal.reason).code === 'mr_LeaseLost';

import { asMailroomError } from '../base/errors.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../pipelines/turn.ts';
import { flowColumns } from './flow-columns.ts';
import { reactTo } from './health.ts';
import { nextTurn } from './next-turn.ts';
import { failuresOf, reportTurn } from './report-turn.ts';

/** When the flow is due again, or that the lease is no longer ours. */
export type TurnEnd = { readonly kind: 'release'; readonly nextDueOn: Date | null } | { readonly kind: 'lost' };

/** Runs one turn, decides what follows and writes it on the mailbox. Throws MailroomError when the store fails. */
export async function runTurn(context: TurnContext, run: RunTurn, worker: string): Promise<TurnEnd> {
  const { clock, mailbox, lease, signal } = context;
  const startedOn = clock.now();
  const outcome = await outcomeOf(context, run);
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
    minPollingIntervalInMinutes: context.profile.minpollingintervalinminutes ?? 0,
  });
  if (work !== 'test') {
    await reportTurn({ context, work, outcome, reaction, next, startedOn, endedOn, worker });
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

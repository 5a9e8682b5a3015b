import type { TurnOutcome } from '../pipelines/turn.ts';
import type { Work } from '../store/mailbox-leases.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { Reaction } from './health.ts';

/** An idle mailbox is looked at this many times less often at most: 12 minutes at the usual 5 (SC-04, SC-07). */
const idleFactor = 2.4;

/** Seconds between two turns of appointments, contacts and tasks: busy, normal, idle (SC-04). */
const actSeconds = { busy: 120, normal: 300, idle: 720 } as const;

/** What the next turn of a flow is reckoned from. */
export interface TurnFacts {
  readonly work: Work;
  readonly outcome: TurnOutcome;
  readonly reaction: Reaction;
  readonly endedOn: Date;
  /** Turns without an item in a row before this one (`noemailcount`, `noactcount`). */
  readonly emptyTurns: number;
  readonly settings: Pick<OrganizationSettings, 'incomingIntervalSeconds' | 'outgoingIntervalSeconds'>;
  /** Least seconds between two looks by the clock at a mailbox whose server tells of new mail; undefined where nobody listens. */
  readonly heardIntervalSeconds?: number | undefined;
  /** Most seconds between two looks, however idle the mailbox is and whoever listens; the organisation's own interval may be longer. */
  readonly mostIntervalSeconds?: number | undefined;
  /** EP-17, minutes. */
  readonly minPollingIntervalInMinutes: number;
}

/** When the flow is looked at again (null: not by itself), and how idle it is. */
export interface NextTurn {
  readonly dueOn: Date | null;
  readonly emptyTurns: number;
}

/** When a flow's next turn is due (SC-01 to SC-09, EP-17). Pure. */
export function nextTurn(facts: TurnFacts): NextTurn {
  const { outcome, reaction, endedOn } = facts;
  const isEmpty = outcome.itemsProcessed === 0 && outcome.itemsFailed === 0 && outcome.error === undefined;
  const emptyTurns = isEmpty ? facts.emptyTurns + 1 : outcome.error === undefined ? 0 : facts.emptyTurns;
  if (reaction.kind === 'disable') return { dueOn: null, emptyTurns };
  if (facts.work === 'test') return { dueOn: outcome.nextDueOn ?? null, emptyTurns };
  const floor = endedOn.getTime() + facts.minPollingIntervalInMinutes * 60_000;
  if (reaction.kind === 'postpone') return { dueOn: new Date(Math.max(reaction.until.getTime(), floor)), emptyTurns };
  if (outcome.more) return { dueOn: endedOn, emptyTurns };
  const usual = endedOn.getTime() + intervalSeconds(facts, emptyTurns) * 1000;
  const early = Math.min(usual, outcome.nextDueOn?.getTime() ?? usual);
  return { dueOn: new Date(Math.max(early, floor, endedOn.getTime())), emptyTurns };
}

/** An idle mailbox backs off: doubled with each empty turn after the first, up to a cap (SC-07). Pending mail wakes outgoing, which keeps its pace. */
function intervalSeconds(facts: TurnFacts, emptyTurns: number): number {
  if (facts.work === 'act') {
    if (emptyTurns === 0) return actSeconds.busy;
    return emptyTurns === 1 ? actSeconds.normal : actSeconds.idle;
  }
  if (facts.work === 'outgoing') return facts.settings.outgoingIntervalSeconds;
  const usual = facts.settings.incomingIntervalSeconds;
  const seconds = Math.min(usual * 2 ** Math.min(Math.max(0, emptyTurns - 1), 20), usual * idleFactor);
  // What the server does not tell of, a tracked folder or mail sent elsewhere, is found by the clock alone.
  const heard = facts.outcome.readsFolders ? seconds : Math.max(seconds, facts.heardIntervalSeconds ?? 0);
  return Math.max(usual, Math.min(heard, facts.mostIntervalSeconds ?? heard));
}

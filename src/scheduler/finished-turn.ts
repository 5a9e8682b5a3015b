import type { TurnContext, TurnOutcome } from '../pipelines/turn.ts';
import type { FlowWork } from './flow-columns.ts';
import type { Reaction } from './health.ts';
import type { NextTurn } from './next-turn.ts';

/** A turn that is over, and what was decided about it. */
export interface FinishedTurn {
  readonly context: TurnContext;
  readonly work: FlowWork;
  readonly outcome: TurnOutcome;
  readonly reaction: Exclude<Reaction, { kind: 'lost' }>;
  readonly next: NextTurn;
  readonly startedOn: Date;
  readonly endedOn: Date;
  /** `host/process/...` as shown in `hostid`. */
  readonly worker: string;
}

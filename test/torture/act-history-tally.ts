import type { Step } from './act-history-steps.ts';

/** Counts of what was played, so that a run shows that nothing was left out. */
export class StepTally {
  readonly #counts = new Map<string, number>();

  note(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** `isDone` is false where a step found nothing to do it to. */
  count(step: Step, isDone: boolean): void {
    this.note(isDone ? nameOf(step) : `without effect: ${step.do}`);
  }

  /** One line a kind of step, sorted by name. */
  lines(): readonly string[] {
    return [...this.#counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, count]) => `${name}: ${count}`);
  }
}

function nameOf(step: Step): string {
  switch (step.do) {
    case 'create':
      return `create ${step.kind}${isMeeting(step.kind) ? (step.withBen ? ' with invitation' : ' alone') : ''} by ${step.by}`;
    case 'edit':
    case 'delete':
    case 'move':
    case 'return':
      return `${step.do} ${step.kind} by ${step.by}`;
    case 'occurrence':
      return `occurrence ${step.isDeleted ? 'deleted' : 'changed'} by ${step.by}`;
    case 'people':
      return `people of ${step.kind}`;
    case 'respond':
      return `${step.response} ${step.kind} by ${step.by}`;
    case 'turn':
      return `turn planned ${step.fault}`;
    default:
      return step.do;
  }
}

const isMeeting = (kind: string): boolean => kind === 'appointment' || kind === 'recurringappointmentmaster';

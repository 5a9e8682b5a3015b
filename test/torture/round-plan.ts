import type { Random } from '../../bench/corpus/random.ts';

/** What happens in one round, decided before it begins. */
export interface RoundPlan {
  /** Messages delivered to each of the two maildrops. */
  readonly deliveries: readonly ('kept' | 'deleting' | 'both')[];
  /** Emails asked to be sent. */
  readonly sends: number;
  readonly victim: 'service' | 'database' | 'both';
  readonly trigger: Trigger;
}

/** When the victim is killed: some time after the round's beginning, or at a word that the service says to a mail server. */
export type Trigger =
  | { readonly kind: 'time'; readonly afterMs: number }
  | {
      readonly kind: 'word';
      readonly server: 'pop3' | 'smtp';
      readonly word: string;
      readonly nth: number;
      readonly afterMs: number;
    };

/** Words at which something is at stake: reading, deleting, and handing over. */
const words: readonly (readonly ['pop3' | 'smtp', string, number])[] = [
  ['pop3', 'RETR', 6],
  ['pop3', 'DELE', 4],
  ['pop3', 'QUIT', 2],
  ['smtp', 'MAIL', 4],
  ['smtp', 'DATA', 4],
  ['smtp', '.', 4],
];

/** Draws a round: half of the kills at a random time, half at a random word. */
export function planRound(random: Random): RoundPlan {
  return {
    deliveries: Array.from({ length: random.between(3, 12) }, () => random.pick(['kept', 'deleting', 'both'] as const)),
    sends: random.between(2, 6),
    victim: random.pick(['service', 'service', 'service', 'database', 'both'] as const),
    trigger: random.between(0, 1) === 0 ? { kind: 'time', afterMs: random.between(0, 1500) } : wordTrigger(random),
  };
}

function wordTrigger(random: Random): Trigger {
  const [server, word, most] = random.pick(words);
  // At once, or up to 30 ms later: then the server has often answered and a commit is under way.
  return { kind: 'word', server, word, nth: random.between(1, most), afterMs: random.pick([0, 1, 2, 5, 10, 30]) };
}

/** The plan in words, for the progress line. */
export function describePlan(plan: RoundPlan): string {
  const { trigger } = plan;
  const moment =
    trigger.kind === 'time'
      ? `${trigger.afterMs} ms after the start`
      : `${trigger.afterMs} ms after ${trigger.server.toUpperCase()} ${trigger.word === '.' ? 'end of message' : trigger.word} no. ${trigger.nth}`;
  return `${plan.victim} killed ${moment}`;
}

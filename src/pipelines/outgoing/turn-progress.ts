import type { MailroomError } from '../../base/errors.ts';
import type { OutgoingTurn } from './outgoing-turn.ts';

/** Different emails that may meet broken connections in a row before the turn ends. */
const mostBrokenInARow = 3;

/** What the parts of one turn that run side by side share. */
export class TurnProgress {
  readonly turn: OutgoingTurn;
  processed = 0;
  failed = 0;
  /** What ends the turn; emails not handed over yet go back. */
  error: MailroomError | undefined;
  /** When the profile may send more, once what it may in this minute is used up. */
  pausedUntil: Date | undefined;
  #brokenInARow = 0;

  constructor(turn: OutgoingTurn) {
    this.turn = turn;
  }

  /** True when nothing more may be handed over. */
  get isOver(): boolean {
    return this.error !== undefined || this.turn.context.signal.aborted;
  }

  /** The server answered in order. */
  noteAnswer(): void {
    this.#brokenInARow = 0;
  }

  /** A single broken connection may be one message's doing; several in a row, or a refusal of the account, end the turn. */
  noteTrouble(error: MailroomError): void {
    this.#brokenInARow += 1;
    if (error.kind === 'transient' && this.#brokenInARow < mostBrokenInARow) return;
    this.error ??= error;
  }
}

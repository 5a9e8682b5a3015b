import { asMailroomError, MailroomError } from '../../base/errors.ts';
import { type HandoverEnd, noteHandovers } from '../../store/handover-journal.ts';
import type { TurnContext } from '../turn.ts';
import type { SendResult } from './decide-outcome.ts';
import { keptResult } from './kept-result.ts';

/** Ends a sleep; a reason given spares the making of an error with its stack. */
const over = 'over';

/** How long an email waits for others to be entered with it, milliseconds. */
const longestWaitMs = 3;

interface Asker {
  readonly emailid: string;
  readonly allow: () => void;
  readonly refuse: (error: MailroomError) => void;
}

/**
 * The journal of one turn's wire: an email is handed over only after its entry is committed, and what came of it is entered before
 * the same connection takes another. So at most one email a connection is uncertain after a crash (OU-06, PAIN-11). Entries that
 * come up together, or a moment apart, go into one commit.
 */
export class WireJournal {
  readonly #context: TurnContext;
  readonly #meanwhile: () => void;
  #askers: Asker[] = [];
  #ended = new Map<string, HandoverEnd>();
  readonly #onWire = new Set<string>();
  readonly #enough: number;
  #isEnough: (() => void) | undefined;
  #isWriting = false;

  /**
   * `lanes` hand emails over at a time: half of them are entered in one commit while the other half is on the wire. `meanwhile` is called
   * whenever a commit is under way: time for work that must be done anyway.
   */
  constructor(context: TurnContext, lanes: number, meanwhile: () => void) {
    this.#context = context;
    this.#enough = Math.ceil(lanes / 2);
    this.#meanwhile = meanwhile;
  }

  /** Resolves once the email may be handed over. Throws conflict `mr_LeaseLost` when the mailbox is another worker's now, and what the store throws. */
  begin(emailid: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#askers.push({ emailid, allow: resolve, refuse: reject });
      if (this.#isWorthwhile()) this.#isEnough?.();
      this.#writeSoon();
    });
  }

  /** Enters what came of an email; it is written with the next beginning, or by itself a moment later. */
  end(emailid: string, result: SendResult): void {
    this.#onWire.delete(emailid);
    if (this.#isWorthwhile()) this.#isEnough?.();
    this.#ended.set(emailid, { emailid, outcome: keptResult(result) });
    this.#writeSoon();
  }

  /** Leaves out endings that are about to be written on their records. */
  drop(emailids: readonly string[]): void {
    for (const emailid of emailids) this.#ended.delete(emailid);
  }

  #writeSoon(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    setImmediate(() => void this.#write());
  }

  async #write(): Promise<void> {
    while (this.#askers.length > 0 || this.#ended.size > 0) {
      await this.#untilWorthwhile();
      const askers = this.#askers;
      const ended = [...this.#ended.values()];
      this.#askers = [];
      this.#ended = new Map();
      if (askers.length + ended.length === 0) break;
      const written = this.#writeOnce(askers, ended);
      this.#meanwhile();
      await written;
    }
    this.#isWriting = false;
  }

  /** One commit for as many as can be: answers of a server that come close together ask close together. */
  async #untilWorthwhile(): Promise<void> {
    await this.#untilNoMoreCome();
    if (this.#isWorthwhile()) return;
    const waited = new AbortController();
    const isEnough = new Promise<void>((resolve) => {
      this.#isEnough = resolve;
    });
    await Promise.race([this.#context.clock.sleep(longestWaitMs, waited.signal), isEnough]);
    this.#isEnough = undefined;
    waited.abort(over);
    await this.#untilNoMoreCome();
  }

  #isWorthwhile(): boolean {
    return this.#onWire.size === 0 || this.#askers.length >= this.#enough;
  }

  async #untilNoMoreCome(): Promise<void> {
    for (let before = -1; before < this.#askers.length + this.#ended.size; ) {
      before = this.#askers.length + this.#ended.size;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Never throws: endings that cannot be written are written with their records all the same. */
  async #writeOnce(askers: readonly Asker[], ended: readonly HandoverEnd[]): Promise<void> {
    const { database, lease, clock } = this.#context;
    try {
      const begun = askers.map((asker) => asker.emailid);
      const allowed = await noteHandovers(database, lease, clock.now(), { begun, ended });
      for (const asker of askers) {
        if (!allowed.has(asker.emailid)) asker.refuse(leaseLost);
        else {
          this.#onWire.add(asker.emailid);
          asker.allow();
        }
      }
    } catch (thrown) {
      for (const asker of askers) asker.refuse(asMailroomError(thrown));
    }
  }
}

const leaseLost = new MailroomError(
  'The lease on the mailbox was lost to another worker; the email was not handed over.',
  {
    code: 'mr_LeaseLost',
    kind: 'conflict',
  },
);

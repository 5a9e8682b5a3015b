import { asMailroomError, type MailroomError } from '../base/errors.ts';
import type { Connector } from '../contracts/connector.ts';
import type { WatchNews, WatchScope } from '../contracts/watch-scope.ts';
import { mayRun } from '../store/flow-refusal.ts';
import type { MailboxWatches } from '../store/mailbox-watches.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { SchedulerOptions } from './scheduler-options.ts';

export interface MailboxWatcherOptions
  extends Pick<SchedulerOptions, 'database' | 'leases' | 'connect' | 'clock' | 'log' | 'worker'> {
  readonly watches: MailboxWatches;
  /** Mailboxes this process keeps a line open for, at most; 0 switches watching off. */
  readonly most: number;
  /** Life of a claim, milliseconds: a dead process's mailboxes are taken over after it. */
  readonly claimMs: number;
  /** Has the scheduler look at once. */
  readonly wake: () => void;
}

/** Keeps lines to servers open, so that what comes or changes there brings the mailbox's turn forward; the timed turns stay as the safety net. */
export interface MailboxWatcher {
  start(): void;
  stop(): Promise<void>;
}

/** Looks at what is to be watched within the life of a claim. */
const looks = 4;
/** A line that held this long was a good one, milliseconds. */
const goodLineMs = 60_000;
/** Lines opened side by side: a server sees no storm when a process starts. */
const openAtOnce = 16;

/** Makes the watcher; nothing runs before `start`. */
export function createMailboxWatcher(options: MailboxWatcherOptions): MailboxWatcher {
  return new ClaimingWatcher(options);
}

interface Line {
  readonly scope: WatchScope;
  readonly ended: AbortController;
  readonly done: Promise<void>;
}

interface OpenLine {
  readonly watch: NonNullable<Connector['watch']>;
  /** What may run of what was claimed. */
  readonly allowed: WatchScope;
}

class ClaimingWatcher implements MailboxWatcher {
  readonly #options: MailboxWatcherOptions;
  readonly #ending = new AbortController();
  readonly #lines = new Map<string, Line>();
  readonly #queue: (() => void)[] = [];
  #opening = 0;
  /** Of the scopes that all have their lines; undefined while some have not. */
  #print: string | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: MailboxWatcherOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.most > 0) this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#loop;
    for (const line of this.#lines.values()) line.ended.abort();
    await Promise.all([...this.#lines.values()].map((line) => line.done));
    const { watches, clock, worker, most } = this.#options;
    if (most > 0) await watches.forsake(clock.now(), worker).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { clock, log, claimMs } = this.#options;
    while (!this.#ending.signal.aborted) {
      await this.#look().catch((error: unknown) => {
        log.warn(
          { err: asMailroomError(error) },
          'the mailboxes to watch could not be read; the next look tries again',
        );
      });
      await clock.sleep(claimMs / looks, this.#ending.signal);
    }
  }

  async #look(): Promise<void> {
    const { watches, worker, clock, most, claimMs } = this.#options;
    const now = clock.now();
    const until = new Date(now.getTime() + claimMs);
    // While a line is held its mailbox is seldom looked at by the clock: one whose process died must not wait so long.
    await watches.forsake(now);
    const held = await watches.renew(worker, now, until);
    if (held < most) await watches.claim(worker, now, until, most - held);
    const print = await watches.fingerprint(worker, now);
    if (print === this.#print) return;
    const scopes = await watches.scopes(worker, now);
    for (const [mailboxid, line] of this.#lines) {
      const scope = scopes.get(mailboxid);
      if (scope !== undefined && isSame(scope, line.scope)) continue;
      line.ended.abort();
      if (scope !== undefined) await line.done;
    }
    for (const [mailboxid, scope] of scopes) if (!this.#lines.has(mailboxid)) this.#begin(mailboxid, scope);
    // A line that is still ending stands in the way of the mailbox's next one: the next look begins it.
    const hasAll = [...scopes.keys()].every((id) => this.#lines.get(id)?.ended.signal.aborted === false);
    this.#print = hasAll ? print : undefined;
  }

  #begin(mailboxid: string, scope: WatchScope): void {
    const ended = new AbortController();
    const done = this.#keepWatching(mailboxid, scope, ended.signal).finally(() => this.#lines.delete(mailboxid));
    this.#lines.set(mailboxid, { scope, ended, done });
  }

  /** Watches until told to end, opening the line anew after ever longer pauses. */
  async #keepWatching(mailboxid: string, scope: WatchScope, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      const openedOn = clock.now().getTime();
      const error = await this.#watchOnce(mailboxid, scope, signal);
      if (signal.aborted) return;
      this.#lost(mailboxid, scope, error);
      failures = clock.now().getTime() - openedOn > goodLineMs ? 0 : failures + 1;
      log.debug({ mailboxid, code: error?.code, error: error?.message }, 'the line of a watched mailbox ended');
      await clock.sleep(pauseMs(error, failures), signal);
    }
  }

  async #watchOnce(mailboxid: string, scope: WatchScope, signal: AbortSignal): Promise<MailroomError | undefined> {
    try {
      const line = await this.#inTurn(signal, () => this.#openLine(mailboxid, scope, signal));
      if (line === undefined) return undefined;
      const { watch, allowed } = line;
      const opened = (): void => {
        void this.#note(mailboxid, true).then(() => {
          // What came while no line was open.
          if (allowed.mail) this.#wake(mailboxid, 'incoming');
          if (allowed.act) this.#wake(mailboxid, 'act');
        });
      };
      await watch((news) => this.#wake(mailboxid, news), signal, allowed, opened);
      return undefined;
    } catch (error) {
      return asMailroomError(error);
    }
  }

  /** Only what waits is kept of the connector: thousands of lines may be open. */
  async #openLine(mailboxid: string, scope: WatchScope, signal: AbortSignal): Promise<OpenLine | undefined> {
    const opened = await this.#open(mailboxid, scope, signal);
    if (opened?.connector.watch !== undefined) return { watch: opened.connector.watch, allowed: opened.allowed };
    opened?.connector.abort();
    return undefined;
  }

  async #open(mailboxid: string, scope: WatchScope, signal: AbortSignal) {
    const { database, connect } = this.#options;
    const { records } = database;
    const settings = await readOrganizationSettings(records);
    const mailbox = await records.retrieve('mailbox', mailboxid);
    if (!mailbox?.emailserverprofile) return undefined;
    const profile = await records.retrieve('emailserverprofile', mailbox.emailserverprofile.id);
    if (profile === undefined) return undefined;
    const may = (work: WatchNews): boolean => mayRun(work, mailbox, profile, settings);
    const allowed: WatchScope = { ...scope, mail: scope.mail && may('incoming'), act: scope.act && may('act') };
    if (!allowed.mail && !allowed.act) return undefined;
    return { allowed, connector: await connect(mailbox, profile, 'incoming', signal, { gates: settings.gates }) };
  }

  /** The clock takes over where no line is open any more: what it would have told of is looked for now. */
  #lost(mailboxid: string, { mail }: WatchScope, error: MailroomError | undefined): void {
    void this.#note(mailboxid, false, error?.message).then((wasListening) => {
      if (mail && wasListening) this.#wake(mailboxid, 'incoming');
    });
  }

  /** Shows whether the line is open, and tells whether that is news; turns reckon with it. Never rejects. */
  #note(mailboxid: string, listening: boolean, trouble?: string): Promise<boolean> {
    const { watches, worker, log } = this.#options;
    return watches.note(worker, mailboxid, listening, trouble).catch((error: unknown) => {
      log.debug({ err: asMailroomError(error), mailboxid }, 'the state of a line could not be noted');
      return true;
    });
  }

  #wake(mailboxid: string, news: WatchNews): void {
    const { leases, clock, log, wake } = this.#options;
    leases.schedule(mailboxid, news, clock.now()).then(wake, (error: unknown) => {
      log.warn(
        { err: asMailroomError(error), mailboxid },
        'news of a mailbox could not be announced; the timed turn finds it',
      );
    });
  }

  /** Runs `work` when fewer than `openAtOnce` others run. */
  async #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#opening >= openAtOnce) await new Promise<void>((resolve) => this.#queue.push(resolve));
    if (signal.aborted) {
      this.#queue.shift()?.();
      return undefined;
    }
    this.#opening += 1;
    try {
      return await work();
    } finally {
      this.#opening -= 1;
      this.#queue.shift()?.();
    }
  }
}

const isSame = (one: WatchScope, other: WatchScope): boolean =>
  one.mail === other.mail &&
  one.act === other.act &&
  one.folderIds.length === other.folderIds.length &&
  one.folderIds.every((id, index) => id === other.folderIds[index]);

/** A refused sign-in or a wrong setting waits a quarter of an hour; all else a little longer each time, ten minutes at most. */
function pauseMs(error: MailroomError | undefined, failures: number): number {
  if (error === undefined || error.kind === 'credentials' || error.kind === 'configuration') return 900_000;
  return Math.max(error.retryAfterMs ?? 0, Math.min(5_000 * 2 ** Math.min(failures - 1, 7), 600_000));
}

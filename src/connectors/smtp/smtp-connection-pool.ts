import { MailroomError } from '../../base/errors.ts';
import type { OutgoingMail } from '../../contracts/mail-sender.ts';
import type { SmtpSession } from './smtp-session.ts';

/** Opens one more signed-in connection; throws MailroomError. */
export type OpenSession = (signal: AbortSignal) => Promise<SmtpSession>;

interface Waiter {
  readonly take: (session: SmtpSession | undefined) => void;
  readonly fail: (error: Error) => void;
}

/** At most `size` connections to one server, lent one message at a time, first come first served. */
export class SmtpConnectionPool {
  readonly #open: OpenSession;
  readonly #size: number;
  readonly #idle: SmtpSession[] = [];
  readonly #lent = new Set<SmtpSession>();
  readonly #waiters: Waiter[] = [];
  readonly #dropping = new AbortController();
  /** Connections lent, idle or being opened. */
  #count = 0;
  #closed = false;
  #onEmpty: (() => void) | undefined;

  constructor(open: OpenSession, size: number) {
    this.#open = open;
    this.#size = Math.max(1, Math.floor(size));
  }

  /** True when somebody waits for a connection. */
  get isWanted(): boolean {
    return this.#waiters.length > 0;
  }

  /**
   * A connection ready for `mail`: the one it was announced on, another used one, cleared with RSET when its last message was
   * refused, or a fresh one. Give it back with `release`.
   * Throws MailroomError when opening fails, when `signal` aborts while waiting, or when the pool is closed.
   */
  async acquire(signal: AbortSignal, mail?: OutgoingMail): Promise<SmtpSession> {
    if (this.#closed) throw closedError();
    const session = this.#takeIdle(mail) ?? (this.#makeRoom() ? undefined : await this.#wait(signal));
    if (session !== undefined) {
      this.#lent.add(session);
      if (session.usable && (await this.#isClear(session, signal))) return session;
      this.#lent.delete(session);
    }
    return this.#openReserved(signal);
  }

  /** Takes a connection back; a broken one makes room for a new one. */
  release(session: SmtpSession): void {
    this.#lent.delete(session);
    const waiter = this.#waiters.shift();
    if (this.#closed) session.quit().then(() => this.#forget());
    else if (waiter !== undefined) waiter.take(isFree(session) ? session : dropped(session));
    else if (session.usable) this.#idle.push(session);
    else this.#forget();
  }

  /** Ends every connection with QUIT once its message is done; never throws. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.fail(closedError());
    await Promise.all(this.#idle.splice(0).map((session) => session.quit().then(() => this.#forget())));
    if (this.#count > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
  }

  /** Drops every connection at once. */
  abort(): void {
    this.#closed = true;
    this.#dropping.abort();
    for (const waiter of this.#waiters.splice(0)) waiter.fail(closedError());
    for (const session of this.#lent) session.abort();
    for (const session of this.#idle.splice(0)) {
      session.abort();
      this.#forget();
    }
  }

  /** The idle connection that `mail` was announced on, or one that waits for nothing. */
  #takeIdle(mail: OutgoingMail | undefined): SmtpSession | undefined {
    const announced = this.#idle.findIndex(
      (session) => session.announced !== undefined && session.announced.mail === mail,
    );
    const at = announced < 0 ? this.#idle.findLastIndex((session) => session.announced === undefined) : announced;
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0];
  }

  /** Room for a new connection; one whose announced message does not come gives way. */
  #makeRoom(): boolean {
    if (this.#count < this.#size) this.#count += 1;
    else {
      const waiting = this.#idle.shift();
      if (waiting === undefined) return false;
      waiting.abort();
    }
    return true;
  }

  /** An accepted message leaves nothing behind (RFC 5321 4.1.1.4); after a refused one RSET is needed, or the next envelope begun. */
  async #isClear(session: SmtpSession, signal: AbortSignal): Promise<boolean> {
    if (!session.needsReset || session.announced !== undefined) return true;
    try {
      await session.reset(signal);
      return true;
    } catch (error) {
      if (!signal.aborted) return false;
      this.release(session);
      throw error;
    }
  }

  async #openReserved(signal: AbortSignal): Promise<SmtpSession> {
    try {
      const session = await this.#open(AbortSignal.any([signal, this.#dropping.signal]));
      if (!this.#closed) {
        this.#lent.add(session);
        return session;
      }
      session.abort();
      throw closedError();
    } catch (error) {
      const waiter = this.#waiters.shift();
      if (waiter === undefined) this.#forget();
      else waiter.take(undefined);
      throw error;
    }
  }

  #wait(signal: AbortSignal): Promise<SmtpSession | undefined> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new MailroomError('Sending was called off while waiting for a connection.', aborted));
      };
      const waiter: Waiter = {
        take: (session) => {
          signal.removeEventListener('abort', leave);
          resolve(session);
        },
        fail: (error) => {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      };
      if (signal.aborted) return reject(new MailroomError('Sending was called off.', aborted));
      signal.addEventListener('abort', leave);
      this.#waiters.push(waiter);
    });
  }

  #forget(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onEmpty?.();
  }
}

const isFree = (session: SmtpSession): boolean => session.usable && session.announced === undefined;

function dropped(session: SmtpSession): undefined {
  session.abort();
}

const aborted = { code: 'mr_SmtpAborted', kind: 'transient' } as const;

function closedError(): MailroomError {
  return new MailroomError('The connection to the outgoing server is closed; open it again.', {
    code: 'mr_SmtpClosed',
    kind: 'transient',
  });
}

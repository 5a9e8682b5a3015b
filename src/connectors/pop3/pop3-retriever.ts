import type { BufferPool } from '../../base/buffer-pool.ts';
import { MailroomError } from '../../base/errors.ts';
import type {
  FetchedMail,
  MailHandle,
  MailHandlePage,
  MailRetriever,
  Settlement,
} from '../../contracts/mail-retriever.ts';
import type { BodyLimits } from './pop3-body.ts';
import { abortedError, conversationError, kindOfRefusal, refusalError, tooLargeError } from './pop3-errors.ts';
import { type Pop3Listing, readListing } from './pop3-listing.ts';
import { type Asked, planRequests, type Request, weight } from './pop3-request.ts';
import type { Pop3Session } from './pop3-session.ts';

export interface Pop3RetrieverOptions {
  /** Messages above this are not taken, bytes. */
  readonly maxMessageBytes: number;
  /** Where memory for large messages comes from. */
  readonly pool: BufferPool;
  /** Opens the conversation anew after a message that is too long to be skipped. */
  readonly reopen: (signal: AbortSignal) => Promise<Pop3Session>;
}

/** Commands in flight (RFC 2449 6.6); measured: 32 to 50 fetch three times as fast as one at a time, more gains nothing. */
const windowCommands = 40;
/** Announced bytes in flight: bounds what must be read for nothing when the caller stops half-way. */
const windowBytes = 8 * 1024 * 1024;
/** Excess above which a new connection (some 20 ms and a listing) is cheaper than reading the message to its end. */
const skipBytes = 256 * 1024 * 1024;
/** Lines asked of TOP for a whole message: above any message, within what every server reads as a number. */
const allLines = 99_999_999;
/** A body below this share of the announced size is taken for cut short; honest servers miss it by line ends only. */
const plausibleShare = 0.8;
/** Endless messages forgiven in one turn; a server with more is not worth another sign-in before the next turn. */
const maxReopenings = 5;

/**
 * Reads one maildrop (IN-04): UIDL names the messages, RETR and TOP are pipelined, deletions are collected and sent
 * with QUIT by `finish`, since POP3 deletes only then anyway (RFC 1939 6). One reading operation at a time; `settle`
 * may be called between two messages of a running `fetch`.
 */
export class Pop3Retriever implements MailRetriever {
  /** Absent when the server has no TOP (RFC 1939 7). */
  readonly fetchHeads?: NonNullable<MailRetriever['fetchHeads']>;
  readonly #options: Pop3RetrieverOptions;
  readonly #toDelete = new Set<string>();
  #session: Pop3Session;
  #listing: Pop3Listing | undefined;
  /** Answers to RETR and TOP that are still to come. */
  #owed = 0;
  #owedBytes = 0;
  #busy = false;
  /** False once TOP was refused or cut a message short: then RETR is used for whole messages. */
  #wholeByTop: boolean;
  /** True when the conversation was given up to get past an endless message; the next step opens it anew. */
  #toReopen = false;
  #reopenings = 0;

  constructor(session: Pop3Session, options: Pop3RetrieverOptions) {
    this.#session = session;
    this.#options = options;
    this.#listing = session.listing;
    this.#wholeByTop = session.capabilities.top;
    if (session.capabilities.top) {
      this.fetchHeads = (handles, maxBytes, signal) => {
        const limits: BodyLimits = { maxBytes, excess: 'truncate' };
        const line = (number: number) => `TOP ${number} 0\r\n`;
        return this.#exchange(handles, () => ({ command: 'TOP', line, wants: 'head', limits: () => limits }), signal);
      };
    }
  }

  /** One page with every message of the maildrop. */
  async *list(_cursor: string | null, signal: AbortSignal): AsyncGenerator<MailHandlePage> {
    const release = this.#begin(signal);
    let listing: Pop3Listing;
    try {
      listing = await this.#maildrop(signal);
    } finally {
      release();
    }
    yield { handles: listing.handles, cursor: null, complete: true };
  }

  /**
   * Whole messages, pipelined. Asked by TOP with more lines than any message has, since servers that share the mailbox
   * with IMAP mark a message as seen on RETR but not on TOP (IN-07); RETR where TOP is missing, refused or incomplete.
   */
  fetch(handles: readonly MailHandle[], signal: AbortSignal): AsyncGenerator<FetchedMail> {
    const { maxMessageBytes: maxBytes, pool } = this.#options;
    const limits = (handle: MailHandle): BodyLimits => ({
      maxBytes,
      excess: 'drop',
      hintBytes: handle.sizeBytes,
      pool,
    });
    const byTop: Request = { command: 'TOP', line: (n) => `TOP ${n} ${allLines}\r\n`, wants: 'whole', limits };
    const byRetr: Request = { command: 'RETR', line: (n) => `RETR ${n}\r\n`, wants: 'whole', limits };
    return this.#exchange(handles, () => (this.#wholeByTop ? byTop : byRetr), signal);
  }

  /** Remembers what to delete (UD-03); the server hears of it in `finish`. */
  settle(handles: readonly MailHandle[], settlement: Settlement, _signal: AbortSignal): Promise<void> {
    if (settlement === 'delete') for (const { serverId } of handles) this.#toDelete.add(serverId);
    return Promise.resolve();
  }

  /** DELE for everything settled so, then QUIT. Throws MailroomError when the server did not confirm the deletions. */
  async finish(): Promise<void> {
    if (this.#toDelete.size === 0) return this.#leave();
    const { numbers } = await this.#maildrop(new AbortController().signal);
    const { stream } = this.#session;
    const refusal = await this.#delete(numbers);
    stream.send('QUIT\r\n');
    const goodbye = await stream.readReply('QUIT');
    this.abort();
    if (refusal !== undefined) throw refusal;
    if (goodbye.status !== 'ok') throw refusalError(stream.where, 'QUIT', goodbye, 'transient');
    this.#toDelete.clear();
  }

  /** Drops the connection in use, at once. */
  abort(): void {
    const { stream } = this.#session;
    stream.fail(abortedError(stream.where, undefined));
  }

  /** Nothing depends on the server's good-bye: it is waited for only when no other answer stands before it. */
  async #leave(): Promise<void> {
    const { stream } = this.#session;
    if (this.#owed === 0 && stream.failure === undefined) {
      stream.send('QUIT\r\n');
      await stream.readReply('QUIT').catch(() => undefined);
    }
    this.abort();
  }

  async *#exchange(
    handles: readonly MailHandle[],
    request: () => Request,
    signal: AbortSignal,
  ): AsyncGenerator<FetchedMail> {
    if (handles.length === 0) return;
    const release = this.#begin(signal);
    try {
      let plan = this.#plan(handles, request(), await this.#maildrop(signal));
      let next = 0;
      for (let read = 0; read < plan.length; ) {
        if (this.#toReopen || next < read) {
          plan = this.#plan(handles, request(), await this.#maildrop(signal));
          next = read;
        }
        if (this.#owed <= windowCommands / 2) next = this.#send(plan, next, request());
        const asked = plan[read];
        const result = asked === undefined || 'error' in asked ? asked : await this.#receive(asked.handle, request());
        if (result === 'again') {
          next = -1;
          continue;
        }
        read += 1;
        if (result !== undefined) yield result;
      }
    } finally {
      release();
    }
  }

  #plan(handles: readonly MailHandle[], request: Request, { numbers }: Pop3Listing): Asked[] {
    return planRequests(handles, request, numbers, this.#session.stream.where, this.#options.maxMessageBytes);
  }

  /** Fills the window from `next` on, in one write, and returns the first handle not sent. */
  #send(plan: readonly Asked[], next: number, request: Request): number {
    const limit = this.#session.capabilities.pipelining ? windowCommands : 1;
    let commands = '';
    let index = next;
    for (; index < plan.length && this.#owed < limit && this.#owedBytes < windowBytes; index += 1) {
      const asked = plan[index];
      if (asked === undefined || 'error' in asked) continue;
      commands += request.line(asked.number);
      this.#owed += 1;
      this.#owedBytes += weight(asked.handle, request);
    }
    if (commands !== '') this.#session.stream.send(commands);
    return index;
  }

  /** The next answer; `again` when TOP proved unfit and the message is to be asked by RETR. */
  async #receive(handle: MailHandle, request: Request): Promise<FetchedMail | 'again'> {
    const { stream } = this.#session;
    const { command, wants } = request;
    const reply = await stream.readReply(command);
    if (reply.status !== 'ok') {
      this.#answered(weight(handle, request));
      if (command === 'TOP' && wants === 'whole' && kindOfRefusal(reply) === undefined) return this.#distrustTop();
      // Without a response code nobody knows whether it passes; "transient" loses no message.
      const error = refusalError(stream.where, `${command} of message ${handle.serverId}`, reply, 'transient');
      return { handle, error };
    }
    const limits = request.limits(handle);
    const body = await stream.readBody(limits, limits.maxBytes + skipBytes);
    this.#answered(weight(handle, request));
    if (!body.complete) this.#giveUp();
    if (wants === 'head') return { handle, raw: body.bytes };
    if (body.truncated) {
      return { handle, error: tooLargeError(stream.where, handle.serverId, body.sizeBytes, limits.maxBytes) };
    }
    if (command === 'TOP' && body.sizeBytes < (handle.sizeBytes ?? 0) * plausibleShare) return this.#distrustTop();
    return { handle, raw: body.bytes, release: body.release };
  }

  #distrustTop(): 'again' {
    this.#wholeByTop = false;
    return 'again';
  }

  #answered(bytes: number): void {
    this.#owed -= 1;
    this.#owedBytes -= bytes;
  }

  #giveUp(): void {
    this.#toReopen = true;
    this.#owed = 0;
    this.#owedBytes = 0;
    this.#listing = undefined;
  }

  /** The listing of the session in use; opens the session anew and reads off old answers where that is due. */
  async #maildrop(signal: AbortSignal): Promise<Pop3Listing> {
    if (this.#toReopen) {
      this.#reopenings += 1;
      const { where, failure } = this.#session.stream;
      if (this.#reopenings > maxReopenings) throw failure ?? conversationError(where, 'too many endless messages');
      this.#session = await this.#options.reopen(signal);
      this.#listing = this.#session.listing;
      this.#toReopen = false;
    }
    const { stream, capabilities } = this.#session;
    for (; this.#owed > 0; this.#owed -= 1) {
      const reply = await stream.readReply('an earlier command');
      if (reply.status === 'ok') await stream.readBody({ maxBytes: 0, excess: 'drop' }, skipBytes);
    }
    this.#owedBytes = 0;
    this.#listing ??= await readListing(stream, capabilities.pipelining ? 'pipelined' : 'inTurn');
    return this.#listing;
  }

  async #delete(numbers: ReadonlyMap<string, number>): Promise<MailroomError | undefined> {
    const { stream, capabilities } = this.#session;
    const limit = capabilities.pipelining ? windowCommands : 1;
    // What is not in the maildrop any more needs no deletion.
    const wanted = [...this.#toDelete].flatMap((serverId) => numbers.get(serverId) ?? []);
    let refusal: MailroomError | undefined;
    for (let start = 0; start < wanted.length; start += limit) {
      const burst = wanted.slice(start, start + limit);
      stream.send(burst.map((number) => `DELE ${number}\r\n`).join(''));
      for (const _ of burst) {
        const reply = await stream.readReply('DELE');
        if (reply.status !== 'ok') refusal ??= refusalError(stream.where, 'DELE', reply, 'transient');
      }
    }
    return refusal;
  }

  /** Claims the conversation for one operation under `signal`; the function returned ends the claim. */
  #begin(signal: AbortSignal): () => void {
    const onAbort = () => this.#session.stream.fail(abortedError(this.#session.stream.where, signal.reason));
    if (this.#busy) {
      throw new MailroomError('A POP3 conversation can do one thing at a time; finish the running one first.', {
        code: 'mr_Pop3Busy',
        kind: 'internal',
      });
    }
    if (signal.aborted) throw onAbort();
    this.#busy = true;
    signal.addEventListener('abort', onAbort);
    return () => {
      this.#busy = false;
      signal.removeEventListener('abort', onAbort);
    };
  }
}

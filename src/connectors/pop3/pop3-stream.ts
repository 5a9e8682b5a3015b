import type { Duplex } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { BodyCollector, type BodyLimits, type Pop3Body } from './pop3-body.ts';
import { conversationError, pop3Aborted, timeoutError } from './pop3-errors.ts';
import { type Pop3Reply, parsePop3Reply, showable } from './pop3-reply.ts';
import type { ReadBuffer } from './read-buffer.ts';

export interface Pop3StreamOptions {
  /** `host:port`, for messages. */
  readonly where: string;
  /** Budget of one response from the moment it is waited for, milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Where a paused socket was told to put what it reads; absent where the socket tells by events of data. */
  readonly reads?: ReadBuffer | undefined;
}

/** RFC 2449 4 allows 512 octets a response line; SASL challenges and chatty servers exceed it, nothing honest exceeds 8 KiB. */
const maxLineBytes = 8 * 1024;
/** Unread bytes above which the socket is paused: keeps a pipelined window flowing, bounds memory when nobody reads. */
const pauseAboveBytes = 512 * 1024;

/** Ends the watchdog's sleep; a reason given spares the making of an error with its stack. */
const over = 'over';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const lineWithDot = Buffer.from('\r\n.');
const noBytes = Buffer.alloc(0);

/**
 * The client's end of a POP3 connection: sends command lines, reads status lines and multi-line responses (RFC 1939 3).
 * Only CRLF ends a line of a body: taking a bare LF would let a message's content pose as the server's next answer.
 * Every read throws MailroomError when the line is cut, too long, too late or not POP3; the stream is unusable afterwards.
 */
export class Pop3Stream {
  readonly where: string;
  readonly #socket: Duplex;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #reads: ReadBuffer | undefined;
  readonly #watchdog = new AbortController();
  #chunk: Buffer = noBytes;
  #position = 0;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #failure: MailroomError | undefined;
  #waiting: { resolve: (chunk: Buffer) => void; reject: (error: MailroomError) => void } | undefined;
  #deadline = 0;
  #doing = 'the connection';
  #watching = false;
  readonly #onData = (data: Buffer) => this.#take(data);
  // The end of a conversation that is over makes no error: with its stack it costs more than a line read.
  readonly #onEnd = () => {
    if (this.#failure === undefined) this.#end(conversationError(this.where, 'the server closed the connection'));
  };
  readonly #onError = (error: Error) => {
    if (this.#failure === undefined) this.#end(conversationError(this.where, error.message, error));
  };

  constructor(socket: Duplex, options: Pop3StreamOptions) {
    this.#socket = socket;
    this.where = options.where;
    this.#timeoutMs = options.timeoutMs;
    this.#clock = options.clock;
    this.#reads = options.reads;
    if (this.#reads === undefined) socket.on('data', this.#onData);
    else this.#reads.listener = this.#onData;
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    socket.on('error', this.#onError);
    socket.resume();
  }

  /** Why the conversation cannot go on; undefined while it can. */
  get failure(): MailroomError | undefined {
    return this.#failure;
  }

  /** Sends whole command lines, CRLF included. */
  send(commands: string): void {
    if (this.#failure === undefined) this.#socket.write(commands, 'utf8');
  }

  /** The next status line; `command` names it in errors and must hold no secret. Starts this response's budget. */
  async readReply(command: string): Promise<Pop3Reply> {
    this.#doing = command;
    this.#deadline = this.#clock.now().getTime() + this.#timeoutMs;
    const line = await this.#readLine();
    const reply = parsePop3Reply(line);
    if (reply === undefined) {
      throw this.fail(
        conversationError(this.where, `the answer to ${command} is not POP3: "${showable(line).slice(0, 80)}"`),
      );
    }
    return reply;
  }

  /**
   * The lines after a status line up to the lone dot, unstuffed, within the same budget. Once `skipLimitBytes` were
   * seen the stream fails, since a new connection is then cheaper than reading on. A stream that breaks after the
   * limit of `limits` was passed gives an incomplete body instead of an error, else one endless message would be
   * asked for, and fail the mailbox, for ever.
   */
  async readBody(limits: BodyLimits, skipLimitBytes = Number.POSITIVE_INFINITY): Promise<Pop3Body> {
    const body = new BodyCollector(limits);
    // The CRLF of the status line counts: a dot right behind it starts a line.
    let scan = this.#position - 2;
    let start = this.#position;
    for (;;) {
      const chunk = this.#chunk;
      const hit = chunk.indexOf(lineWithDot, scan);
      if (hit >= 0 && hit + 4 < chunk.length) {
        const dot = hit + 2;
        body.add(chunk.subarray(start, dot));
        if (chunk[dot + 1] === carriageReturn && chunk[dot + 2] === lineFeed) {
          this.#position = dot + 3;
          return body.finish(true);
        }
        start = dot + 1;
        scan = start;
        continue;
      }
      // Nothing decided: keep back what may be the beginning of CRLF, dot, CRLF and ask for more.
      const keepFrom = hit >= 0 ? hit : Math.max(scan, chunk.length - undecidedTail(chunk));
      if (keepFrom > start) body.add(chunk.subarray(start, keepFrom));
      if (body.seenBytes > skipLimitBytes) {
        this.fail(conversationError(this.where, `${body.seenBytes} bytes came in answer to ${this.#doing}`));
      }
      if (
        !(await this.#refill(keepFrom).then(
          () => true,
          (error) => survived(error, body),
        ))
      )
        return body.finish(false);
      scan = 0;
      start = Math.max(0, start - keepFrom);
    }
  }

  /** Ends the conversation at once with `error` and returns the error in force (the first one wins). */
  fail(error: MailroomError): MailroomError {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#chunk = noBytes;
    this.#position = 0;
    this.#end(error);
    this.#socket.destroy();
    return this.#failure ?? error;
  }

  /** Lets go of the socket for a TLS handshake; bytes that came before it are thrown away, never read as answers (RFC 2595 4). */
  detach(): Duplex {
    this.#watchdog.abort(over);
    this.#socket.pause();
    this.#socket.off('data', this.#onData);
    if (this.#reads !== undefined) this.#reads.listener = undefined;
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('close', this.#onEnd);
    this.#socket.off('error', this.#onError);
    while (this.#socket.read() !== null);
    this.#queue = [];
    this.#chunk = noBytes;
    this.#position = 0;
    return this.#socket;
  }

  async #readLine(): Promise<string> {
    let from = this.#position;
    for (;;) {
      const end = this.#chunk.indexOf(lineFeed, from);
      const length = (end >= 0 ? end : this.#chunk.length) - this.#position;
      if (length > maxLineBytes) {
        throw this.fail(conversationError(this.where, `a line of more than ${maxLineBytes} bytes came`));
      }
      if (end >= 0) {
        const stop = end > this.#position && this.#chunk[end - 1] === carriageReturn ? end - 1 : end;
        const line = this.#chunk.toString('utf8', this.#position, stop);
        this.#position = end + 1;
        return line;
      }
      from = this.#chunk.length - this.#position;
      await this.#refill(this.#position);
    }
  }

  /** Replaces the chunk by its bytes from `keepFrom` on and the next ones. */
  async #refill(keepFrom: number): Promise<void> {
    const last = this.#chunk;
    const kept = last.subarray(keepFrom);
    const next = await this.#nextChunk();
    this.#chunk = kept.length === 0 ? next : Buffer.concat([kept, next]);
    this.#position = 0;
    this.#reads?.give(last);
    if (kept.length > 0) this.#reads?.give(next);
  }

  #nextChunk(): Promise<Buffer> {
    const next = this.#queue.shift();
    if (next !== undefined) {
      this.#queuedBytes -= next.length;
      if (this.#queuedBytes < pauseAboveBytes && this.#socket.isPaused()) this.#socket.resume();
      return Promise.resolve(next);
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    void this.#watch();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #take(data: Buffer): void {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve(data);
      return;
    }
    this.#queue.push(data);
    this.#queuedBytes += data.length;
    if (this.#queuedBytes >= pauseAboveBytes) this.#socket.pause();
  }

  #end(error: MailroomError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#watchdog.abort(over);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /** Fails the stream when a read outlives its deadline; one sleeper serves many reads, so a message costs no timer. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    for (;;) {
      const left = this.#deadline - this.#clock.now().getTime();
      if (left <= 0) break;
      await this.#clock.sleep(left, this.#watchdog.signal);
      if (this.#waiting === undefined || this.#failure !== undefined) break;
    }
    this.#watching = false;
    if (this.#waiting !== undefined && this.#failure === undefined) {
      this.fail(timeoutError(this.where, this.#doing, this.#timeoutMs));
    }
  }
}

/** Rethrows unless the body is over its limit already, and the caller did not stop us: then what is known suffices. */
function survived(error: unknown, body: BodyCollector): false {
  if (body.isOver && !(error instanceof MailroomError && error.code === pop3Aborted)) return false;
  throw error;
}

/** How many bytes at the end of `chunk` may begin CRLF, dot. */
function undecidedTail(chunk: Buffer): number {
  const last = chunk[chunk.length - 1];
  if (last === carriageReturn) return 1;
  return last === lineFeed && chunk[chunk.length - 2] === carriageReturn ? 2 : 0;
}

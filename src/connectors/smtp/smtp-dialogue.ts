import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import { ReplyReader } from './reply-reader.ts';
import { abortedError, networkError, timeoutError } from './smtp-errors.ts';
import type { SmtpReply } from './smtp-reply.ts';
import { startTls } from './smtp-socket.ts';
import { Watchdog } from './watchdog.ts';

/** One command, or one group of them, that is running. */
export interface Exchange {
  /** What we were at, for errors: "signing in". */
  readonly doing: string;
  readonly signal: AbortSignal;
  /** True once the server may have taken the message. */
  readonly isUncertain?: () => boolean;
}

/** Replies not asked for yet; a server that goes on is cut off here. */
const mostUnread = 5000;

/**
 * The client's end of one SMTP connection: lines out, replies in, in order (RFC 5321 4.2, RFC 2920). Once it failed it stays failed;
 * replies that came before are still read.
 */
export class SmtpDialogue {
  readonly #endpoint: Endpoint;
  readonly #watchdog: Watchdog;
  #socket: Socket;
  readonly #reader = new ReplyReader();
  #unread: SmtpReply[] = [];
  #exchange: Exchange | undefined;
  #failure: MailroomError | undefined;
  #wake: (() => void) | undefined;
  readonly #onData = (chunk: Buffer): void => this.#take(chunk);
  readonly #onError = (error: Error): void => this.#break(error);
  readonly #onClose = (): void => this.#break(new Error('closed by the server'));
  readonly #onDrain = (): void => this.#wake?.();

  constructor(endpoint: Endpoint, clock: Clock, socket: Socket) {
    this.#endpoint = endpoint;
    this.#watchdog = new Watchdog(clock);
    this.#socket = socket;
    this.#listen();
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** True when a reply came that nobody has read. */
  get hasUnread(): boolean {
    return this.#unread.length > 0;
  }

  /** Runs `work` with the one deadline it has, which each reply and each write begins anew. Throws MailroomError. */
  async run<T>(exchange: Exchange, work: () => Promise<T>): Promise<T> {
    const { doing, signal } = exchange;
    const isUncertain = (): boolean => exchange.isUncertain?.() ?? false;
    if (signal.aborted) throw abortedError(this.#endpoint, doing, false);
    const onAbort = (): void => this.#break(abortedError(this.#endpoint, doing, isUncertain()));
    signal.addEventListener('abort', onAbort);
    this.#exchange = exchange;
    this.#watchdog.watch(this.#endpoint.timeoutMs, () =>
      this.#break(timeoutError(this.#endpoint, doing, isUncertain())),
    );
    try {
      return await work();
    } catch (thrown) {
      throw asMailroomError(thrown);
    } finally {
      this.#exchange = undefined;
      this.#watchdog.rest();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Sends bytes or whole lines, CRLF included; resolves once more may be sent, or when a reply came meanwhile. */
  async write(data: string | Buffer): Promise<void> {
    this.#throwFailure();
    this.#watchdog.refresh();
    if (this.#socket.write(data)) return;
    while (this.#socket.writableNeedDrain && this.#unread.length === 0 && this.#failure === undefined) {
      await this.#untilWoken();
    }
  }

  /** The next reply. */
  async reply(): Promise<SmtpReply> {
    for (;;) {
      const next = this.#unread.shift();
      if (next !== undefined) return next;
      this.#throwFailure();
      await this.#untilWoken();
    }
  }

  /** Goes on over TLS (RFC 3207): what the server said in plain text behind its consent is forged, and ends the conversation. */
  async secure(trust: SecureContext | undefined): Promise<void> {
    if (this.#unread.length > 0 || !this.#reader.isEmpty) {
      this.#break(new Error('the server spoke in plain text where TLS had to begin'));
    }
    this.#throwFailure();
    this.#unlisten();
    const secured = startTls(this.#socket, this.#endpoint, trust);
    let isDone = false;
    secured.once('secureConnect', () => {
      isDone = true;
      this.#wake?.();
    });
    this.#socket = secured;
    this.#listen();
    while (!isDone) {
      this.#throwFailure();
      await this.#untilWoken();
    }
  }

  /** Ends the connection from our side; resolves when the server has closed it too. */
  untilClosed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve();
      this.#socket.once('close', () => resolve());
      this.#socket.end();
    });
  }

  /** Drops the connection at once. */
  abort(): void {
    this.#break(new Error('dropped'));
  }

  #listen(): void {
    this.#socket.on('data', this.#onData);
    this.#socket.on('error', this.#onError);
    this.#socket.on('end', this.#onClose);
    this.#socket.on('close', this.#onClose);
    this.#socket.on('drain', this.#onDrain);
  }

  #unlisten(): void {
    this.#socket.on('error', () => undefined);
    this.#socket.off('data', this.#onData);
    this.#socket.off('error', this.#onError);
    this.#socket.off('end', this.#onClose);
    this.#socket.off('close', this.#onClose);
    this.#socket.off('drain', this.#onDrain);
  }

  #take(chunk: Buffer): void {
    const replies = this.#reader.read(chunk);
    if (replies.length === 0) return;
    this.#watchdog.refresh();
    this.#unread.push(...replies);
    if (this.#unread.length > mostUnread) this.#break(new Error('the server speaks without being asked'));
    this.#wake?.();
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #break(cause: Error): void {
    if (this.#failure !== undefined) return;
    const { doing = 'waiting', isUncertain } = this.#exchange ?? {};
    this.#failure =
      cause instanceof MailroomError ? cause : networkError(this.#endpoint, doing, cause, isUncertain?.() ?? false);
    this.#watchdog.stop();
    this.#socket.destroy();
    this.#wake?.();
  }
}

import type { SecureContext } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import { Deadline } from './deadline.ts';
import { MessageStream } from './message-stream.ts';
import { ReplyReader } from './reply-reader.ts';
import { retryAfterOf } from './retry-after.ts';
import { sendPrepared } from './send-prepared.ts';
import type { PreparedEnvelope } from './smtp-envelope.ts';
import { abortedError, networkError, refusalError, timeoutError } from './smtp-errors.ts';
import { parseExtensions, type SmtpExtensions } from './smtp-extensions.ts';
import { judgeReply, type SmtpStage } from './smtp-outcome.ts';
import { parseSmtpReply, type SmtpReply } from './smtp-reply.ts';
import { signInTo } from './smtp-sign-in.ts';
import { openSocket } from './smtp-socket.ts';
import { reportTransaction, type TransactionEnd } from './transaction-report.ts';

/** A reply is a few lines; a server that goes on is cut off here, bytes. */
const longestReplyBytes = 65_536;
/** How long a server may take to say goodbye, milliseconds; nothing depends on its answer. */
const quitMs = 2000;
/** Our own deadlines rule; the library's are set too far off to fire first. */
const neverMs = 2_000_000_000;

type Done<T> = (error?: Error | null, result?: T) => void;

/** One command, or one group of them, that is running. */
interface Command {
  readonly doing: string;
  readonly signal: AbortSignal;
  /** True once the server may have taken the message. */
  readonly isUncertain?: () => boolean;
}

/** What a transaction came to and what it was thrown out by, if it was. */
export interface Transmission {
  readonly end: TransactionEnd;
  /** Why the conversation broke; always set when `end` is unfinished. */
  readonly broken: MailroomError | undefined;
}

/** One SMTP connection, signed in, used for one message after the other (RFC 5321 3, RFC 2920). */
export class SmtpSession {
  readonly endpoint: Endpoint;
  /** First line of the server's answer to EHLO. */
  helloReply = '';
  /** The server's answer to the sign-in; empty without one. */
  signInReply = '';
  /** Messages for which a transaction was begun here. */
  transactions = 0;
  extensions: SmtpExtensions = { keywords: new Set(), mechanisms: new Set(), sizeLimitBytes: 0 };
  readonly #clock: Clock;
  readonly #connection: SMTPConnection;
  #replies: SmtpReply[] = [];
  #deadline: Deadline | undefined;
  #fail: ((error: Error) => void) | undefined;
  #usable = true;
  #needsReset = false;

  private constructor(endpoint: Endpoint, clock: Clock, connection: SMTPConnection) {
    this.endpoint = endpoint;
    this.#clock = clock;
    this.#connection = connection;
    connection.on('error', (error: Error) => this.#onEnd(error));
    connection.on('end', () => this.#onEnd(new Error('closed by the server')));
  }

  /** Connects, secures and signs in; a MailroomError tells which of these failed and why. */
  static async open(
    endpoint: Endpoint,
    trust: SecureContext | undefined,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<SmtpSession> {
    const socket = await openSocket(endpoint, trust, clock, signal);
    const connection = new SMTPConnection({
      host: endpoint.host,
      port: endpoint.port,
      connection: socket,
      secure: endpoint.security === 'tls',
      secured: endpoint.security === 'tls',
      requireTLS: endpoint.security === 'starttls',
      ignoreTLS: endpoint.security === 'none',
      tls: { minVersion: 'TLSv1.2', ...(trust === undefined ? {} : { secureContext: trust }) },
      name: endpoint.clientName,
      connectionTimeout: neverMs,
      greetingTimeout: neverMs,
      socketTimeout: neverMs,
      socketCloseTimeout: 0,
      maxResponseSize: longestReplyBytes,
    });
    const session = new SmtpSession(endpoint, clock, connection);
    await session.#shakeHands(signal);
    await session.#signIn(signal);
    return session;
  }

  /** True while another message can be sent here. */
  get usable(): boolean {
    return this.#usable && !this.#connection.destroyed;
  }

  /** True when something was left over that RSET must clear before the next message. */
  get needsReset(): boolean {
    return this.#needsReset;
  }

  /** RSET: clears a refused transaction, and shows whether an idle line still lives (RFC 5321 4.1.1.5). Throws MailroomError. */
  async reset(signal: AbortSignal): Promise<void> {
    try {
      await this.#run<boolean>({ doing: 'resetting the connection', signal }, (done) => this.#connection.reset(done));
      this.#needsReset = false;
    } catch (error) {
      this.abort();
      throw this.#refusal(error, 'reset') ?? error;
    }
  }

  /** One whole transaction; never throws. `recipients` name those of `prepared` in the report, in the same order. */
  async transmit(
    prepared: PreparedEnvelope,
    recipients: readonly string[],
    raw: Buffer,
    signal: AbortSignal,
  ): Promise<Transmission> {
    const replies: SmtpReply[] = [];
    let begun = false;
    const stream = new MessageStream(raw, () => {
      this.#deadline?.refresh();
      if (String(replies[replies.length - 1]?.code)[0] !== '3')
        throw new Error('the server did not ask for the message');
      begun = true;
    });
    this.#replies = replies;
    this.transactions += 1;
    this.#needsReset = true;
    const isUncertain = () => begun && stream.finished;
    const broken = await this.#run({ doing: 'sending a message', signal, isUncertain }, (done) =>
      sendPrepared(this.#connection, prepared, stream, done),
    ).then(
      () => undefined,
      (error: unknown) => this.#asMailroomError(error, 'sending a message', isUncertain()),
    );
    stream.destroy();
    const end = reportTransaction(recipients, replies);
    const cutShort = begun && !stream.finished;
    if (end.kind !== 'report' || cutShort) this.abort();
    else if (broken === undefined) this.#needsReset = false;
    return cutShort && broken === undefined ? this.#answeredTooEarly() : { end, broken };
  }

  /** QUIT and close; never throws and never takes longer than two seconds. */
  quit(): Promise<void> {
    if (!this.usable) return Promise.resolve(this.abort());
    this.#usable = false;
    return new Promise((resolve) => {
      const giveUp = new Deadline(this.#clock, quitMs, () => this.#connection.close());
      this.#connection.once('end', () => {
        giveUp.cancel();
        resolve();
      });
      this.#connection.quit();
    });
  }

  /** Drops the connection at once. */
  abort(): void {
    this.#usable = false;
    this.#connection.close();
  }

  async #shakeHands(signal: AbortSignal): Promise<void> {
    try {
      await this.#run<void>({ doing: 'greeting the server', signal }, (done) => this.#connection.connect(done));
    } catch (error) {
      this.abort();
      throw this.#refusal(error, stageOf(error)) ?? this.#asMailroomError(error, 'greeting the server', false);
    }
    const hello = String(this.#connection.lastServerResponse);
    this.helloReply = parseSmtpReply(hello.split('\n')[0] ?? '').text;
    this.extensions = parseExtensions(hello);
    this.#listen();
  }

  async #signIn(signal: AbortSignal): Promise<void> {
    if (this.endpoint.signIn.kind === 'none') return;
    try {
      await this.#run<boolean>({ doing: 'signing in', signal }, (done) =>
        signInTo(this.#connection, this.endpoint, this.extensions, done),
      );
      this.signInReply = parseSmtpReply(String(this.#connection.lastServerResponse)).text;
    } catch (error) {
      this.abort();
      throw this.#refusal(error, 'auth') ?? this.#asMailroomError(error, 'signing in', false);
    }
  }

  /** Runs one command with the one deadline it has, which each complete reply and each slice of a message begins anew. */
  #run<T>(command: Command, start: (done: Done<T>) => void): Promise<T | undefined> {
    const { doing, signal } = command;
    const isUncertain = () => command.isUncertain?.() ?? false;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        this.#deadline?.cancel();
        signal.removeEventListener('abort', onAbort);
        this.#fail = undefined;
        finish();
      };
      const drop = (error: MailroomError) => {
        settle(() => reject(error));
        this.abort();
      };
      const onAbort = () => drop(abortedError(this.endpoint, doing, isUncertain()));
      if (signal.aborted) return reject(abortedError(this.endpoint, doing, false));
      this.#deadline = new Deadline(this.#clock, this.endpoint.timeoutMs, () =>
        drop(timeoutError(this.endpoint, doing, isUncertain())),
      );
      signal.addEventListener('abort', onAbort);
      this.#fail = (error) => settle(() => reject(error));
      start((error, result) => settle(() => (error ? reject(error) : resolve(result))));
    });
  }

  /** Replies are noted before the library acts on them, so that none is lost when the server closes right behind it. */
  #listen(): void {
    const reader = new ReplyReader();
    const socket = this.#connection._socket;
    if (!socket) return;
    socket.prependListener('data', (chunk: Buffer) => {
      const complete = reader.read(chunk);
      if (complete.length > 0) this.#deadline?.refresh();
      this.#replies.push(...complete);
    });
  }

  #onEnd(error: Error): void {
    this.#usable = false;
    this.#fail?.(error);
  }

  /** A message accepted before it was whole: whatever the server has, it is not what was to be sent. */
  #answeredTooEarly(): Transmission {
    const cause = new Error('the server accepted the message before it was complete');
    return { end: { kind: 'unfinished' }, broken: networkError(this.endpoint, 'sending a message', cause, true) };
  }

  /** The error of a refusal the library reported with the server's reply; undefined when there was none. */
  #refusal(error: unknown, stage: SmtpStage): MailroomError | undefined {
    const response = (error as { response?: unknown }).response;
    if (typeof response !== 'string') return undefined;
    const reply = parseSmtpReply(response);
    const verdict = judgeReply(stage, reply);
    const failed = verdict.verdict === 'failed' ? verdict : unexpected;
    return refusalError(this.endpoint, stage, reply, failed, retryAfterOf(reply.text));
  }

  #asMailroomError(error: unknown, doing: string, uncertain: boolean): MailroomError {
    return error instanceof MailroomError ? error : networkError(this.endpoint, doing, error, uncertain);
  }
}

const unexpected = { verdict: 'failed', kind: 'transient', code: 'mr_SmtpProtocol' } as const;

function stageOf(error: unknown): SmtpStage {
  const command = (error as { command?: unknown }).command;
  if (command === 'STARTTLS') return 'starttls';
  return command === 'EHLO' || command === 'HELO' ? 'hello' : 'greeting';
}

import { hostname } from 'node:os';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import { retryAfterOf } from './retry-after.ts';
import { SmtpDialogue } from './smtp-dialogue.ts';
import type { PreparedMessage } from './smtp-envelope.ts';
import { networkError, refusalError } from './smtp-errors.ts';
import { parseExtensions, type SmtpExtensions } from './smtp-extensions.ts';
import { judgeReply, type SmtpStage } from './smtp-outcome.ts';
import type { SmtpReply } from './smtp-reply.ts';
import { signInTo } from './smtp-sign-in.ts';
import { openSocket } from './smtp-socket.ts';
import { SmtpTransaction } from './smtp-transaction.ts';
import { reportTransaction, type TransactionEnd } from './transaction-report.ts';
import { Watchdog } from './watchdog.ts';

/** How long a server may take to say goodbye, milliseconds; nothing depends on its answer. */
const quitMs = 2000;

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
  extensions: SmtpExtensions = { keywords: new Set(), mechanisms: new Set(), sizeLimitBytes: 0, mostRecipients: 0 };
  readonly #clock: Clock;
  readonly #dialogue: SmtpDialogue;
  #isUsable = true;
  #needsReset = false;
  #announced: PreparedMessage | undefined;

  private constructor(endpoint: Endpoint, clock: Clock, dialogue: SmtpDialogue) {
    this.endpoint = endpoint;
    this.#clock = clock;
    this.#dialogue = dialogue;
  }

  /** Connects, secures and signs in; a MailroomError tells which of these failed and why. */
  static async open(
    endpoint: Endpoint,
    trust: SecureContext | undefined,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<SmtpSession> {
    const socket = await openSocket(endpoint, trust, clock, signal);
    const session = new SmtpSession(endpoint, clock, new SmtpDialogue(endpoint, clock, socket));
    try {
      await session.#dialogue.run({ doing: 'greeting the server', signal }, () => session.#shakeHands(trust));
      await session.#dialogue.run({ doing: 'signing in', signal }, () => session.#signIn());
    } catch (error) {
      session.abort();
      throw error;
    }
    return session;
  }

  /** True while another message can be sent here: only `announced`, where there is one. */
  get usable(): boolean {
    return this.#isUsable && this.#dialogue.isOpen && (this.#announced !== undefined || !this.#dialogue.hasUnread);
  }

  /** The message whose envelope the server has already: nothing else can be said here before it. */
  get announced(): PreparedMessage | undefined {
    return this.#announced;
  }

  /** True when something was left over that RSET must clear before the next message. */
  get needsReset(): boolean {
    return this.#needsReset;
  }

  /** RSET: clears a refused transaction, and shows whether an idle line still lives (RFC 5321 4.1.1.5). Throws MailroomError. */
  async reset(signal: AbortSignal): Promise<void> {
    try {
      await this.#dialogue.run({ doing: 'resetting the connection', signal }, () => this.#command('reset', 'RSET'));
      this.#needsReset = false;
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  /** One whole transaction; never throws. `next` is asked as the message goes out, and what it names is announced. */
  async transmit(
    message: PreparedMessage,
    signal: AbortSignal,
    permission?: Promise<void>,
    next?: () => PreparedMessage | undefined,
  ): Promise<Transmission> {
    const isAnnounced = this.#announced === message;
    const pipelining = this.extensions.keywords.has('PIPELINING');
    const transaction = new SmtpTransaction(this.#dialogue, message, { pipelining, isAnnounced, permission, next });
    this.#announced = undefined;
    this.transactions += 1;
    this.#needsReset = true;
    const exchange = { doing: 'sending a message', signal, isUncertain: () => transaction.isWhole };
    const broken = await this.#dialogue.run(exchange, () => transaction.run()).then(() => undefined, asMailroomError);
    if (isAnnounced && transaction.replies[0]?.code === outOfTurn) return this.#takesNoneBehindAnother();
    const end = reportTransaction(message.recipients, transaction.replies);
    this.#announced = transaction.announced;
    if (end.kind !== 'report' || transaction.isCutShort) this.abort();
    else if (isAnyAccepted(end)) this.#needsReset = false;
    return transaction.isCutShort && isAnyAccepted(end) ? this.#answeredTooEarly() : { end, broken };
  }

  /** QUIT and close; never throws and never takes longer than two seconds. */
  async quit(): Promise<void> {
    if (!this.usable || this.#announced !== undefined) return this.abort();
    this.#isUsable = false;
    const patience = new Watchdog(this.#clock);
    patience.watch(quitMs, () => this.abort());
    await this.#dialogue.write('QUIT\r\n').catch(() => undefined);
    await this.#dialogue.untilClosed();
    patience.stop();
    this.abort();
  }

  /** Drops the connection at once. */
  abort(): void {
    this.#isUsable = false;
    this.#dialogue.abort();
  }

  async #shakeHands(trust: SecureContext | undefined): Promise<void> {
    this.#accepted('greeting', await this.#dialogue.reply());
    await this.#hello();
    if (this.endpoint.security !== 'starttls') return;
    await this.#command('starttls', 'STARTTLS');
    await this.#dialogue.secure(trust);
    await this.#hello();
  }

  /** EHLO, or HELO where the server does not know it (RFC 5321 4.1.1.1). */
  async #hello(): Promise<void> {
    const name = clientName(this.endpoint);
    await this.#dialogue.write(`EHLO ${name}\r\n`);
    let reply = await this.#dialogue.reply();
    if (judgeReply('hello', reply).verdict !== 'accepted' && reply.code !== 421) {
      await this.#dialogue.write(`HELO ${name}\r\n`);
      reply = await this.#dialogue.reply();
    }
    this.#accepted('hello', reply);
    this.helloReply = reply.lines[0] ?? '';
    this.extensions = parseExtensions(reply.lines);
  }

  async #signIn(): Promise<void> {
    const reply = await signInTo(this.#dialogue, this.endpoint, this.extensions);
    if (reply !== undefined) this.signInReply = this.#accepted('auth', reply).text;
  }

  async #command(stage: SmtpStage, line: string): Promise<void> {
    await this.#dialogue.write(`${line}\r\n`);
    this.#accepted(stage, await this.#dialogue.reply());
  }

  #accepted(stage: SmtpStage, reply: SmtpReply): SmtpReply {
    const verdict = judgeReply(stage, reply);
    if (verdict.verdict === 'accepted') return reply;
    const failed = verdict.verdict === 'failed' ? verdict : unexpected;
    throw refusalError(this.endpoint, stage, reply, failed, retryAfterOf(reply.text));
  }

  /** A server that offers groups of commands and yet takes none behind a message: nothing was handed over. */
  #takesNoneBehindAnother(): Transmission {
    this.abort();
    const cause = new Error('the server takes no envelope behind a message');
    return { end: { kind: 'unfinished' }, broken: networkError(this.endpoint, 'sending a message', cause, false) };
  }

  /** A message accepted before it was whole: whatever the server has, it is not what was to be sent. */
  #answeredTooEarly(): Transmission {
    const cause = new Error('the server accepted the message before it was complete');
    return { end: { kind: 'unfinished' }, broken: networkError(this.endpoint, 'sending a message', cause, true) };
  }
}

/** Bad sequence of commands. */
const outOfTurn = 503;

const unexpected = { verdict: 'failed', kind: 'transient', code: 'mr_SmtpProtocol' } as const;

const isAnyAccepted = (end: TransactionEnd): boolean =>
  end.kind === 'report' && end.report.recipients.some((one) => one.outcome === 'accepted');

/** The name we give: the configured one, the machine's full name, or its address (RFC 5321 4.1.3). */
function clientName(endpoint: Endpoint): string {
  const name = (endpoint.clientName ?? hostname()).replace(/[^\w.:[\]-]/g, '');
  return name.includes('.') ? name : '[127.0.0.1]';
}

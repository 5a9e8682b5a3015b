import { asMailroomError } from '../../base/errors.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import type {
  AskPermission,
  MailSender,
  NextMail,
  OutgoingMail,
  RecipientOutcome,
  SendReport,
} from '../../contracts/mail-sender.ts';
import { afterError, joinReports, putOffByNumber } from './recipient-groups.ts';
import { retryAfterOf } from './retry-after.ts';
import type { SmtpConnectionPool } from './smtp-connection-pool.ts';
import { isSendable, type PreparedMessage, prepareEnvelope } from './smtp-envelope.ts';
import { abortedError, networkError, refusalError, withoutSecrets } from './smtp-errors.ts';
import type { SmtpSession, Transmission } from './smtp-session.ts';

/** One message to be sent, on whichever connection. */
interface Order {
  readonly mail: OutgoingMail;
  readonly signal: AbortSignal;
  readonly permission: Promise<void> | undefined;
  readonly isForbidden: () => boolean;
  readonly next: NextMail | undefined;
}

/** Sends finished messages over a pool of SMTP connections (behaviour OU-10 to OU-13). */
export class SmtpSender implements MailSender {
  readonly #endpoint: Endpoint;
  readonly #pool: SmtpConnectionPool;
  /** False once a connection broke on an envelope that went along with the message before. */
  #mayAnnounce = true;

  constructor(endpoint: Endpoint, pool: SmtpConnectionPool) {
    this.#endpoint = endpoint;
    this.#pool = pool;
  }

  /**
   * Sends one message and tells the fate of every recipient. Throws MailroomError as the contract says; a line that
   * broke before the message could have been accepted is tried once more on a fresh connection when it was a used one.
   * More recipients than the server or the profile takes at once get a copy of their own (RFC 5321 4.5.3.1.10, RFC 9422).
   */
  async send(mail: OutgoingMail, signal: AbortSignal, ask?: AskPermission, next?: NextMail): Promise<SendReport> {
    if (signal.aborted) throw abortedError(this.#endpoint, 'sending a message', false);
    const addresses = [...new Set(mail.envelope.to)];
    const recipients = addresses.filter(isSendable);
    if (recipients.length === 0) return mergeInvalid(addresses, { recipients: [], serverReply: notAsked });
    // Asked at once: the envelope goes ahead meanwhile.
    const permission = ask?.();
    let isForbidden = false;
    permission?.catch(() => {
      isForbidden = true;
    });
    const order: Order = { mail, signal, permission, isForbidden: () => isForbidden, next };
    const report = await this.#sendCopies(order, recipients);
    return mergeInvalid(addresses, this.#withoutSecrets(report));
  }

  /** One copy after the other until every recipient has a fate; once somebody has the message, an error is the fate of those left. */
  async #sendCopies(order: Order, recipients: readonly string[]): Promise<SendReport> {
    const reports: SendReport[] = [];
    let left = recipients;
    let most = this.#endpoint.maxRecipients ?? recipients.length;
    while (left.length > 0) {
      const group: string[] = [];
      try {
        const report = await this.#transmit(order, left.slice(0, most), group);
        const over = putOffByNumber(report);
        reports.push(report);
        left = [...over, ...left.slice(group.length)];
        if (over.length > 0) most = group.length - over.length;
      } catch (thrown) {
        if (reports.length === 0) throw thrown;
        reports.push(afterError(asMailroomError(thrown), group, left.slice(group.length)));
        left = [];
      }
    }
    return joinReports(reports, recipients);
  }

  /** One copy to as many of `recipients` as the server takes; `group` is filled with them. */
  async #transmit(order: Order, recipients: readonly string[], group: string[]): Promise<SendReport> {
    const { signal } = order;
    for (;;) {
      const session = await this.#pool.acquire(signal, order.mail);
      const wasUsed = session.transactions > 0;
      const wasAnnounced = session.announced !== undefined;
      const { end, broken } = await this.#onSession(session, order, recipients, group);
      if (end.kind === 'report') return end.report;
      if (order.isForbidden()) await order.permission;
      const uncertain = broken?.uncertain === true;
      if (wasAnnounced && !uncertain) this.#mayAnnounce = false;
      if (wasUsed && !uncertain && !signal.aborted && isLineTrouble(end)) continue;
      if (end.kind === 'unfinished') throw broken ?? unexplained(this.#endpoint);
      throw refusalError(this.#endpoint, end.stage, end.reply, end.verdict, retryAfterOf(end.reply.text));
    }
  }

  async #onSession(
    session: SmtpSession,
    order: Order,
    recipients: readonly string[],
    group: string[],
  ): Promise<Transmission> {
    const { mail, signal, permission } = order;
    try {
      const some = recipients.slice(0, session.extensions.mostRecipients || recipients.length);
      group.splice(0, group.length, ...(session.announced?.recipients ?? some));
      const message = session.announced ?? this.#prepare(session, mail, group);
      const isLast = group.length === recipients.length;
      const next = isLast ? () => this.#announceable(session, order) : undefined;
      return await session.transmit(message, signal, permission, next);
    } finally {
      this.#pool.release(session);
    }
  }

  #prepare(session: SmtpSession, mail: OutgoingMail, recipients: readonly string[]): PreparedMessage {
    const envelope = prepareEnvelope(mail, recipients, this.#endpoint, session.extensions);
    return { mail, recipients: [...recipients], envelope };
  }

  /** What comes next, if it can go whole on this connection and nobody else waits for it. */
  #announceable(session: SmtpSession, order: Order): PreparedMessage | undefined {
    if (!this.#mayAnnounce || this.#pool.isWanted || order.signal.aborted) return undefined;
    const mail = order.next?.();
    if (mail === undefined) return undefined;
    const recipients = [...new Set(mail.envelope.to)].filter(isSendable);
    const ofServer = session.extensions.mostRecipients || recipients.length;
    const most = Math.min(this.#endpoint.maxRecipients ?? recipients.length, ofServer);
    if (recipients.length === 0 || recipients.length > most) return undefined;
    try {
      return this.#prepare(session, mail, recipients);
    } catch {
      // It is refused when its own turn comes.
      return undefined;
    }
  }

  #withoutSecrets(report: SendReport): SendReport {
    const { signIn } = this.#endpoint;
    if (signIn.kind === 'none') return report;
    const clean = (text: string) => withoutSecrets(text, signIn);
    const recipients = report.recipients.map((one) => ({ ...one, reply: clean(one.reply) }));
    return { ...report, recipients, serverReply: clean(report.serverReply) };
  }
}

const notAsked = 'not sent: no recipient has a valid mail address';

/** The line broke, or the server wanted to end it (421) before it had the message: nothing was accepted. */
function isLineTrouble(end: Transmission['end']): boolean {
  return end.kind === 'unfinished' || (end.kind === 'failed' && end.reply.code === 421 && end.stage !== 'content');
}

function unexplained(endpoint: Endpoint) {
  return networkError(endpoint, 'sending a message', new Error('too few replies'), false);
}

/** Adds the recipients the server was not asked about, in the order of the envelope. */
function mergeInvalid(addresses: readonly string[], report: SendReport): SendReport {
  if (report.recipients.length === addresses.length) return report;
  const told = new Map(report.recipients.map((one) => [one.address, one]));
  const recipients = addresses.map(
    (address): RecipientOutcome =>
      told.get(address) ?? { address, outcome: 'rejected', reply: 'not sent: this is not a valid mail address' },
  );
  return { ...report, recipients };
}

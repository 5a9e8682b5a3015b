import type { Endpoint } from '../../contracts/connector.ts';
import type { MailSender, OutgoingMail, RecipientOutcome, SendReport } from '../../contracts/mail-sender.ts';
import { retryAfterOf } from './retry-after.ts';
import type { SmtpConnectionPool } from './smtp-connection-pool.ts';
import { isSendable, prepareEnvelope } from './smtp-envelope.ts';
import { abortedError, networkError, refusalError, withoutSecrets } from './smtp-errors.ts';
import type { SmtpSession, Transmission } from './smtp-session.ts';

/** One message to be sent, on whichever connection. */
interface Order {
  readonly mail: OutgoingMail;
  readonly recipients: readonly string[];
  readonly signal: AbortSignal;
  readonly permission: Promise<void> | undefined;
  readonly isForbidden: () => boolean;
}

/** Sends finished messages over a pool of SMTP connections (behaviour OU-10 to OU-13). */
export class SmtpSender implements MailSender {
  readonly #endpoint: Endpoint;
  readonly #pool: SmtpConnectionPool;

  constructor(endpoint: Endpoint, pool: SmtpConnectionPool) {
    this.#endpoint = endpoint;
    this.#pool = pool;
  }

  /**
   * Sends one message and tells the fate of every recipient. Throws MailroomError as the contract says; a line that
   * broke before the message could have been accepted is tried once more on a fresh connection when it was a used one.
   */
  async send(mail: OutgoingMail, signal: AbortSignal, permission?: Promise<void>): Promise<SendReport> {
    let isForbidden = false;
    permission?.catch(() => {
      isForbidden = true;
    });
    if (signal.aborted) throw abortedError(this.#endpoint, 'sending a message', false);
    const addresses = [...new Set(mail.envelope.to)];
    const recipients = addresses.filter(isSendable);
    if (recipients.length === 0) return mergeInvalid(addresses, { recipients: [], serverReply: notAsked });
    const order: Order = { mail, recipients, signal, permission, isForbidden: () => isForbidden };
    return mergeInvalid(addresses, this.#withoutSecrets(await this.#transmit(order)));
  }

  async #transmit(order: Order): Promise<SendReport> {
    const { signal } = order;
    for (;;) {
      const session = await this.#pool.acquire(signal);
      const wasUsed = session.transactions > 0;
      const { end, broken } = await this.#onSession(session, order);
      if (end.kind === 'report') return end.report;
      if (order.isForbidden()) await order.permission;
      const uncertain = broken?.uncertain === true;
      if (wasUsed && !uncertain && !signal.aborted && isLineTrouble(end)) continue;
      if (end.kind === 'unfinished') throw broken ?? unexplained(this.#endpoint);
      throw refusalError(this.#endpoint, end.stage, end.reply, end.verdict, retryAfterOf(end.reply.text));
    }
  }

  async #onSession(session: SmtpSession, order: Order): Promise<Transmission> {
    const { mail, recipients, signal, permission } = order;
    try {
      const prepared = prepareEnvelope(mail, recipients, this.#endpoint, session.extensions);
      return await session.transmit(prepared, recipients, mail.raw, signal, permission);
    } finally {
      this.#pool.release(session);
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

import type { Clock } from '../../base/clock.ts';
import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { AskPermission, MailSender, OutgoingMail, SendReport, SentFate } from '../../contracts/mail-sender.ts';
import { createMimeMessage, type ItemRef } from './operations/create-mime-message.ts';
import { deleteItems } from './operations/delete-item.ts';
import { findByMessageId } from './operations/find-by-message-id.ts';
import { sendItem } from './operations/send-item.ts';
import type { EwsClient } from './soap/ews-client.ts';
import { withBcc } from './with-bcc.ts';

const drafts = { distinguished: 'drafts' } as const;
const sentItems = { distinguished: 'sentitems' } as const;
/** Where a message that left may be: on its way, kept, or thrown away by its owner since. */
const afterwards = [sentItems, { distinguished: 'outbox' }, { distinguished: 'deleteditems' }] as const;

/** Pauses before the server is asked again about a message of unknown fate, milliseconds: a line that broke is often back at once. */
const askAgainMs = [500, 2_000, 5_000];

export interface ExchangeSenderOptions {
  /** OU-14: keep a copy in the mailbox's Sent Items. */
  readonly savesCopy: boolean;
  readonly clock: Clock;
}

/**
 * Sends over EWS: the message is stored as a draft first, then sent by its id, so that a line cut in between leaves a draft and no
 * second mail (OU-06). After a cut during the sending itself the fate is looked up: in Sent Items it went, in Drafts it did not.
 */
export class ExchangeSender implements MailSender {
  readonly #client: EwsClient;
  readonly #options: ExchangeSenderOptions;

  constructor(client: EwsClient, options: ExchangeSenderOptions) {
    this.#client = client;
    this.#options = options;
  }

  async send(mail: OutgoingMail, signal: AbortSignal, ask?: AskPermission): Promise<SendReport> {
    const item = await this.#draft(mail, signal);
    // Only now: what was permitted and is not in Drafts any more has been sent.
    await ask?.();
    try {
      await sendItem(this.#client, item, this.#options.savesCopy ? sentItems : undefined, signal);
    } catch (thrown) {
      const error = asMailroomError(thrown);
      // `notFound`: the draft is gone, since an earlier attempt sent it after all.
      const isOpen = error.kind === 'transient' || error.kind === 'notFound';
      const fate = isOpen ? await this.#fate(mail.messageId, signal) : 'notSent';
      if (fate === 'notSent') throw error;
      if (fate === 'unknown') throw uncertain(error);
    }
    if (mail.isRepeat) await this.#tidy(mail.messageId, signal);
    return {
      recipients: mail.envelope.to.map((address) => ({
        address,
        outcome: 'accepted',
        reply: 'Exchange took the message.',
      })),
      serverReply: 'Exchange took the message.',
    };
  }

  /** What an earlier attempt left in Drafts is used again. */
  async #draft(mail: OutgoingMail, signal: AbortSignal): Promise<ItemRef> {
    const left = mail.isRepeat ? await findByMessageId(this.#client, drafts, mail.messageId, signal) : undefined;
    return left ?? createMimeMessage(this.#client, withBcc(mail.raw, mail.envelope.to), drafts, signal);
  }

  /** A draft whose making was cut may have come to be after it was looked for: it is not needed any more. */
  async #tidy(messageId: string, signal: AbortSignal): Promise<void> {
    try {
      const late = await findByMessageId(this.#client, drafts, messageId, signal);
      if (late !== undefined) await deleteItems(this.#client, [late.id], signal);
    } catch {
      // The message went; a draft too many is the lesser evil.
    }
  }

  /**
   * Where a message is now that was in Drafts when its sending was permitted: there still, it was not sent; in Sent Items, in the Outbox or
   * thrown away it was. Gone altogether it was sent where no copy is kept; where one is, its fate is unknown: it may be on its way there.
   */
  async lookUp(messageId: string, signal: AbortSignal): Promise<SentFate> {
    if (await findByMessageId(this.#client, drafts, messageId, signal)) return 'notSent';
    for (const folder of afterwards) {
      if (await findByMessageId(this.#client, folder, messageId, signal)) return 'sent';
    }
    return this.#options.savesCopy ? 'unknown' : 'sent';
  }

  /** The same where the server may not answer. */
  async #fate(messageId: string, signal: AbortSignal): Promise<SentFate> {
    for (const pauseMs of askAgainMs) {
      try {
        return await this.lookUp(messageId, signal);
      } catch {
        await this.#options.clock.sleep(pauseMs, signal);
        if (signal.aborted) break;
      }
    }
    return 'unknown';
  }
}

function uncertain(error: MailroomError): MailroomError {
  return new MailroomError(`${error.message} Whether the message left is not known; it is not sent again by itself.`, {
    code: error.code,
    kind: error.kind,
    serverReply: error.serverReply,
    uncertain: true,
    cause: error,
  });
}

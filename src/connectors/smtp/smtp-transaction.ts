import { DotStuffing } from './dot-stuffing.ts';
import type { SmtpDialogue } from './smtp-dialogue.ts';
import { envelopeLines, type PreparedEnvelope, type PreparedMessage } from './smtp-envelope.ts';
import { judgeReply, type SmtpStage } from './smtp-outcome.ts';
import type { SmtpReply } from './smtp-reply.ts';

const nothing = Buffer.alloc(0);

/** Bytes of a message written before the server's silence is looked at again. */
const sliceBytes = 65_536;

/** How a transaction goes beside the message itself. */
export interface TransactionOptions {
  /** True when the server takes commands in groups (RFC 2920). */
  readonly pipelining: boolean;
  /** True when the envelope went out with the message before. */
  readonly isAnnounced: boolean;
  /** Waited for before the message itself; the envelope goes ahead of it. */
  readonly permission: Promise<void> | undefined;
  /** The message whose envelope goes along behind this one. */
  readonly next: (() => PreparedMessage | undefined) | undefined;
}

/** One message on its way (RFC 5321 3.3): what was said and how far the message went, readable at any moment. */
export class SmtpTransaction {
  /** Replies to MAIL, each RCPT, DATA and the message, as far as they came. */
  readonly replies: SmtpReply[] = [];
  readonly #dialogue: SmtpDialogue;
  readonly #prepared: PreparedEnvelope;
  readonly #raw: Buffer;
  readonly #options: TransactionOptions;
  #isBegun = false;
  #isWhole = false;
  #announced: PreparedMessage | undefined;

  constructor(dialogue: SmtpDialogue, message: PreparedMessage, options: TransactionOptions) {
    this.#dialogue = dialogue;
    this.#prepared = message.envelope;
    this.#raw = message.mail.raw;
    this.#options = options;
  }

  /** The message whose envelope went out behind this one. */
  get announced(): PreparedMessage | undefined {
    return this.#announced;
  }

  /** True once the final dot may have reached the server. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** True when the server answered the message before it had all of it. */
  get isCutShort(): boolean {
    return this.#isBegun && !this.#isWhole;
  }

  /** Runs it to its end; rejects with MailroomError when the conversation breaks. */
  async run(): Promise<void> {
    if (this.#options.pipelining) await this.#envelopeAtOnce();
    else if (!(await this.#envelopeInSteps())) return;
    const data = this.replies[this.replies.length - 1];
    if (data === undefined || !this.#isAccepted('data', data)) return;
    if (this.#isAnybodyAccepted()) await this.#content();
    else await this.#dialogue.write('.\r\n');
    this.replies.push(await this.#dialogue.reply());
  }

  /** MAIL, RCPT and DATA in one packet, or in that of the message before. */
  async #envelopeAtOnce(): Promise<void> {
    if (!this.#options.isAnnounced) await this.#dialogue.write(envelopeLines(this.#prepared));
    for (let left = this.#prepared.rcpt.length + 2; left > 0; left -= 1) {
      this.replies.push(await this.#dialogue.reply());
    }
  }

  async #envelopeInSteps(): Promise<boolean> {
    if (!this.#isAccepted('mail', await this.#say(this.#prepared.mail))) return false;
    for (const line of this.#prepared.rcpt) if ((await this.#say(line)).code === 421) return false;
    if (!this.#isAnybodyAccepted()) return false;
    await this.#say('DATA');
    return true;
  }

  async #say(line: string): Promise<SmtpReply> {
    await this.#dialogue.write(`${line}\r\n`);
    const reply = await this.#dialogue.reply();
    this.replies.push(reply);
    return reply;
  }

  #isAnybodyAccepted(): boolean {
    const [mail, ...rest] = this.replies;
    if (mail === undefined || !this.#isAccepted('mail', mail)) return false;
    return rest.slice(0, this.#prepared.rcpt.length).some((reply) => this.#isAccepted('rcpt', reply));
  }

  #isAccepted(stage: SmtpStage, reply: SmtpReply): boolean {
    return judgeReply(stage, reply).verdict === 'accepted';
  }

  /** The message, as long as the server says nothing: what it says before the end is its answer. */
  async #content(): Promise<void> {
    await this.#options.permission;
    const stuffing = new DotStuffing();
    this.#isBegun = true;
    if (this.#raw.length <= sliceBytes) {
      const piece = stuffing.piece(this.#raw);
      this.#isWhole = true;
      return this.#dialogue.write(Buffer.concat([piece, stuffing.end(), this.#announcement()]));
    }
    for (let at = 0; at < this.#raw.length; at += sliceBytes) {
      await this.#dialogue.write(stuffing.piece(this.#raw.subarray(at, at + sliceBytes)));
      if (this.#dialogue.hasUnread) return;
    }
    this.#isWhole = true;
    await this.#dialogue.write(Buffer.concat([stuffing.end(), this.#announcement()]));
  }

  #announcement(): Buffer {
    this.#announced = this.#options.pipelining ? this.#options.next?.() : undefined;
    return this.#announced === undefined ? nothing : Buffer.from(envelopeLines(this.#announced.envelope));
  }
}

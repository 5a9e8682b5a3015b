import { DotStuffing } from './dot-stuffing.ts';
import type { SmtpDialogue } from './smtp-dialogue.ts';
import type { PreparedEnvelope } from './smtp-envelope.ts';
import { judgeReply, type SmtpStage } from './smtp-outcome.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** Bytes of a message written before the server's silence is looked at again. */
const sliceBytes = 65_536;

/** One message on its way (RFC 5321 3.3): what was said and how far the message went, readable at any moment. */
export class SmtpTransaction {
  /** Replies to MAIL, each RCPT, DATA and the message, as far as they came. */
  readonly replies: SmtpReply[] = [];
  readonly #dialogue: SmtpDialogue;
  readonly #prepared: PreparedEnvelope;
  readonly #raw: Buffer;
  readonly #permission: Promise<void> | undefined;
  #isBegun = false;
  #isWhole = false;

  /** `permission` is waited for before the message itself; the envelope goes ahead of it. */
  constructor(dialogue: SmtpDialogue, prepared: PreparedEnvelope, raw: Buffer, permission?: Promise<void>) {
    this.#dialogue = dialogue;
    this.#prepared = prepared;
    this.#raw = raw;
    this.#permission = permission;
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
  async run(pipelining: boolean): Promise<void> {
    const isAsked = pipelining ? await this.#envelopeAtOnce() : await this.#envelopeInSteps();
    if (!isAsked) return;
    const data = this.replies[this.replies.length - 1];
    if (data === undefined || !this.#isAccepted('data', data)) return;
    if (this.#isAnybodyAccepted()) await this.#content();
    else await this.#dialogue.write('.\r\n');
    this.replies.push(await this.#dialogue.reply());
  }

  /** MAIL, RCPT and DATA in one packet (RFC 2920 3.1). */
  async #envelopeAtOnce(): Promise<boolean> {
    const { mail, rcpt } = this.#prepared;
    await this.#dialogue.write(`${[mail, ...rcpt, 'DATA'].join('\r\n')}\r\n`);
    for (let left = rcpt.length + 2; left > 0; left -= 1) this.replies.push(await this.#dialogue.reply());
    return true;
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
    await this.#permission;
    const stuffing = new DotStuffing();
    this.#isBegun = true;
    if (this.#raw.length <= sliceBytes) {
      const piece = stuffing.piece(this.#raw);
      this.#isWhole = true;
      return this.#dialogue.write(Buffer.concat([piece, stuffing.end()]));
    }
    for (let at = 0; at < this.#raw.length; at += sliceBytes) {
      await this.#dialogue.write(stuffing.piece(this.#raw.subarray(at, at + sliceBytes)));
      if (this.#dialogue.hasUnread) return;
    }
    this.#isWhole = true;
    await this.#dialogue.write(stuffing.end());
  }
}

import { parseSmtpReply, type SmtpReply } from './smtp-reply.ts';

/** A reply is a few lines; of one that goes on, no more is kept, characters. */
const longestReply = 65_536;

/** Puts replies together from what arrives, however it is cut into pieces (RFC 5321 4.2.1). */
export class ReplyReader {
  #rest = '';
  #lines = '';

  /** True when nothing is left of a reply that is not complete. */
  get isEmpty(): boolean {
    return this.#rest === '' && this.#lines === '';
  }

  /** The replies that are complete with this piece. */
  read(chunk: Buffer): SmtpReply[] {
    const replies: SmtpReply[] = [];
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, longestReply);
    for (const line of lines) {
      if (line.trim() === '') continue;
      if (this.#lines.length < longestReply) this.#lines += `${line}\n`;
      if (/^\d{3}-/.test(line)) continue;
      replies.push(parseSmtpReply(Buffer.from(this.#lines, 'latin1').toString('utf8')));
      this.#lines = '';
    }
    return replies;
  }
}

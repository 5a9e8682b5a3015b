import type { Duplex } from 'node:stream';
import { MailroomError } from '../../base/errors.ts';
import { imapUnexpected } from './imap-errors.ts';

export interface IdleLineOptions {
  /** `host:port`, for messages. */
  readonly where: string;
  /** False for a server that must be asked, by NOOP. */
  readonly hasIdle: boolean;
  /** Time between two beginnings of IDLE, or two questions, milliseconds: servers cut an IDLE of half an hour (RFC 2177). */
  readonly pauseMs: number;
  /** Time for an answer, milliseconds. */
  readonly timeoutMs: number;
}

/** Who is told of what a line brings. */
export interface IdleLineListener {
  /** New mail. */
  mail(): void;
  /** Anything of the folder that a listing would tell otherwise now: what came, went, or bears other flags. */
  change(): void;
  /** The line is lost; it tells nothing more. */
  lost(error: MailroomError): void;
}

/** What came of a look: `done`, the server did; `none`, it was not asked, or the line was ended meanwhile; `failed`, it refused, did not answer, or the line was lost. */
export type LookOutcome = 'done' | 'none' | 'failed';

/** Bytes of a line that are looked at; what matters stands at its beginning. */
const lineBytes = 512;

/**
 * A signed-in connection with an open folder, held for the sake of what the server tells of new mail: IDLE (RFC 2177), or NOOP where the
 * server lacks or refuses that. It is little more than its socket, for thousands are held at a time.
 */
export class IdleLine {
  readonly #socket: Duplex;
  readonly #options: IdleLineOptions;
  readonly #listener: IdleLineListener;
  /** `idle`: the server tells by itself; `busy`: an answer is awaited; `still`: until the next question. */
  #state: 'idle' | 'busy' | 'still' = 'still';
  #hasIdle: boolean;
  #timer: NodeJS.Timeout | undefined;
  #rest = '';
  /** Tells what came of a look; undefined while none is under way. */
  #looked: ((outcome: LookOutcome) => void) | undefined;
  /** True once the server did what the look that is under way asks. */
  #isLooked = false;
  /** True until the answer to an IDLE that a look ended, which was begun anew in the same breath. */
  #endsIdle = false;

  constructor(socket: Duplex, options: IdleLineOptions, listener: IdleLineListener) {
    this.#socket = socket;
    this.#options = options;
    this.#hasIdle = options.hasIdle;
    this.#listener = listener;
  }

  /** Begins; from here on the socket is the line's. */
  start(): void {
    this.#socket.on('data', (bytes: Buffer) => this.#read(bytes));
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('the server closed the connection'));
    this.#socket.on('end', () => this.#end('the server closed the connection'));
    if (this.#socket.destroyed) this.#end('the connection was closed');
    else {
      this.#ask();
      // Whoever read before may have left it paused.
      this.#socket.resume();
    }
  }

  /** Ends without ceremony. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#socket.destroy();
    this.#endLook('none');
  }

  /** Has the server look at the folder now (NOOP), and tells what it finds as ever before this resolves. */
  look(): Promise<LookOutcome> {
    if (this.#socket.destroyed || this.#state === 'busy') return Promise.resolve('none');
    const looked = new Promise<LookOutcome>((resolve) => {
      this.#looked = resolve;
    });
    this.#endsIdle = this.#state === 'idle';
    this.#isLooked = false;
    // One write for thousands of lines; each command may follow the one before at once (RFC 2177, RFC 9051 5.5).
    this.#send(this.#endsIdle ? 'DONE\r\nq NOOP\r\nw IDLE\r\n' : 'w NOOP\r\n');
    return looked;
  }

  #endLook(outcome: LookOutcome): void {
    this.#looked?.(outcome);
    this.#looked = undefined;
  }

  #ask(): void {
    this.#send(this.#hasIdle ? 'w IDLE\r\n' : 'w NOOP\r\n');
  }

  #send(text: string): void {
    this.#state = 'busy';
    this.#socket.write(text, 'latin1');
    this.#in(this.#options.timeoutMs, () => this.#end('the server did not answer'));
  }

  #read(bytes: Buffer): void {
    const lines = (this.#rest + bytes.toString('latin1')).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, lineBytes);
    for (const line of lines) this.#hear(line);
  }

  #hear(line: string): void {
    if (/^\* (?:\d+ (?:EXISTS|EXPUNGE|FETCH)|VANISHED)\b/i.test(line)) {
      this.#listener.change();
      if (/^\* \d+ EXISTS/i.test(line)) this.#listener.mail();
    } else if (/^\* BYE/i.test(line)) this.#end(line.slice(6, lineBytes).trim());
    else if (line.startsWith('+') && this.#state === 'busy') {
      this.#state = 'idle';
      this.#in(this.#options.pauseMs, () => this.#send('DONE\r\n'));
      // Not before, so that the next look need not be refused.
      this.#endLook(this.#isLooked ? 'done' : 'failed');
    } else if (line.startsWith('q ')) this.#isLooked = /^q OK/i.test(line);
    else if (line.startsWith('w ') && this.#endsIdle) this.#endsIdle = false;
    else if (line.startsWith('w ')) this.#answered(/^w OK/i.test(line));
  }

  /** The end of a command: an IDLE that is over begins anew at once, one that was refused becomes a question now and then. */
  #answered(isOk: boolean): void {
    if (this.#hasIdle && isOk) this.#ask();
    else if (!this.#hasIdle && !isOk) this.#end('the server refuses to tell of new mail');
    else {
      this.#hasIdle = false;
      this.#state = 'still';
      this.#in(this.#options.pauseMs, () => this.#ask());
      this.#endLook(isOk ? 'done' : 'failed');
    }
  }

  #in(ms: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, ms);
  }

  #end(words: string): void {
    this.#endLook('failed');
    this.stop();
    this.#listener.lost(
      new MailroomError(`The line to ${this.#options.where} on which new mail is waited for was lost: ${words}.`, {
        code: imapUnexpected,
        kind: 'transient',
      }),
    );
  }
}

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Where a script may step in; `CONTENT` is the first byte of the message, `DOT` its end. */
export type SmtpMoment =
  | 'GREETING'
  | 'EHLO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'CONTENT'
  | 'DOT'
  | 'RSET'
  | 'QUIT';

/** What the server does at one moment instead of the ordinary. */
export interface Misdeed {
  readonly at: SmtpMoment;
  /** Which time the moment comes, counted over all connections from 1; every time when absent. */
  readonly nth?: number;
  /** Lines to send (a second one answers the client's next line), nothing at all, an orderly end, or a TCP reset. */
  readonly does: { readonly reply: string | readonly string[] } | 'silence' | 'close' | 'reset';
  /** True when the server does its ordinary work first (stores the message, takes the recipient), only answers otherwise. */
  readonly acts?: boolean;
}

/** A message this server took. */
export interface TakenMessage {
  readonly mail: string;
  readonly recipients: readonly string[];
  /** The message without dot-stuffing and without the final dot. */
  readonly raw: Buffer;
}

export interface MisbehavingOptions {
  readonly misdeeds?: readonly Misdeed[];
  /** EHLO keywords offered; STARTTLS is added when `tls` is given and TLS not yet on. */
  readonly extensions?: readonly string[];
  readonly tls?: { readonly keyPem: string; readonly certPem: string };
  /** TLS from the first byte. */
  readonly implicitTls?: boolean;
  /** Told each time a misdeed was done. */
  readonly onMisdeed?: (misdeed: Misdeed) => void;
}

export interface MisbehavingServer {
  readonly port: number;
  readonly messages: readonly TakenMessage[];
  /** Every command line in order of arrival. */
  readonly commands: readonly string[];
  connections(): number;
  stop(): Promise<void>;
}

const everything = ['PIPELINING', 'SIZE 10485760', '8BITMIME', 'SMTPUTF8', 'DSN', 'AUTH PLAIN LOGIN XOAUTH2'];

interface World {
  readonly options: MisbehavingOptions;
  readonly messages: TakenMessage[];
  readonly commands: string[];
  readonly seen: Map<SmtpMoment, number>;
}

/** Starts a small SMTP server on loopback that keeps to RFC 5321 except where `misdeeds` say otherwise. */
export async function startMisbehavingSmtp(options: MisbehavingOptions = {}): Promise<MisbehavingServer> {
  const world: World = { options, messages: [], commands: [], seen: new Map() };
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    new Conversation(world, socket).begin();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    messages: world.messages,
    commands: world.commands,
    connections: () => count,
    stop: () => stop(server, sockets),
  };
}

function stop(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}

class Conversation {
  readonly #world: World;
  readonly #plain: Socket;
  #socket: Socket;
  #secure = false;
  #input = Buffer.alloc(0);
  /** Set while lines are not commands: answers to send for the client's next lines. */
  #dialogue: string[] = [];
  #inContent = false;
  #contentSeen = false;
  #ended = false;
  #mail = '';
  #recipients: string[] = [];

  constructor(world: World, socket: Socket) {
    this.#world = world;
    this.#plain = socket;
    this.#socket = socket;
  }

  begin(): void {
    if (this.#world.options.implicitTls === true) this.#secureNow();
    else this.#listen();
    this.#at('GREETING', () => '220 test.example ESMTP');
  }

  #listen(): void {
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#ended) return;
      this.#input = Buffer.concat([this.#input, chunk]);
      this.#consume();
    });
    this.#socket.on('end', () => this.#socket.end());
  }

  #secureNow(): void {
    const { tls } = this.#world.options;
    this.#plain.removeAllListeners('data');
    this.#input = Buffer.alloc(0);
    this.#socket = new TLSSocket(this.#plain, { isServer: true, key: tls?.keyPem ?? '', cert: tls?.certPem ?? '' });
    this.#secure = true;
    this.#listen();
  }

  #consume(): void {
    while (!this.#ended) {
      if (this.#inContent ? !this.#consumeContent() : !this.#consumeLine()) return;
    }
  }

  #consumeLine(): boolean {
    const end = this.#input.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#input.subarray(0, end).toString('utf8');
    this.#input = this.#input.subarray(end + 2);
    const answer = this.#dialogue.shift();
    if (answer !== undefined) this.#send(answer);
    else this.#command(line);
    return true;
  }

  #consumeContent(): boolean {
    if (!this.#contentSeen && this.#input.length > 0) {
      this.#contentSeen = true;
      this.#at('CONTENT', () => undefined);
      if (this.#ended) return false;
    }
    const empty = this.#input.subarray(0, 3).equals(Buffer.from('.\r\n'));
    const end = empty ? -2 : this.#input.indexOf('\r\n.\r\n');
    if (end === -1) return false;
    const stuffed = this.#input.subarray(0, end + 2);
    this.#input = this.#input.subarray(end + 5);
    this.#inContent = false;
    this.#at('DOT', () => {
      this.#world.messages.push({ mail: this.#mail, recipients: this.#recipients, raw: unstuffed(stuffed) });
      return `250 2.0.0 queued as ${this.#world.messages.length}`;
    });
    this.#forget();
    return true;
  }

  #command(line: string): void {
    this.#world.commands.push(line);
    const verb = line.split(/[ :]/)[0]?.toUpperCase() ?? '';
    const actions: Readonly<Record<string, () => void>> = {
      EHLO: () => this.#at('EHLO', () => this.#hello()),
      HELO: () => this.#send('250 test.example'),
      STARTTLS: () => this.#startTls(),
      AUTH: () => this.#at('AUTH', () => this.#signIn(line)),
      MAIL: () => this.#at('MAIL', () => this.#begin(line)),
      RCPT: () => this.#at('RCPT', () => this.#take(line)),
      DATA: () => this.#at('DATA', () => this.#data()),
      RSET: () => this.#at('RSET', () => this.#forget()),
      QUIT: () => this.#at('QUIT', () => '221 2.0.0 bye'),
    };
    const action = actions[verb];
    if (action === undefined) this.#send('500 5.5.2 command not recognized');
    else action();
    if (verb === 'QUIT' && !this.#ended) this.#socket.end();
  }

  #hello(): string {
    const { tls, extensions = everything } = this.#world.options;
    const offered = tls !== undefined && !this.#secure ? ['STARTTLS', ...extensions] : extensions;
    return ['test.example', ...offered]
      .map((word, index) => `250${index < offered.length ? '-' : ' '}${word}`)
      .join('\r\n');
  }

  #startTls(): void {
    if (this.#world.options.tls === undefined) {
      this.#at('STARTTLS', () => '502 5.5.1 no TLS here');
      return;
    }
    const ordinary = this.#at('STARTTLS', () => '220 2.0.0 go ahead');
    if (ordinary) this.#secureNow();
  }

  #signIn(line: string): string {
    if (/^AUTH LOGIN$/i.test(line)) {
      this.#dialogue = ['334 UGFzc3dvcmQ6', '235 2.7.0 signed in'];
      return '334 VXNlcm5hbWU6';
    }
    return '235 2.7.0 signed in';
  }

  #begin(line: string): string {
    this.#forget();
    this.#mail = line.slice('MAIL FROM:'.length);
    return '250 2.1.0 sender ok';
  }

  #take(line: string): string {
    if (this.#mail === '') return '503 5.5.1 MAIL first';
    this.#recipients.push(line.slice('RCPT TO:'.length));
    return '250 2.1.5 recipient ok';
  }

  #data(): string {
    if (this.#recipients.length === 0) return '554 5.5.1 no valid recipients';
    this.#inContent = true;
    return '354 end with a dot';
  }

  #forget(): string {
    this.#mail = '';
    this.#recipients = [];
    this.#contentSeen = false;
    return '250 2.0.0 ok';
  }

  /** Does the ordinary thing and answers, or what the script says; true when it was the ordinary. */
  #at(moment: SmtpMoment, ordinary: () => string | undefined): boolean {
    const times = (this.#world.seen.get(moment) ?? 0) + 1;
    this.#world.seen.set(moment, times);
    const misdeed = this.#world.options.misdeeds?.find((one) => one.at === moment && (one.nth ?? times) === times);
    if (misdeed === undefined) {
      const answer = ordinary();
      if (answer !== undefined) this.#send(answer);
      return true;
    }
    if (misdeed.acts === true) ordinary();
    this.#do(misdeed);
    this.#world.options.onMisdeed?.(misdeed);
    return false;
  }

  #do(misdeed: Misdeed): void {
    const { does } = misdeed;
    if (does === 'silence' || does === 'close' || does === 'reset') {
      this.#ended = true;
      if (does === 'close') this.#socket.end();
      if (does === 'reset') this.#plain.resetAndDestroy();
      return;
    }
    const [first = '', ...later] = typeof does.reply === 'string' ? [does.reply] : does.reply;
    this.#dialogue = later;
    if (/^3/.test(first) && misdeed.at === 'DATA') this.#inContent = true;
    this.#send(first);
    if (/^421/.test(first)) {
      this.#ended = true;
      this.#socket.end();
    }
  }

  #send(answer: string): void {
    if (this.#socket.writable) this.#socket.write(`${answer}\r\n`);
  }
}

/** RFC 5321 4.5.2: a leading dot of a line is taken off. */
function unstuffed(content: Buffer): Buffer {
  const text = content.toString('latin1');
  return Buffer.from(text.replace(/(^|\r\n)\./g, '$1'), 'latin1');
}

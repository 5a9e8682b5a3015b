import type { Socket } from 'node:net';

/** A message of a maildrop in memory. */
export interface SandboxMessage {
  readonly uid: string;
  readonly raw: Buffer;
}

/** What a session needs of its server. */
export interface SandboxHouse {
  passwordOf(user: string): string | undefined;
  /** The live maildrop: QUIT takes deleted messages out of it. */
  maildropOf(user: string): SandboxMessage[];
  /** Puts TLS over the socket; undefined when STLS is not offered. */
  readonly upgrade: ((plain: Socket) => Socket) | undefined;
}

/** Lines, to which CRLF is added, and raw bytes. */
type Answer = readonly (string | Buffer)[];

/** Commands of the sandbox are short; a client that sends more without a line end is cut off. */
const maxCommandBytes = 64 * 1024;

/** One client's conversation with the sandbox (RFC 1939, 2449, 2595, 5034): sees the maildrop as it was at sign-in. */
export class Pop3SandboxSession {
  readonly #house: SandboxHouse;
  #socket: Socket;
  #input = '';
  #secured = false;
  #named = '';
  #challenged = false;
  #leaving = false;
  #user = '';
  #messages: readonly SandboxMessage[] = [];
  readonly #deleted = new Set<number>();

  constructor(socket: Socket, house: SandboxHouse) {
    this.#house = house;
    this.#socket = socket;
    this.#listen(socket);
    this.#say(['+OK Mailroom sandbox ready']);
  }

  /** Who signed in; empty before. */
  get user(): string {
    return this.#user;
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      if (socket === this.#socket) this.#take(data.toString('utf8'));
    });
  }

  #take(text: string): void {
    this.#input += text;
    for (let end = this.#input.indexOf('\n'); end >= 0; end = this.#input.indexOf('\n')) {
      const line = this.#input.slice(0, end).replace(/\r$/, '');
      this.#input = this.#input.slice(end + 1);
      this.#say(this.#obey(line));
      if (this.#leaving) this.#socket.end();
    }
    if (this.#input.length > maxCommandBytes) this.#socket.destroy();
  }

  #say(answer: Answer): void {
    const bytes = answer.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\r\n`) : part));
    if (bytes.length > 0) this.#socket.write(Buffer.concat(bytes));
  }

  #obey(line: string): Answer {
    if (this.#challenged) {
      this.#challenged = false;
      return this.#signInPlain(line);
    }
    const [word = '', ...words] = line.split(' ');
    const command = word.toUpperCase();
    if (command === 'CAPA') return this.#capabilities();
    if (command === 'QUIT') return this.#quit();
    return this.#user === '' ? this.#authorize(command, words) : this.#transact(command, words);
  }

  #capabilities(): string[] {
    const stls = this.#house.upgrade !== undefined && !this.#secured ? ['STLS'] : [];
    const fixed = ['TOP', 'UIDL', 'USER', 'SASL PLAIN', 'PIPELINING', 'RESP-CODES', 'AUTH-RESP-CODE'];
    return ['+OK', ...fixed, ...stls, 'IMPLEMENTATION Mailroom-sandbox', '.'];
  }

  #authorize(command: string, words: readonly string[]): Answer {
    switch (command) {
      case 'STLS':
        return this.#startTls();
      case 'USER':
        this.#named = words.join(' ');
        return ['+OK'];
      case 'PASS':
        return this.#signIn(this.#named, words.join(' '));
      case 'AUTH':
        if (words[0]?.toUpperCase() !== 'PLAIN') return ['-ERR unknown mechanism'];
        if (words[1] !== undefined) return this.#signInPlain(words[1]);
        this.#challenged = true;
        return ['+ '];
      default:
        return ['-ERR sign in first'];
    }
  }

  #startTls(): Answer {
    const { upgrade } = this.#house;
    if (upgrade === undefined || this.#secured) return ['-ERR STLS is not offered'];
    this.#say(['+OK begin TLS']);
    // Commands that came in plain text behind STLS must not run inside TLS.
    this.#input = '';
    this.#secured = true;
    this.#socket.removeAllListeners('data');
    this.#listen(upgrade(this.#socket));
    return [];
  }

  #signInPlain(response: string): Answer {
    const [, user = '', password = ''] = Buffer.from(response, 'base64').toString('utf8').split('\0');
    return this.#signIn(user, password);
  }

  #signIn(user: string, password: string): Answer {
    const expected = this.#house.passwordOf(user);
    if (expected === undefined || expected !== password) return ['-ERR [AUTH] wrong user name or password'];
    this.#user = user;
    this.#messages = [...this.#house.maildropOf(user)];
    return [`+OK ${this.#messages.length} messages`];
  }

  #transact(command: string, words: readonly string[]): Answer {
    switch (command) {
      case 'STAT': {
        const left = this.#left();
        return [`+OK ${left.length} ${left.reduce((sum, [, { raw }]) => sum + raw.length, 0)}`];
      }
      case 'LIST':
        return this.#table(words[0], ({ raw }) => String(raw.length));
      case 'UIDL':
        return this.#table(words[0], ({ uid }) => uid);
      case 'RETR':
        return this.#with(words[0], ({ raw }) => ['+OK', stuffed(raw)]);
      case 'TOP':
        return this.#with(words[0], ({ raw }) => ['+OK', stuffed(topOf(raw, Number(words[1] ?? 0)))]);
      case 'DELE':
        return this.#with(words[0], (_, number) => {
          this.#deleted.add(number);
          return ['+OK deleted'];
        });
      case 'RSET':
        this.#deleted.clear();
        return ['+OK'];
      case 'NOOP':
        return ['+OK'];
      default:
        return ['-ERR unknown command'];
    }
  }

  #left(): [number, SandboxMessage][] {
    return this.#messages
      .map((message, index): [number, SandboxMessage] => [index + 1, message])
      .filter(([number]) => !this.#deleted.has(number));
  }

  #table(wanted: string | undefined, cell: (message: SandboxMessage) => string): Answer {
    if (wanted !== undefined) return this.#with(wanted, (message) => [`+OK ${wanted} ${cell(message)}`]);
    return ['+OK', ...this.#left().map(([number, message]) => `${number} ${cell(message)}`), '.'];
  }

  #with(word: string | undefined, use: (message: SandboxMessage, number: number) => Answer): Answer {
    const number = Number(word);
    const message = this.#messages[number - 1];
    if (message === undefined || this.#deleted.has(number)) return ['-ERR no such message'];
    return use(message, number);
  }

  #quit(): Answer {
    if (this.#user !== '') {
      const gone = new Set([...this.#deleted].map((number) => this.#messages[number - 1]?.uid));
      const maildrop = this.#house.maildropOf(this.#user);
      const left = maildrop.filter(({ uid }) => !gone.has(uid));
      maildrop.splice(0, maildrop.length, ...left);
    }
    this.#leaving = true;
    return ['+OK bye'];
  }
}

/** The header block, its empty line and the first `lines` lines of the body (RFC 1939 7). */
function topOf(raw: Buffer, lines: number): Buffer {
  const blank = raw.indexOf('\r\n\r\n');
  if (blank < 0) return raw;
  let end = blank + 4;
  for (let line = 0; line < lines && end < raw.length; line += 1) {
    const next = raw.indexOf('\r\n', end);
    end = next < 0 ? raw.length : next + 2;
  }
  return raw.subarray(0, end);
}

/** The bytes as a multi-line response: dots at line starts doubled, lone dot behind (RFC 1939 3). */
function stuffed(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/(^|\r\n)\./g, '$1..');
  return Buffer.from(`${text}${text === '' || text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1');
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createSecureContext, TLSSocket } from 'node:tls';

/** A message of the misbehaving server. */
export interface FaultyMessage {
  readonly uid: string;
  /** What RETR and TOP send, without the dots; or how many bytes are made up on the way. */
  readonly body: Buffer | { readonly generatedBytes: number };
  /** What LIST claims; the truth when absent. */
  readonly statedSize?: number;
}

/** How the server misbehaves; what is not named it does right. */
export interface Pop3Faults {
  /** The maildrop of the n-th connection, from 1. */
  readonly messages?: (connection: number) => readonly FaultyMessage[];
  readonly greeting?: string;
  /** Lines of the CAPA answer; null makes it -ERR. */
  readonly capabilities?: readonly string[] | null;
  /** Answers by command (`UIDL`, `RETR 3`, ...), sent as they are: `hang` never answers, `cut` closes the line. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Sends everything in pieces of so many bytes. */
  readonly pieceBytes?: number;
  /** Closes the line in the midst of this command's answer, after so many bytes of the message. */
  readonly cut?: { readonly command: string; readonly afterBytes: number };
  /** Offers STLS; `injected` follows the +OK in plain text. */
  readonly tls?: { readonly keyPem: string; readonly certPem: string; readonly injected?: string };
  /** Lines that TOP sends at most, whatever was asked. */
  readonly topLines?: number;
}

/** A running misbehaving server. */
export interface Pop3Misbehaving {
  readonly port: number;
  /** Every line received, in order, `TLS ` in front of those that came encrypted. */
  readonly received: string[];
  /** Connections so far. */
  connections(): number;
  stop(): Promise<void>;
}

const defaultCapabilities = ['TOP', 'UIDL', 'USER', 'PIPELINING', 'SASL PLAIN'];
const generatedLine = Buffer.from(`${'y'.repeat(1022)}\r\n`.repeat(64));

/** Starts a POP3 server on loopback that does what `faults` says. */
export async function startPop3Misbehaving(faults: Pop3Faults): Promise<Pop3Misbehaving> {
  const sockets = new Set<Socket>();
  const received: string[] = [];
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    void converse(socket, faults, connections, received).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    connections: () => connections,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function converse(plain: Socket, faults: Pop3Faults, connection: number, received: string[]): Promise<void> {
  let socket = plain;
  const messages = faults.messages?.(connection) ?? [];
  await send(socket, faults.greeting ?? '+OK ready\r\n', faults);
  for (;;) {
    const line = await nextLine(socket);
    if (line === undefined) return;
    received.push(socket === plain ? line : `TLS ${line}`);
    const word = line.split(' ')[0]?.toUpperCase() ?? '';
    const scripted = faults.answers?.[line] ?? faults.answers?.[word];
    if (scripted === 'hang') return;
    if (scripted === 'cut') return void socket.destroy();
    if (scripted !== undefined) await send(socket, scripted, faults);
    else if (word === 'STLS' && faults.tls !== undefined) socket = await startTls(socket, faults.tls);
    else if (word === 'RETR' || word === 'TOP') await sendMessage(socket, line, messages, faults);
    else await send(socket, ordinary(word, messages, faults, socket !== plain), faults);
    if (word === 'QUIT') socket.end();
  }
}

function ordinary(word: string, messages: readonly FaultyMessage[], faults: Pop3Faults, secured: boolean): string {
  const table = (cell: (message: FaultyMessage) => string | number) =>
    `+OK\r\n${messages.map((message, index) => `${index + 1} ${cell(message)}\r\n`).join('')}.\r\n`;
  switch (word) {
    case 'CAPA': {
      if (faults.capabilities === null) return '-ERR what?\r\n';
      const names = [...(faults.capabilities ?? defaultCapabilities), ...(faults.tls && !secured ? ['STLS'] : [])];
      return `+OK\r\n${names.map((name) => `${name}\r\n`).join('')}.\r\n`;
    }
    case 'UIDL':
      return table(({ uid }) => uid);
    case 'LIST':
      return table(
        ({ body, statedSize }) => statedSize ?? ('generatedBytes' in body ? body.generatedBytes : body.length),
      );
    default:
      return '+OK\r\n';
  }
}

async function sendMessage(
  socket: Socket,
  line: string,
  messages: readonly FaultyMessage[],
  faults: Pop3Faults,
): Promise<void> {
  const [word, number, lines] = line.split(' ');
  const message = messages[Number(number) - 1];
  if (message === undefined) return send(socket, '-ERR no such message\r\n', faults);
  await send(socket, '+OK\r\n', faults);
  if ('generatedBytes' in message.body) {
    for (let left = message.body.generatedBytes; left > 0 && !socket.destroyed; left -= generatedLine.length) {
      await send(socket, generatedLine, {});
    }
    return send(socket, '.\r\n', faults);
  }
  let text = message.body.toString('latin1');
  if (word === 'TOP') text = firstLines(text, Math.min(Number(lines), faults.topLines ?? Number.POSITIVE_INFINITY));
  const bytes = Buffer.from(`${text.replace(/(^|\r\n)\./g, '$1..')}.\r\n`, 'latin1');
  if (faults.cut?.command !== line) return send(socket, bytes, faults);
  await send(socket, bytes.subarray(0, faults.cut.afterBytes), faults);
  socket.end();
}

function firstLines(text: string, lines: number): string {
  const blank = text.indexOf('\r\n\r\n') + 4;
  const body = text.slice(blank).split('\r\n');
  return lines >= body.length
    ? text
    : text.slice(0, blank) +
        body
          .slice(0, lines)
          .map((line) => `${line}\r\n`)
          .join('');
}

async function send(socket: Socket, answer: string | Buffer, { pieceBytes }: Pop3Faults): Promise<void> {
  const bytes = typeof answer === 'string' ? Buffer.from(answer, 'latin1') : answer;
  const step = pieceBytes ?? Math.max(bytes.length, 1);
  for (let start = 0; start < bytes.length && !socket.destroyed; start += step) {
    if (!socket.write(bytes.subarray(start, start + step))) await drained(socket);
    if (pieceBytes !== undefined) await turn();
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

async function startTls(plain: Socket, tls: NonNullable<Pop3Faults['tls']>): Promise<Socket> {
  plain.write(`+OK begin TLS\r\n${tls.injected ?? ''}`);
  const secureContext = createSecureContext({ key: tls.keyPem, cert: tls.certPem });
  const secured = new TLSSocket(plain, { isServer: true, secureContext });
  secured.on('error', () => plain.destroy());
  return secured;
}

/** The next line of the socket, undefined at its end; reads on demand, so nothing is taken from a TLS handshake. */
async function nextLine(socket: Socket): Promise<string | undefined> {
  let line = '';
  for (;;) {
    const byte = socket.read(1) as Buffer | null;
    if (byte === null) {
      if (socket.readableEnded || socket.destroyed) return undefined;
      await readable(socket);
    } else if (byte[0] === 0x0a) {
      return line.replace(/\r$/, '');
    } else {
      line += byte.toString('latin1');
    }
  }
}

function readable(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['readable', 'end', 'close'] as const) socket.off(event, done);
      resolve();
    };
    for (const event of ['readable', 'end', 'close'] as const) socket.on(event, done);
  });
}

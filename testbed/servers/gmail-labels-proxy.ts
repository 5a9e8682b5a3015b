import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay on loopback before an IMAP server without TLS. */
export interface GmailLabelsProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** Lines that carry no more than this are looked at; what is longer is mail. */
const lineBytes = 8192;

/**
 * Makes an IMAP server speak of keywords as Gmail speaks of labels (X-GM-EXT-1, "Gmail IMAP extensions"): FETCH and STORE of
 * X-GM-LABELS, and X-GM-RAW "label:". A keyword put on as a flag is none of the labels, as on Gmail.
 */
export async function startGmailLabelsProxy(targetPort: number): Promise<GmailLabelsProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    relay(client, target, asked);
    relay(target, client, answered);
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes whole lines on, changed; what has no end yet waits for it. */
function relay(from: Socket, to: Socket, change: (line: string) => string): void {
  let rest = '';
  from.on('data', (data: Buffer) => {
    const lines = (rest + data.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    to.write(lines.map((line) => `${line.length > lineBytes ? line : change(line)}\r\n`).join(''), 'latin1');
  });
  from.on('end', () => to.end(rest, 'latin1'));
  from.on('close', () => to.destroy());
}

/** What the client says, in the words of the server behind. */
function asked(line: string): string {
  if (/^\S+ UID STORE /i.test(line))
    return /X-GM-LABELS/i.test(line)
      ? line.replace(/X-GM-LABELS(\.SILENT)?/i, 'FLAGS$1')
      : line.replace(/\((\w)/, '(unseen_$1');
  return line.replace(/ X-GM-(LABELS|MSGID|THRID)/gi, '').replace(/X-GM-RAW "?label:([\w.+-]+)"?/i, 'KEYWORD $1');
}

/** What the server says, in Gmail's words. */
function answered(line: string): string {
  const said = /CAPABILITY IMAP4rev1/i.test(line) ? line.replace(/IMAP4rev1/i, 'IMAP4rev1 X-GM-EXT-1') : line;
  if (!/^\* \d+ FETCH \(/i.test(said)) return said;
  return said.replace(/FLAGS \(([^)]*)\)/i, (_, all: string) => {
    const flags = all.split(' ').filter((flag) => flag !== '');
    const labels = flags.filter((flag) => !/^[\\$]/.test(flag) && !flag.startsWith('unseen_'));
    return `FLAGS (${flags.filter((flag) => !labels.includes(flag)).join(' ')}) X-GM-LABELS (${labels.join(' ')})`;
  });
}

import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message an LMTP server got. */
export interface LmtpMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

export interface LmtpSink {
  readonly port: number;
  /** Resolves with the first `count` messages once they are there. */
  received(count: number): Promise<readonly LmtpMessage[]>;
  stop(): Promise<void>;
}

/** Starts a small LMTP server (RFC 2033) on loopback that keeps what it gets. */
export async function startLmtpSink(): Promise<LmtpSink> {
  const messages: LmtpMessage[] = [];
  const waiting = new Set<() => void>();
  const server = new SMTPServer({
    lmtp: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      const { mailFrom, rcptTo } = session.envelope;
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = mailFrom === false ? '' : mailFrom.address;
        messages.push({ from, to: rcptTo.map((one) => one.address), raw: Buffer.concat(chunks) });
        callback(
          null,
          rcptTo.map(() => 'taken'),
        );
        for (const check of waiting) check();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (messages.length < count) return;
          waiting.delete(check);
          resolve(messages.slice(0, count));
        };
        waiting.add(check);
        check();
      }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

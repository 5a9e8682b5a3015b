import type { AddressInfo } from 'node:net';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import type { OutboundMessage, World } from '../store/world.ts';
import { sendMessage } from './send-message.ts';

/** Where mail to other servers goes. */
export interface OutboundHost {
  readonly host: string;
  readonly port: number;
}

/** An SMTP server in front of the mailboxes. */
export interface SmtpGateway {
  readonly port: number;
  stop(): Promise<void>;
}

/** Largest message, bytes. */
const largest = 67_108_864;

/** Takes mail by SMTP on loopback and hands it to the mailboxes; an address that is neither here nor elsewhere is refused. */
export async function openSmtpGateway(world: World, port: number): Promise<SmtpGateway> {
  const server = new SMTPServer({
    name: 'exchange-simulator',
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: largest,
    closeTimeout: 1000,
    onRcptTo: ({ address }, _session, callback) => {
      const known = world.account(address) ?? world.groups.get(address.toLowerCase());
      if (known !== undefined || !world.isLocalDomain(address)) callback();
      else callback(Object.assign(new Error('5.1.1 User unknown'), { responseCode: 550 }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', callback);
      stream.on('end', () => {
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
        const to = session.envelope.rcptTo.map(({ address }) => address);
        sendMessage(world, from, to, Buffer.concat(chunks)).then(
          () => callback(null, '2.6.0 Queued mail for delivery'),
          callback,
        );
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Hands a message to another SMTP server. Rejects when that server does not take it. */
export function sendOutBy({ host, port }: OutboundHost): (message: OutboundMessage) => Promise<void> {
  const transport = createTransport({ host, port, secure: false, ignoreTLS: true });
  return async ({ from, to, raw }) => {
    await transport.sendMail({ envelope: { from, to: [...to] }, raw });
  };
}

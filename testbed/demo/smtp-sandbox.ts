import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerSession } from 'smtp-server';

/** Who may sign in, and what is done with a message. */
export interface SmtpSandboxOptions {
  /** Passwords by user name; empty: nobody needs to sign in. */
  readonly users: ReadonlyMap<string, string>;
  /** Called for every message; what it throws refuses the message with 451. */
  readonly onMessage: (envelope: SandboxEnvelope, raw: Buffer) => void | Promise<void>;
  /** TCP port on 127.0.0.1; any free one when absent. */
  readonly port?: number;
}

/** The envelope of a message the sandbox took. */
export interface SandboxEnvelope {
  /** Envelope sender; empty for the null return path. */
  readonly from: string;
  readonly to: readonly string[];
  /** Name of the user who signed in; empty when nobody did. */
  readonly user: string;
}

export interface SmtpSandbox {
  readonly port: number;
  stop(): Promise<void>;
}

/** Largest message the sandbox takes, bytes; announced by SIZE (RFC 1870). */
const largestMessageBytes = 33_554_432;

/** Starts an SMTP server on loopback that delivers nothing: every message goes to `onMessage`. */
export async function startSmtpSandbox(options: SmtpSandboxOptions): Promise<SmtpSandbox> {
  const server = new SMTPServer({
    name: 'mailroom-sandbox',
    banner: 'Mailroom sandbox: nothing leaves this machine',
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    authMethods: ['PLAIN', 'LOGIN'],
    authOptional: options.users.size === 0,
    allowInsecureAuth: true,
    size: largestMessageBytes,
    closeTimeout: 1000,
    onAuth: (auth, _session, callback) => {
      if (mayEnter(options.users, auth)) callback(null, { user: auth.username ?? '' });
      else callback(Object.assign(new Error('5.7.8 Wrong user name or password'), { responseCode: 535 }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', callback);
      stream.on('end', () => {
        if (stream.sizeExceeded)
          return callback(Object.assign(new Error('5.3.4 Message too large'), { responseCode: 552 }));
        deliver(options, session, Buffer.concat(chunks)).then(() => callback(null, '2.0.0 Taken'), refuse(callback));
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function mayEnter(users: ReadonlyMap<string, string>, auth: SMTPServerAuthentication): boolean {
  const password = users.get(auth.username ?? '');
  return password !== undefined && password === auth.password;
}

async function deliver(options: SmtpSandboxOptions, session: SMTPServerSession, raw: Buffer): Promise<void> {
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom === false ? '' : mailFrom.address;
  const user = typeof session.user === 'string' ? session.user : '';
  await options.onMessage({ from, to: rcptTo.map((one) => one.address), user }, raw);
}

function refuse(callback: (error: Error) => void) {
  return (thrown: unknown) => {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    callback(Object.assign(new Error(`4.3.0 ${words}`), { responseCode: 451 }));
  };
}

import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { Pop3SandboxSession, type SandboxMessage } from './pop3-sandbox-session.ts';

export interface Pop3SandboxOptions {
  /** Passwords by user name; each user has a maildrop in memory. */
  readonly users: ReadonlyMap<string, string>;
  /** Port to listen on at 127.0.0.1; any free one when absent. */
  readonly port?: number;
  /** Key and certificate; offers STLS, or TLS from the first byte when `implicit`. */
  readonly tls?: { readonly keyPem: string; readonly certPem: string; readonly implicit?: boolean };
}

/** A POP3 server on loopback whose maildrops live in memory: for the demo and for tests. */
export interface Pop3Sandbox {
  readonly port: number;
  /** Adds a message as it would come from the wire (CRLF line ends) and returns its UIDL. Throws for an unknown user. */
  deliver(user: string, raw: Uint8Array): string;
  /** What the user's maildrop holds, oldest first. */
  messages(user: string): readonly SandboxMessage[];
  /** Empties the user's maildrop. */
  empty(user: string): void;
  /** Cuts the user's open connections, without a good-bye. */
  drop(user: string): void;
  /** Stops listening and cuts every connection. */
  stop(): Promise<void>;
}

/** Starts the sandbox; rejects when the port is taken. */
export async function startPop3Sandbox(options: Pop3SandboxOptions): Promise<Pop3Sandbox> {
  const drops = new Map<string, SandboxMessage[]>([...options.users.keys()].map((user) => [user, []]));
  const sessions = new Map<Socket, Pop3SandboxSession>();
  const context = options.tls && createSecureContext({ key: options.tls.keyPem, cert: options.tls.certPem });
  const server = createServer({ noDelay: true }, (socket) => {
    sessions.set(socket, openSession(socket, options, drops, context));
    socket.on('close', () => sessions.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const maildrop = (user: string): SandboxMessage[] => {
    const found = drops.get(user);
    if (found === undefined) throw new Error(`The POP3 sandbox has no user "${user}".`);
    return found;
  };
  let delivered = 0;
  return {
    port: (server.address() as AddressInfo).port,
    deliver: (user, raw) => {
      delivered += 1;
      const uid = `sandbox-${delivered.toString().padStart(8, '0')}`;
      maildrop(user).push({ uid, raw: Buffer.from(raw) });
      return uid;
    },
    messages: (user) => [...maildrop(user)],
    empty: (user) => {
      maildrop(user).length = 0;
    },
    drop: (user) => {
      for (const [socket, session] of sessions) if (session.user === user) socket.destroy();
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sessions.keys()) socket.destroy();
      await closed;
    },
  };
}

function openSession(
  socket: Socket,
  { users, tls }: Pop3SandboxOptions,
  drops: ReadonlyMap<string, SandboxMessage[]>,
  context: SecureContext | undefined,
): Pop3SandboxSession {
  const secure = (plain: Socket): Socket =>
    new TLSSocket(plain, { isServer: true, ...(context === undefined ? {} : { secureContext: context }) });
  const implicit = tls?.implicit === true;
  socket.on('error', () => socket.destroy());
  return new Pop3SandboxSession(implicit ? secure(socket) : socket, {
    passwordOf: (user) => users.get(user),
    maildropOf: (user) => drops.get(user) ?? [],
    upgrade: context !== undefined && !implicit ? secure : undefined,
  });
}

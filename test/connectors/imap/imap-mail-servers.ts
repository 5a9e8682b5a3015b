import { ImapFlow } from 'imapflow';
import type { Endpoint } from '../../../src/contracts/connector.ts';
import { startCyrus } from '../../../testbed/servers/cyrus.ts';
import { startDovecot } from '../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';

/** A real IMAP server whose mailboxes a test fills and looks at as another program does. */
export interface ImapMailServer {
  /** The way to a user's inbox in TLS. */
  endpoint(user: string): Endpoint;
  /** Port without TLS. */
  readonly plainPort: number;
  /** Does work on a connection of another program. */
  within<T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Dovecot marks folders by its configuration alone; one that is not there is not listed. */
const marksVerschickt = 'namespace inbox {\n  inbox = yes\n  mailbox Verschickt {\n    special_use = \\Sent\n  }\n}\n';

/** The servers that every behaviour is to be seen on; the users are those of the test. */
export const imapMailServers: readonly {
  readonly name: string;
  readonly skip: string | false;
  readonly start: (users: readonly string[]) => Promise<ImapMailServer>;
}[] = [
  {
    name: 'Dovecot',
    skip: serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd'),
    start: async () => mailServer(await startDovecot({ extra: marksVerschickt })),
  },
  {
    name: 'Cyrus',
    skip: serverSkip('cyrus', 'cyrus-imapd'),
    start: async (users) => mailServer(await startCyrus(users)),
  },
];

function mailServer(server: {
  readonly ports: { readonly imap: number; readonly imaps: number };
  readonly caPem: string;
  readonly password: string;
  stop(): Promise<void>;
}): ImapMailServer {
  return {
    endpoint: (username) => ({
      host: 'localhost',
      port: server.ports.imaps,
      security: 'tls',
      signIn: { kind: 'password', username, password: server.password },
      timeoutMs: 10_000,
      maxMessageBytes: 1024 * 1024,
      caPem: server.caPem,
    }),
    plainPort: server.ports.imap,
    within: async (user, work) => {
      const client = new ImapFlow({
        host: 'localhost',
        port: server.ports.imaps,
        secure: true,
        auth: { user, pass: server.password },
        tls: { ca: server.caPem },
        logger: false,
      });
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.logout();
      }
    },
    stop: () => server.stop(),
  };
}

/** What a folder holds: the flags of each message by its subject. */
export async function flagsBySubject(
  client: ImapFlow,
  folder: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { exists } = await client.mailboxOpen(folder, { readOnly: true });
  const found = new Map<string, readonly string[]>();
  if (exists === 0) return found;
  for await (const { envelope, flags } of client.fetch('1:*', { envelope: true, flags: true }))
    found.set(
      envelope?.subject ?? '',
      [...(flags ?? [])].filter((flag) => flag !== '\\Recent'),
    );
  return found;
}

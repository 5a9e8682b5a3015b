import type { ImapFlow } from 'imapflow';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import { contractMailboxes, mailRetrieverContract } from '../../../testbed/contracts/mail-retriever-contract.ts';
import { startCyrus } from '../../../testbed/servers/cyrus.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { openResting } from './open-resting.ts';

const mailboxes = Array.from({ length: contractMailboxes }, (_, index) => `box${index}`);

for (const [name, security, open] of [
  ['security "tls"', 'tls', openImap],
  ['security "starttls"', 'starttls', openImap],
  ['whose line is open', 'tls', openResting],
] as const)
  mailRetrieverContract({
    name: `IMAP on Cyrus, ${name}`,
    skip: serverSkip('cyrus', 'cyrus-imapd'),
    mailboxes,
    start: async () => {
      const server = await startCyrus(mailboxes);
      const clients = new Map<string, Promise<ImapFlow>>();
      const clientOf = (user: string): Promise<ImapFlow> => {
        const client = clients.get(user) ?? server.connect(user);
        clients.set(user, client);
        return client;
      };
      const inbox = async <T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T> => {
        const client = await clientOf(user);
        const lock = await client.getMailboxLock('INBOX');
        try {
          await client.noop();
          return await work(client);
        } finally {
          lock.release();
        }
      };
      return {
        open: (username, maxMessageBytes) =>
          open(
            {
              host: 'localhost',
              port: security === 'tls' ? server.ports.imaps : server.ports.imap,
              security,
              signIn: { kind: 'password', username, password: server.password },
              timeoutMs: 10_000,
              maxMessageBytes,
              caPem: server.caPem,
            },
            new AbortController().signal,
          ),
        addMessage: async (user, raw) => void (await (await clientOf(user)).append('INBOX', raw)),
        remaining: (user) =>
          inbox(user, async (client) => {
            const found: Buffer[] = [];
            if (client.mailbox === false || client.mailbox.exists === 0) return found;
            for await (const { source } of client.fetch('1:*', { source: true })) found.push(source ?? Buffer.alloc(0));
            return found;
          }),
        seen: (user) =>
          inbox(user, async (client) => {
            const seen = await client.search({ seen: true });
            return Array.isArray(seen) ? seen.length : 0;
          }),
        stop: async () => {
          for (const client of clients.values()) (await client).close();
          await server.stop();
        },
      };
    },
  });

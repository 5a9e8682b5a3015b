import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import { contractMailboxes, mailRetrieverContract } from '../../../testbed/contracts/mail-retriever-contract.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';

const quiet = new AbortController().signal;
const password = 'secret-of-the-tests';
const mailboxes = Array.from({ length: contractMailboxes }, (_, index) => `box${index}@contract.example`);

mailRetrieverContract({
  name: 'Exchange (simulated)',
  skip: false,
  mailboxes,
  start: async () => {
    const server = await startExchange({ mailboxes: mailboxes.map((address) => ({ address, password })) });
    return {
      open: (mailbox, maxMessageBytes) =>
        openExchange(
          {
            host: '127.0.0.1',
            port: server.port,
            security: 'none',
            signIn: { kind: 'password', username: mailbox, password },
            timeoutMs: 10_000,
            maxMessageBytes,
            ewsUrl: server.ewsUrl,
            mailboxAddress: mailbox,
            impersonates: false,
            passwordScheme: 'basic',
            savesSentCopy: true,
          },
          quiet,
        ),
      addMessage: async (mailbox, raw) => server.seed(mailbox, 'inbox', [{ mime: raw, isRead: false }]),
      remaining: async (mailbox) =>
        inboxOf(server, mailbox).map(({ mime }) => (typeof mime === 'function' ? mime() : (mime ?? Buffer.alloc(0)))),
      seen: async (mailbox) => inboxOf(server, mailbox).filter(({ isRead }) => isRead).length,
      stop: () => server.stop(),
    };
  },
});

function inboxOf(server: ExchangeSimulator, mailbox: string) {
  return [...server.account(mailbox).mailbox.folderNamed('inbox').byArrival];
}

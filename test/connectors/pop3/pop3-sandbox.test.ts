import { openPop3 } from '../../../src/connectors/pop3/open-pop3.ts';
import { contractMailboxes, mailRetrieverContract } from '../../../testbed/contracts/mail-retriever-contract.ts';
import { startPop3Sandbox } from '../../../testbed/demo/pop3-sandbox.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';

const quiet = new AbortController().signal;
const mailboxes = Array.from({ length: contractMailboxes }, (_, index) => `box${index}`);

for (const security of ['tls', 'starttls', 'none'] as const) {
  mailRetrieverContract({
    name: `POP3 on the sandbox, security "${security}"`,
    skip: false,
    mailboxes,
    start: async () => {
      const { keyPem, certPem } = selfSigned();
      const sandbox = await startPop3Sandbox({
        users: new Map(mailboxes.map((name) => [name, 'pass word'])),
        tls: { keyPem, certPem, implicit: security === 'tls' },
      });
      return {
        open: (username, maxMessageBytes) =>
          openPop3(
            {
              host: '127.0.0.1',
              port: sandbox.port,
              security,
              signIn: { kind: 'password', username, password: 'pass word' },
              timeoutMs: 10_000,
              maxMessageBytes,
              caPem: certPem,
            },
            quiet,
          ),
        addMessage: async (mailbox, raw) => void sandbox.deliver(mailbox, raw),
        remaining: async (mailbox) => sandbox.messages(mailbox).map(({ raw }) => raw),
        seen: async () => undefined,
        stop: () => sandbox.stop(),
      };
    },
  });
}

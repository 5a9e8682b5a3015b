import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ConnectionSecurity, Endpoint, OpenConnector } from '../../src/contracts/connector.ts';
import { contractMailboxes, mailRetrieverContract } from '../../testbed/contracts/mail-retriever-contract.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const quiet = new AbortController().signal;

/** A way to read a mailbox, and where Dovecot offers it. */
export interface DovecotReading {
  readonly name: string;
  readonly open: OpenConnector;
  readonly ports: { readonly tls: 'pop3s' | 'imaps'; readonly plain: 'pop3' | 'imap' };
}

/** What every connector that reads mail owes on a real Dovecot: the retriever's contract, security and refusals. */
export function dovecotReading({ name, open, ports }: DovecotReading): void {
  function endpoint(server: DovecotServer, username: string, security: ConnectionSecurity): Endpoint {
    return {
      host: 'localhost',
      port: server.ports[security === 'tls' ? ports.tls : ports.plain],
      security,
      signIn: { kind: 'password', username, password: server.password },
      timeoutMs: 10_000,
      maxMessageBytes: 50 * 1024 * 1024,
      caPem: server.caPem,
    };
  }

  mailRetrieverContract({
    name: `${name} on Dovecot`,
    skip,
    mailboxes: Array.from({ length: contractMailboxes }, (_, index) => `box${index}@contract.example`),
    start: async () => {
      const server = await startDovecot();
      return {
        open: (mailbox, maxMessageBytes) => open({ ...endpoint(server, mailbox, 'tls'), maxMessageBytes }, quiet),
        addMessage: (mailbox, raw) => server.addMessage(mailbox, raw),
        remaining: async (mailbox) => (await server.listMessages(mailbox)).map(({ raw }) => raw),
        seen: async (mailbox) => (await server.listMessages(mailbox)).filter(({ flags }) => flags.includes('S')).length,
        stop: () => server.stop(),
      };
    },
  });

  describe(`${name} on Dovecot: opening`, { skip }, () => {
    let server: DovecotServer;
    before(async () => {
      server = await startDovecot();
    });
    after(() => server?.stop());

    for (const security of ['tls', 'starttls', 'none'] as const) {
      test(`CN-13, TE-03: opens with security "${security}" and tells its steps`, async () => {
        const connector = await open(endpoint(server, 'steps', security), quiet);
        const names = connector.steps.map(({ name }) => name);
        assert.deepEqual(
          names,
          ['resolve', 'connect', 'secure', 'signin', 'open'].filter((name) => security !== 'none' || name !== 'secure'),
        );
        assert.ok(connector.steps.every(({ ok }) => ok));
        await connector.close();
      });
    }

    test('CN-14: an unknown authority is 8005E23A', async () => {
      for (const security of ['tls', 'starttls'] as const) {
        const { caPem: _, ...untrusting } = endpoint(server, 'any', security);
        await assert.rejects(open(untrusting, quiet), { code: '8005E23A', kind: 'configuration' });
      }
    });

    test('a wrong password is the credentials kind and stays out of the message', async () => {
      const wrong = { kind: 'password', username: 'any', password: 'not-it-at-all' } as const;
      const refusal = open({ ...endpoint(server, 'any', 'tls'), signIn: wrong }, quiet);
      await assert.rejects(refusal, (error: Error & { kind?: string; code?: string }) => {
        assert.equal(error.kind, 'credentials');
        assert.equal(error.code, '8005E216');
        assert.doesNotMatch(JSON.stringify(error) + error.message, /not-it-at-all/);
        return true;
      });
    });
  });
}

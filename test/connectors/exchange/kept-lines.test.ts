import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { MailroomError } from '../../../src/base/errors.ts';
import type { ExchangeEndpoint } from '../../../src/connectors/exchange/exchange-endpoint.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import { KeptLines } from '../../../src/connectors/exchange/soap/kept-lines.ts';
import type { Connector } from '../../../src/contracts/connector.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { type HeldClock, heldClock } from '../../support/clock.ts';

const quiet = new AbortController().signal;
const [ada, bert] = ['ada@harbour.example', 'bert@harbour.example'];

for (const passwordScheme of ['basic', 'ntlm'] as const) {
  describe(`lines to Exchange that are left for the next conversation: ${passwordScheme}`, () => {
    let server: ExchangeSimulator;
    let clock: HeldClock;
    let lines: KeptLines;
    beforeEach(async () => {
      server = await startExchange({
        auth: [passwordScheme],
        mailboxes: [ada, bert].map((address) => ({ address, password: `of ${address}` })),
      });
      clock = heldClock();
      lines = new KeptLines(clock);
    });
    afterEach(() => server.stop());

    const open = (username: string, more: Partial<ExchangeEndpoint> = {}): Promise<Connector> =>
      openExchange(
        {
          host: 'localhost',
          port: server.port,
          security: 'none',
          signIn: { kind: 'password', username, password: `of ${username}` },
          timeoutMs: 10_000,
          maxMessageBytes: 1_000_000,
          ewsUrl: server.ewsUrl,
          mailboxAddress: username,
          impersonates: false,
          passwordScheme,
          savesSentCopy: true,
          caPem: undefined,
          ...more,
        },
        quiet,
        { clock, lines },
      );
    const talk = async (username: string): Promise<void> => (await open(username)).close();

    it('serve one conversation after another of one account, and each of two at a time has its own', async () => {
      for (let turn = 0; turn < 3; turn += 1) await talk(ada);
      assert.equal(server.connections(), 1);
      const both = await Promise.all([open(ada), open(ada)]);
      assert.equal(server.connections(), 2);
      for (const connector of both) await connector.close();
      await talk(ada);
      assert.equal(server.connections(), 2);
    });

    it('are never used by another account, nor with another password', async () => {
      await talk(ada);
      server.forgetRequests();
      await talk(bert);
      assert.ok(server.requests.length > 0);
      assert.ok(server.requests.every(({ caller }) => caller === bert));
      assert.equal(server.connections(), 2);
      const signIn = { kind: 'password', username: ada, password: 'not it' } as const;
      await assert.rejects(open(ada, { signIn }), (error: MailroomError) => error.kind === 'credentials');
      await assert.rejects(open(ada, { signIn }), (error: MailroomError) => error.kind === 'credentials');
    });

    it('are not kept when the conversation ended otherwise', async () => {
      const connector = await open(ada);
      connector.abort();
      await talk(ada);
      assert.equal(server.requests.filter(({ operation }) => operation === 'GetFolder').length, 2);
      await untilOpen(1);
    });

    it('are closed when they waited too long for a conversation', async () => {
      await talk(ada);
      await clock.advance(31_000);
      await talk(bert);
      await untilOpen(1);
    });

    it('are made anew where the server ended them', async () => {
      await talk(ada);
      server.endConnections();
      await untilOpen(0);
      await talk(ada);
      assert.equal(server.connections(), 1);
    });

    /** Resolves when the server has so many connections; the end of one reaches it a moment later. */
    const untilOpen = async (count: number): Promise<void> => {
      const deadline = AbortSignal.timeout(5_000);
      while (server.connections() !== count) {
        assert.ok(!deadline.aborted, `${server.connections()} connections are open`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
  });
}

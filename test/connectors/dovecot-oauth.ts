import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Connector, OpenConnector } from '../../src/contracts/connector.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { type IntrospectionService, startIntrospectionService } from '../../testbed/servers/introspection-service.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const quiet = new AbortController().signal;
const user = 'ada@oauth.example';

/** A way to read a mailbox by an OAuth token, and where Dovecot offers it over TLS. */
export interface DovecotOAuth {
  readonly name: string;
  readonly openIt: OpenConnector;
  readonly port: 'pop3s' | 'imaps';
}

/** CN-17: tokens open a mailbox on a real Dovecot that asks their authority, and refusals tell nothing of them. */
export function dovecotOAuth({ name, openIt, port }: DovecotOAuth): void {
  for (const mechanism of ['XOAUTH2', 'OAUTHBEARER'] as const) {
    describe(`${name} on Dovecot: ${mechanism}`, { skip }, () => {
      let authority: IntrospectionService;
      let server: DovecotServer;
      before(async () => {
        authority = await startIntrospectionService();
        const extra = `auth_mechanisms = plain ${mechanism.toLowerCase()}`;
        server = await startDovecot({ introspectionUrl: authority.url, extra });
        await server.addMessage(user, Buffer.from('Subject: by token\r\n\r\nHello.\r\n'));
      });
      after(async () => {
        await server?.stop();
        await authority?.stop();
      });
      beforeEach(() => {
        authority.tokens.clear();
        authority.failWith = undefined;
      });

      const open = (accessToken: string): Promise<Connector> =>
        openIt(
          {
            host: 'localhost',
            port: server.ports[port],
            security: 'tls',
            signIn: { kind: 'oauth', username: user, accessToken },
            timeoutMs: 10_000,
            maxMessageBytes: 1_000_000,
            caPem: server.caPem,
          },
          quiet,
        );

      /** What a sign-in that fails says; the token is never part of it. */
      async function refusal(accessToken: string): Promise<Error & { code?: string; kind?: string }> {
        try {
          (await open(accessToken)).abort();
        } catch (error) {
          assert.ok(error instanceof Error);
          const told = `${error.message} ${JSON.stringify(error)}`;
          assert.ok(!told.includes(accessToken) && !told.includes(Buffer.from(accessToken).toString('base64')));
          return error;
        }
        throw new Error('nothing was refused');
      }

      for (const [what, length] of [
        ['a short token', 40],
        ['a token longer than a command line', 2_000],
      ] as const) {
        test(`CN-17: ${what} opens the mailbox`, async () => {
          const token = 't'.repeat(length);
          authority.tokens.set(token, user);
          const connector = await open(token);
          const signIn = connector.steps.find(({ name }) => name === 'signin');
          assert.match(signIn?.detail ?? '', new RegExp(`as ${user}$`));
          const pages = [];
          for await (const page of connector.retriever?.list(null, quiet) ?? []) pages.push(page.handles.length);
          assert.deepEqual(pages, [1]);
          await connector.close();
          assert.equal(authority.asked.at(-1), token);
        });
      }

      test('CN-17: a token that is not active is a refused sign-in', async () => {
        const error = await refusal('expired-token-of-the-test');
        assert.deepEqual([error.kind, error.code], ['credentials', '8005E216']);
      });

      test('CN-17: a token of somebody else opens nothing', async () => {
        authority.tokens.set('token-of-eve', 'eve@oauth.example');
        assert.equal((await refusal('token-of-eve')).kind, 'credentials');
      });

      test('CN-17: when nobody can say whether a token is good, it is tried again later', async () => {
        authority.failWith = 503;
        assert.equal((await refusal('token-without-a-verdict')).kind, 'transient');
      });
    });
  }
}

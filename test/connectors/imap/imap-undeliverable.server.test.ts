import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import type { Endpoint } from '../../../src/contracts/connector.ts';
import type { MailHandle } from '../../../src/contracts/mail-retriever.ts';
import { type DovecotServer, startDovecot } from '../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const quiet = new AbortController().signal;
const user = 'failing';

describe('IMAP on Dovecot: undeliverable messages', { skip }, () => {
  let server: DovecotServer;
  before(async () => {
    server = await startDovecot();
  });
  after(() => server?.stop());

  const endpoint = (): Endpoint => ({
    host: 'localhost',
    port: server.ports.imaps,
    security: 'tls',
    signIn: { kind: 'password', username: user, password: server.password },
    timeoutMs: 10_000,
    maxMessageBytes: 1024 * 1024,
    caPem: server.caPem,
  });

  /** How many messages the folder holds, as another program sees it. */
  async function countIn(folder: string): Promise<number> {
    const reader = new ImapFlow({
      host: 'localhost',
      port: server.ports.imaps,
      secure: true,
      auth: { user, pass: server.password },
      tls: { ca: server.caPem },
      logger: false,
    });
    await reader.connect();
    try {
      const status = await reader.status(folder, { messages: true });
      return status === false ? 0 : (status.messages ?? 0);
    } finally {
      await reader.logout();
    }
  }

  test('UD-01: they go to the folder Undeliverable, made where it is absent; the rest and the read state stay', async () => {
    for (const subject of ['one', 'two', 'three']) {
      await server.addMessage(user, Buffer.from(`Subject: ${subject}\r\n\r\nHello\r\n`));
    }
    for (const left of [2, 1]) {
      const connector = await openImap(endpoint(), quiet);
      const handles: MailHandle[] = [];
      for await (const page of connector.retriever?.list(null, quiet) ?? []) handles.push(...page.handles);
      await connector.retriever?.settle(handles.slice(0, 1), 'undeliverable', quiet);
      await connector.close();
      assert.equal((await server.listMessages(user)).length, left);
    }
    const left = await server.listMessages(user);
    assert.match(left[0]?.raw.toString() ?? '', /three/);
    assert.equal(left[0]?.flags, '');
    assert.equal(await countIn('Undeliverable'), 2);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { openImap } from '../../src/connectors/imap/open-imap.ts';
import { openPop3 } from '../../src/connectors/pop3/open-pop3.ts';
import type { Endpoint } from '../../src/contracts/connector.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { openHouse, rawMail } from '../pipelines/incoming/incoming-fixtures.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const box = 'support@ours.example';

describe('what is read of a mailbox on Dovecot', { skip }, () => {
  let server: DovecotServer;
  before(async () => {
    server = await startDovecot();
    await server.addMessage(box, rawMail({ id: 'inbox@x.example' }));
    const client = new ImapFlow({
      host: 'localhost',
      port: server.ports.imaps,
      secure: true,
      tls: { ca: server.caPem },
      auth: { user: box, pass: server.password },
      logger: false,
    });
    await client.connect();
    for (const folder of ['Sent', 'Archive']) {
      await client.mailboxCreate(folder);
      await client.append(folder, rawMail({ id: `${folder.toLowerCase()}@x.example` }));
    }
    await client.logout();
  });
  after(() => server?.stop());

  const endpoint = (port: number): Endpoint => ({
    host: 'localhost',
    port,
    security: 'tls',
    signIn: { kind: 'password', username: box, password: server.password },
    timeoutMs: 10_000,
    maxMessageBytes: 50 * 1024 * 1024,
    caPem: server.caPem,
  });

  for (const [name, open, port] of [
    ['POP3', openPop3, 'pop3s'],
    ['IMAP', openImap, 'imaps'],
  ] as const) {
    test(`PAIN-23, IN-01, IN-03, IN-04, IN-05, IN-07: over ${name} the inbox alone is read, once, and stays unread`, async () => {
      const house = await openHouse();
      try {
        const connect = () => open(endpoint(server.ports[port]), new AbortController().signal);
        const first = await house.turn({ connect });
        assert.deepEqual([first.error, first.itemsProcessed], [undefined, 1]);
        assert.deepEqual(
          (await house.emails()).map((email) => email.messageid),
          ['inbox@x.example'],
        );
        const second = await house.turn({ connect });
        assert.deepEqual([second.error, second.itemsProcessed], [undefined, 0]);
        const kept = await server.listMessages(box);
        assert.deepEqual(
          kept.map(({ flags }) => flags.includes('S')),
          [false],
        );
        const [decision] = await house.decisions();
        if (name === 'IMAP') assert.match(decision?.mr_serverid ?? '', /^\d+:\d+$/, 'UIDVALIDITY and UID');
      } finally {
        await house.close();
      }
    });
  }
});

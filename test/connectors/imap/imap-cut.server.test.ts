import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openImap, openImapSentFolder } from '../../../src/connectors/imap/open-imap.ts';
import type { Endpoint } from '../../../src/contracts/connector.ts';
import type { MailHandle } from '../../../src/contracts/mail-retriever.ts';
import { type DovecotServer, startDovecot } from '../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { startTripwireProxy, type TripwireProxy } from '../../torture/tripwire-proxy.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const quiet = new AbortController().signal;

describe('IMAP: a line cut while something is changed', { skip }, () => {
  let server: DovecotServer;
  let line: TripwireProxy;
  before(async () => {
    server = await startDovecot();
    line = await startTripwireProxy(server.ports.imap);
  });
  after(async () => {
    await line?.stop();
    await server?.stop();
  });

  const endpoint = (username: string): Endpoint => ({
    host: '127.0.0.1',
    port: line.port,
    security: 'none',
    signIn: { kind: 'password', username, password: server.password },
    timeoutMs: 10_000,
    maxMessageBytes: 1024 * 1024,
  });
  const cutAt = (word: RegExp): void =>
    line.arm(word, 1, () => {
      void line.kill().then(() => line.revive());
    });
  const refused = { name: 'MailroomError', kind: 'transient' };

  for (const [settlement, word] of [
    ['delete', / UID STORE /],
    ['delete', / UID EXPUNGE /],
    ['undeliverable', / UID MOVE /],
  ] as const) {
    test(`UD-03: "${settlement}" cut at${word.source}is told, and the next try does it`, async () => {
      const user = `${settlement}${word.source.replace(/\W/g, '')}`.toLowerCase();
      for (let number = 1; number <= 3; number += 1)
        await server.addMessage(user, Buffer.from(`Subject: ${number}\r\n\r\nHello.\r\n`));
      const open = async () => {
        const connector = await openImap(endpoint(user), quiet);
        assert.ok(connector.retriever);
        const handles: MailHandle[] = [];
        for await (const page of connector.retriever.list(null, quiet)) handles.push(...page.handles);
        return { connector, retriever: connector.retriever, handles };
      };
      const first = await open();
      cutAt(word);
      await assert.rejects(first.retriever.settle(first.handles, settlement, quiet), refused);
      first.connector.abort();
      const second = await open();
      await second.retriever.settle(first.handles, settlement, quiet);
      await second.connector.close();
      assert.equal((await server.listMessages(user)).length, 0);
      if (settlement === 'undeliverable') assert.equal((await server.listMessages(user, 'Undeliverable')).length, 3);
    });
  }

  test('OU-06: a search in the sent folder that was cut is no "not there"', async () => {
    const sent = await openImapSentFolder(endpoint('sender'), quiet);
    await sent.folder.append('one@ours.example', Buffer.from('Message-ID: <one@ours.example>\r\n\r\nHello.\r\n'));
    assert.equal(await sent.folder.holds('one@ours.example'), true);
    cutAt(/ SEARCH /);
    await assert.rejects(sent.folder.holds('one@ours.example'), refused);
    sent.abort();
  });
});

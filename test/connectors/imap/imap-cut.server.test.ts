import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openImap, openImapSentFolder } from '../../../src/connectors/imap/open-imap.ts';
import type { Endpoint } from '../../../src/contracts/connector.ts';
import type { MailHandle } from '../../../src/contracts/mail-retriever.ts';
import { startTripwireProxy, type TripwireProxy } from '../../torture/tripwire-proxy.ts';
import { flagsBySubject, type ImapMailServer, imapMailServers } from './imap-mail-servers.ts';

const quiet = new AbortController().signal;
const refused = { name: 'MailroomError', kind: 'transient' };
const cuts = [
  ['delete', / UID STORE /, 'deletestore'],
  ['delete', / UID EXPUNGE /, 'deleteexpunge'],
  ['undeliverable', / UID MOVE /, 'undeliverablemove'],
] as const;
const users = [...cuts.map(([, , user]) => user), 'sender', 'reader'];

for (const { name, skip, start } of imapMailServers)
  describe(`IMAP on ${name}: a line cut while something is read or changed`, { skip }, () => {
    let server: ImapMailServer;
    let line: TripwireProxy;
    before(async () => {
      server = await start(users);
      line = await startTripwireProxy(server.plainPort);
    });
    after(async () => {
      await line?.stop();
      await server?.stop();
    });

    const endpoint = (user: string): Endpoint => ({
      ...server.endpoint(user),
      host: '127.0.0.1',
      port: line.port,
      security: 'none',
    });
    const cutAt = (word: RegExp): void =>
      line.arm(word, 1, () => {
        void line.kill().then(() => line.revive());
      });
    const fill = (user: string) =>
      server.within(user, async (client) => {
        for (let number = 1; number <= 3; number += 1)
          await client.append('INBOX', Buffer.from(`From: a@contoso.example\r\nSubject: ${number}\r\n\r\nHello.\r\n`));
      });
    const countIn = (user: string, folder: string) =>
      server.within(user, async (client) => (await flagsBySubject(client, folder)).size);
    const open = async (user: string) => {
      const connector = await openImap(endpoint(user), quiet);
      assert.ok(connector.retriever);
      const handles: MailHandle[] = [];
      for await (const page of connector.retriever.list(null, quiet)) handles.push(...page.handles);
      return { connector, retriever: connector.retriever, handles };
    };

    for (const [settlement, word, user] of cuts) {
      test(`UD-03: "${settlement}" cut at${word.source}is told, and the next try does it`, async () => {
        await fill(user);
        const first = await open(user);
        cutAt(word);
        await assert.rejects(first.retriever.settle(first.handles, settlement, quiet), refused);
        first.connector.abort();
        const second = await open(user);
        await second.retriever.settle(first.handles, settlement, quiet);
        await second.connector.close();
        assert.equal(await countIn(user, 'INBOX'), 0);
        if (settlement === 'undeliverable') assert.equal(await countIn(user, 'Undeliverable'), 3);
      });
    }

    test('SC-10: a fetch that was cut is told as passing, and the next connection reads everything', async () => {
      await fill('reader');
      const first = await open('reader');
      cutAt(/ UID FETCH /);
      await assert.rejects(async () => {
        for await (const _ of first.retriever.fetch(first.handles, quiet));
      }, refused);
      first.connector.abort();
      const second = await open('reader');
      assert.deepEqual(second.handles, first.handles);
      let read = 0;
      for await (const fetched of second.retriever.fetch(second.handles, quiet)) if ('raw' in fetched) read += 1;
      assert.equal(read, 3);
      await second.connector.close();
    });

    test('OU-06: a search in the sent folder that was cut is no "not there"', async () => {
      const sent = await openImapSentFolder(endpoint('sender'), quiet);
      const raw = 'From: a@ours.example\r\nMessage-ID: <one@ours.example>\r\n\r\nHello.\r\n';
      await sent.folder.append('one@ours.example', Buffer.from(raw));
      assert.equal(await sent.folder.holds('one@ours.example'), true);
      cutAt(/ SEARCH /);
      await assert.rejects(sent.folder.holds('one@ours.example'), refused);
      sent.abort();
    });
  });

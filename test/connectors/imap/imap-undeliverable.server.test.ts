import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import type { MailHandle } from '../../../src/contracts/mail-retriever.ts';
import { flagsBySubject, type ImapMailServer, imapMailServers } from './imap-mail-servers.ts';

const quiet = new AbortController().signal;
const user = 'failing';

for (const { name, skip, start } of imapMailServers)
  describe(`IMAP on ${name}: undeliverable messages`, { skip }, () => {
    let server: ImapMailServer;
    before(async () => {
      server = await start([user]);
    });
    after(() => server?.stop());

    const heldIn = (folder: string) => server.within(user, (client) => flagsBySubject(client, folder));

    test('UD-01: they go to the folder Undeliverable, made where it is absent; the rest and the read state stay', async () => {
      for (const subject of ['one', 'two', 'three']) {
        const raw = Buffer.from(`From: a@contoso.example\r\nSubject: ${subject}\r\n\r\nHello\r\n`);
        await server.within(user, (client) => client.append('INBOX', raw));
      }
      for (const left of [2, 1]) {
        const connector = await openImap(server.endpoint(user), quiet);
        const handles: MailHandle[] = [];
        for await (const page of connector.retriever?.list(null, quiet) ?? []) handles.push(...page.handles);
        await connector.retriever?.settle(handles.slice(0, 1), 'undeliverable', quiet);
        await connector.close();
        assert.equal((await heldIn('INBOX')).size, left);
      }
      assert.deepEqual([...(await heldIn('INBOX'))], [['three', []]]);
      assert.deepEqual(
        [...(await heldIn('Undeliverable'))],
        [
          ['one', []],
          ['two', []],
        ],
      );
    });
  });

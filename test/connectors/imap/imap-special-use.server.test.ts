import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { openImap, openImapSentFolder } from '../../../src/connectors/imap/open-imap.ts';
import { atom, command } from '../../../src/connectors/imap/raw-commands.ts';
import { flagsBySubject, type ImapMailServer, imapMailServers } from './imap-mail-servers.ts';

const quiet = new AbortController().signal;
const raw = (id: string) =>
  Buffer.from(`From: a@ours.example\r\nMessage-ID: <${id}>\r\nSubject: ${id}\r\n\r\nHello.\r\n`);
const [marked, unmarked] = ['marked', 'unmarked'];

/** Makes a folder that is marked for what was sent: by CREATE (RFC 6154 3) where the server takes that, else by its configuration. */
const createSent = async (client: ImapFlow, path: string): Promise<void> => {
  if (!client.capabilities.has('CREATE-SPECIAL-USE')) await client.mailboxCreate(path);
  else await command(client, 'CREATE', [path, [atom('USE'), [atom('\\Sent')]]], 'NONE', () => undefined);
};

for (const { name, skip, start } of imapMailServers)
  describe(`IMAP on ${name}: the sent folder`, { skip }, () => {
    let server: ImapMailServer;
    before(async () => {
      server = await start([marked, unmarked]);
    });
    after(() => server?.stop());

    const store = async (user: string, id: string): Promise<void> => {
      const sent = await openImapSentFolder(server.endpoint(user), quiet);
      await sent.folder.append(id, raw(id));
      await sent.folder.append(id, raw(id));
      assert.equal(await sent.folder.holds(id), true);
      assert.equal(await sent.folder.holds(`x${id}`), false);
      await sent.close();
    };

    test('OU-14: a copy goes once, read, to the folder that the server marks for it, whatever it is called', async () => {
      await server.within(marked, (client) => createSent(client, 'Verschickt'));
      await store(marked, 'one@ours.example');
      const held = await server.within(marked, (client) => flagsBySubject(client, 'Verschickt'));
      assert.deepEqual([...held], [['one@ours.example', ['\\Seen']]]);
      const paths = await server.within(marked, async (client) => (await client.list()).map(({ path }) => path));
      assert.ok(!paths.includes('Sent'));
      const connector = await openImap(server.endpoint(marked), quiet);
      const tree = await connector.folders?.folders(undefined, quiet);
      assert.deepEqual(
        tree?.folders.flatMap((folder) => (folder.role === 'sent' ? [folder.name] : [])),
        ['Verschickt'],
      );
      await connector.close();
    });

    test('OU-14: where no folder is marked it is Sent, made when it is absent', async () => {
      await store(unmarked, 'two@ours.example');
      await store(unmarked, 'three@ours.example');
      const held = await server.within(unmarked, (client) => flagsBySubject(client, 'Sent'));
      assert.deepEqual([...held.keys()], ['two@ours.example', 'three@ours.example']);
    });

    test('PAIN-09: an inbox made anew is told as renumbered, with the Message-IDs to know its mail again by', async () => {
      const inbox = 'Support';
      const endpoint = { ...server.endpoint(unmarked), inbox };
      const ids = ['a@ours.example', 'b@ours.example'];
      const fill = () =>
        server.within(unmarked, async (client) => {
          await client.mailboxCreate(inbox);
          for (const id of ids) await client.append(inbox, raw(id));
          const status = await client.status(inbox, { uidValidity: true });
          return status === false ? undefined : status.uidValidity;
        });
      const list = async (cursor: string | null) => {
        const connector = await openImap(endpoint, quiet);
        const pages = [];
        for await (const page of connector.retriever?.list(cursor, quiet) ?? []) pages.push(page);
        await connector.close();
        return pages;
      };
      const before = await fill();
      const [first] = await list(null);
      assert.equal(first?.handles.length, 2);
      assert.deepEqual(await list(first?.cursor ?? ''), [], 'nothing came since');
      let after = before;
      // UIDVALIDITY counts seconds on some servers.
      while (after === before) {
        await server.within(unmarked, (client) => client.mailboxDelete(inbox));
        after = await fill();
      }
      const [second, ...more] = await list(first?.cursor ?? '');
      assert.equal(more.length, 0);
      assert.deepEqual([second?.isRenumbered, second?.complete], [true, true]);
      assert.deepEqual(
        second?.handles.map(({ messageId }) => messageId),
        ids,
      );
      assert.ok(second?.handles.every(({ serverId }) => serverId.startsWith(`${after}:`)));
    });
  });

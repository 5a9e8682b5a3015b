import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { KeptInboxes } from '../../../src/connectors/imap/kept-inboxes.ts';
import { imapOpener } from '../../../src/connectors/imap/open-imap.ts';
import { restingConnector } from '../../../src/connectors/imap/resting-connector.ts';
import { heldClock } from '../../support/clock.ts';
import { type ImapMailServer, imapMailServers } from './imap-mail-servers.ts';

const quiet = new AbortController().signal;
const minute = 60_000;

for (const { name, skip, start } of imapMailServers)
  describe(`IMAP on ${name}: turns that ask on the open line`, { skip }, () => {
    let server: ImapMailServer;
    before(async () => {
      server = await start(['ada']);
    });
    after(async () => {
      await server?.stop();
    });

    test('SC-05, B6: nothing is signed in to while the line says that all is as it was; each kind of change is seen', async () => {
      const clock = heldClock();
      const inboxes = new KeptInboxes(clock);
      const openImap = imapOpener(inboxes);
      const endpoint = server.endpoint('ada');
      const ending = new AbortController();
      const watching = await openImap(endpoint, ending.signal);
      assert.ok(watching.watch);
      let wakings = 0;
      let onOpened: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => {
        onOpened = resolve;
      });
      const watched = watching.watch(
        () => (wakings += 1),
        ending.signal,
        undefined,
        () => onOpened(),
      );
      await opened;
      const inbox = inboxes.of(endpoint);
      assert.ok(inbox);

      let signIns = 0;
      let cursor: string | null = null;
      /** One turn: whether it signed in, and how many messages it read. */
      const turn = async (): Promise<readonly [number, number]> => {
        const before = signIns;
        let messages = 0;
        const connector = restingConnector(inbox, () => {
          signIns += 1;
          return openImap(endpoint, quiet);
        });
        for await (const page of connector.retriever?.list(cursor, quiet) ?? []) {
          messages += page.handles.length;
          cursor = page.cursor;
        }
        await connector.close();
        return [signIns - before, messages];
      };
      /** A change is made, seen, and relied on again. */
      const afterChange = async (messages: number, change: (client: ImapFlow) => Promise<unknown>): Promise<void> => {
        await server.within('ada', async (client) => {
          await client.mailboxOpen('INBOX');
          await change(client);
        });
        assert.deepEqual(await turn(), [1, messages]);
        await clock.advance(minute);
        assert.deepEqual(await turn(), [1, 0]);
        assert.deepEqual(await turn(), [0, 0]);
        assert.deepEqual(await turn(), [0, 0]);
      };

      await afterChange(0, async () => undefined);
      await afterChange(2, async (client) => {
        for (const subject of ['One', 'Two'])
          await client.append(
            'INBOX',
            Buffer.from(`From: bob@contoso.example\r\nSubject: ${subject}\r\n\r\nHello.\r\n`),
          );
      });
      assert.ok(wakings > 0, 'new mail wakes as ever');
      await afterChange(0, (client) => client.messageFlagsAdd('1', ['\\Flagged']));
      await afterChange(0, (client) => client.messageDelete('1'));
      await afterChange(1, (client) =>
        client.append('INBOX', Buffer.from('From: bob@contoso.example\r\nSubject: Three\r\n\r\nHello.\r\n')),
      );
      // Marks of ours are put on by a real connection, and change the inbox like anybody's.
      const marking = restingConnector(inbox, () => openImap(endpoint, quiet));
      const handles: string[] = [];
      for await (const page of marking.retriever?.list(null, quiet) ?? [])
        handles.push(...page.handles.map(({ serverId }) => serverId));
      const change = { serverId: handles[0] ?? '', category: 'Tracked', isOn: true };
      assert.deepEqual(await marking.folders?.mark?.([change], quiet), ['done']);
      await marking.close();
      await afterChange(0, async () => undefined);
      await clock.advance(61 * minute);
      assert.deepEqual(await turn(), [1, 0], 'an hour is the longest time without a listing');

      ending.abort();
      await watched;
      assert.equal(inboxes.of(endpoint), undefined, 'a line that ended is not asked');
      assert.deepEqual(await turn(), [1, 0]);
    });
  });

import assert from 'node:assert/strict';
import { connect, createServer, type Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import type { MailHandle } from '../../../src/contracts/mail-retriever.ts';
import { type ImapMailServer, imapMailServers } from './imap-mail-servers.ts';

const quiet = new AbortController().signal;

/** What another program's reading of the messages 1 and 2 makes a server tell in between. */
const unasked = '* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n';

/** A line to a server on which unasked answers are told before and after each answer to a FETCH. */
async function startTalkative(port: number): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.on('error', () => upstream.destroy()).pipe(upstream);
    upstream.on('error', () => client.destroy()).on('end', () => client.end());
    upstream.setEncoding('latin1').on('data', (text: string) => {
      const told = text.replace(/^\* \d+ FETCH \([^{}\r\n]*\)\r\n/gm, (line) => `${unasked}${line}${unasked}`);
      client.write(told, 'latin1');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

for (const { name, skip, start } of imapMailServers)
  describe(`IMAP on ${name}: answers nobody asked for`, { skip }, () => {
    let mail: ImapMailServer;
    let line: Awaited<ReturnType<typeof startTalkative>>;
    before(async () => {
      mail = await start(['talked']);
      line = await startTalkative(mail.plainPort);
    });
    after(async () => {
      line?.server.close();
      await mail?.stop();
    });

    test('IN-04: a listing names each message once, whatever the server tells in between (RFC 9051 7.5.2)', async () => {
      await mail.within('talked', async (client) => {
        for (let number = 1; number <= 3; number += 1)
          await client.append('INBOX', Buffer.from(`From: a@contoso.example\r\nSubject: ${number}\r\n\r\nHello.\r\n`));
      });
      const endpoint = { ...mail.endpoint('talked'), host: '127.0.0.1', port: line.port, security: 'none' } as const;
      const connector = await openImap(endpoint, quiet);
      assert.ok(connector.retriever);
      const handles: MailHandle[] = [];
      let cursor: string | null = null;
      for await (const page of connector.retriever.list(null, quiet)) {
        handles.push(...page.handles);
        cursor = page.cursor;
      }
      assert.deepEqual(
        handles.map(({ serverId, sizeBytes }) => [serverId.replace(/^\d+:/, ''), typeof sizeBytes]),
        [1, 2, 3].map((uid) => [String(uid), 'number']),
      );
      assert.match(cursor ?? '', /^\d+:3:/);
      const sized: (number | undefined)[] = [];
      const bare = handles.map(({ serverId }) => ({ serverId }));
      for await (const found of connector.retriever.fetch(bare, quiet))
        sized.push('raw' in found ? found.raw.length : undefined);
      assert.deepEqual(
        sized,
        handles.map(({ sizeBytes }) => sizeBytes),
      );
      await connector.close();
    });
  });

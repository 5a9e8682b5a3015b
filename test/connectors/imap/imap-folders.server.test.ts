import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import type { Endpoint } from '../../../src/contracts/connector.ts';
import { folderTrackerContract } from '../../../testbed/contracts/folder-tracker-contract.ts';
import { startCyrus } from '../../../testbed/servers/cyrus.ts';
import { type DovecotServer, startDovecot } from '../../../testbed/servers/dovecot.ts';
import { startGmailLabelsProxy } from '../../../testbed/servers/gmail-labels-proxy.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { imapFolderServer } from './imap-folder-server.ts';
import { openResting } from './open-resting.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const user = 'folders';

const endpointOf = (port: number, password: string, caPem: string): Endpoint => ({
  host: 'localhost',
  port,
  security: 'tls',
  signIn: { kind: 'password', username: user, password },
  timeoutMs: 10_000,
  maxMessageBytes: 1024 * 1024,
  caPem,
});

async function personOn(server: DovecotServer): Promise<ImapFlow> {
  const person = new ImapFlow({
    host: 'localhost',
    port: server.ports.imaps,
    secure: true,
    auth: { user, pass: server.password },
    tls: { ca: server.caPem },
    logger: false,
  });
  await person.connect();
  return person;
}

folderTrackerContract({
  name: 'IMAP on Dovecot',
  skip,
  hasLastingIds: true,
  start: async () => {
    const server = await startDovecot();
    const endpoint = endpointOf(server.ports.imaps, server.password, server.caPem);
    return imapFolderServer(endpoint, await personOn(server), () => server.stop());
  },
});

folderTrackerContract({
  name: 'IMAP on Dovecot, whose line is open',
  skip,
  hasLastingIds: true,
  start: async () => {
    const server = await startDovecot();
    const endpoint = endpointOf(server.ports.imaps, server.password, server.caPem);
    return imapFolderServer(endpoint, await personOn(server), () => server.stop(), openResting);
  },
});

folderTrackerContract({
  name: 'IMAP on Cyrus',
  skip: serverSkip('cyrus', 'cyrus-imapd'),
  hasLastingIds: true,
  start: async () => {
    const server = await startCyrus([user]);
    const endpoint = endpointOf(server.ports.imaps, server.password, server.caPem);
    return imapFolderServer(endpoint, await server.connect(user), () => server.stop());
  },
});

folderTrackerContract({
  name: 'IMAP with labels as Gmail has them, on Dovecot',
  skip,
  hasLastingIds: true,
  start: async () => {
    const server = await startDovecot();
    const proxy = await startGmailLabelsProxy(server.ports.imap);
    const endpoint = endpointOf(server.ports.imaps, server.password, server.caPem);
    const labelled: Endpoint = { ...endpoint, host: '127.0.0.1', port: proxy.port, security: 'none' };
    return imapFolderServer(labelled, await personOn(server), async () => {
      await proxy.stop();
      await server.stop();
    });
  },
});

folderTrackerContract({
  name: 'IMAP on Dovecot that offers little more than IMAP4rev1',
  skip,
  hasLastingIds: false,
  listsWhole: true,
  start: async () => {
    const server = await startDovecot({
      extra: 'imap_id_send =\nimap_capability = IMAP4rev1 SASL-IR ID NAMESPACE UIDPLUS\n',
    });
    const endpoint = endpointOf(server.ports.imaps, server.password, server.caPem);
    return imapFolderServer(endpoint, await personOn(server), () => server.stop());
  },
});

describe('IMAP folders of a server that gives them no lasting ids', { skip }, () => {
  const quiet = new AbortController().signal;
  let server: DovecotServer;
  let person: ImapFlow;
  before(async () => {
    // Dovecot's folder ids are asked of a server that says it is Dovecot.
    server = await startDovecot({ extra: 'imap_id_send =' });
    person = await personOn(server);
  });
  after(async () => {
    person?.close();
    await server?.stop();
  });

  test("folder names of all scripts; the inbox stays the retriever's after every operation", async () => {
    const path = (await person.mailboxCreate('Kund-innen Größe 顧客 & Co')).path;
    const raw = (id: string) => Buffer.from(`Message-ID: <${id}@a.example>\r\nSubject: x\r\n\r\nHello ${id}.\r\n`);
    await person.append(path, raw('folder'));
    await person.append('INBOX', raw('inbox'));
    const endpoint = endpointOf(server.ports.imaps, server.password, server.caPem);
    const connector = await openImap(endpoint, quiet);
    const { folders, retriever } = connector;
    assert.ok(folders && retriever);
    const tree = await folders.folders(undefined, quiet);
    const made = tree.folders.find(({ name }) => name === path);
    assert.ok(made);
    const items = [];
    for await (const page of folders.changes(made.id, null, quiet)) items.push(...page.items);
    assert.deepEqual(
      items.map(({ messageId }) => messageId),
      ['folder@a.example'],
    );
    const handles = [];
    for await (const page of retriever.list(null, quiet)) handles.push(...page.handles);
    assert.equal(handles.length, 1);
    const read: string[] = [];
    for await (const fetched of folders.fetch([...items, ...handles, ...items], quiet))
      read.push('raw' in fetched ? (/Hello (\w+)/.exec(fetched.raw.toString())?.[1] ?? '') : fetched.error.message);
    assert.deepEqual(read, ['folder', 'inbox', 'folder']);
    await retriever.settle(handles, 'delete', quiet);
    await connector.close();
    assert.equal((await server.listMessages(user)).length, 0);
    const status = await person.status(path, { messages: true });
    assert.equal(status === false ? 0 : status.messages, 1);
  });

  test('FT-07: a folder made anew under its name is read from its start', async () => {
    const path = (await person.mailboxCreate('Again')).path;
    await person.append(path, Buffer.from('Message-ID: <old@a.example>\r\n\r\nHello.\r\n'));
    const connector = await openImap(endpointOf(server.ports.imaps, server.password, server.caPem), quiet);
    const read = async (cursor: string | null) => {
      for await (const page of connector.folders?.changes(path, cursor, quiet) ?? []) return page;
      throw new Error('no page');
    };
    const first = await read(null);
    await person.mailboxDelete(path);
    await assert.rejects(read(first.cursor), { kind: 'notFound' });
    // UIDVALIDITY counts seconds on this server.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await person.mailboxCreate('Again');
    await person.append(path, Buffer.from('Message-ID: <new@a.example>\r\n\r\nHello.\r\n'));
    const anew = await read(first.cursor);
    assert.equal(anew.startsAnew, true);
    assert.deepEqual(
      anew.items.map(({ messageId }) => messageId),
      ['new@a.example'],
    );
    connector.abort();
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { openImap, openImapSentFolder } from '../../../src/connectors/imap/open-imap.ts';
import { command } from '../../../src/connectors/imap/raw-commands.ts';
import type { Connector, Endpoint } from '../../../src/contracts/connector.ts';
import { startCyrus } from '../../../testbed/servers/cyrus.ts';
import { startDovecot } from '../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';

const quiet = new AbortController().signal;

/** Mailboxes of other people below `shared/`, seen by those who have rights on them (Dovecot's ACL plugin). */
const sharing = `
mail_plugins = acl
protocol imap {
  mail_plugins = acl imap_acl
}
plugin {
  acl = vfile
  acl_shared_dict = file:%h/../shared-mailboxes
}
namespace inbox {
  type = private
  separator = /
  prefix =
  inbox = yes
}
namespace shared {
  type = shared
  separator = /
  prefix = shared/%%u/
  location = maildir:%%h/Maildir:INDEX=%h/shared/%%u
  subscriptions = no
  list = yes
}
`;

interface SharingServer {
  readonly ports: { readonly imaps: number };
  readonly caPem: string;
  readonly password: string;
  stop(): Promise<void>;
}

const dovecot = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const servers: readonly {
  readonly name: string;
  readonly skip: string | false;
  readonly start: () => Promise<SharingServer>;
  /** Path of support's inbox, and what the paths of support's other folders begin with, as anna sees them. */
  readonly inbox: string;
  readonly root: string;
}[] = [
  {
    name: 'Dovecot',
    skip: dovecot,
    start: () => startDovecot({ extra: sharing }),
    inbox: 'shared/support/INBOX',
    root: 'shared/support/',
  },
  {
    name: 'Cyrus',
    skip: serverSkip('cyrus', 'cyrus-imapd'),
    start: () => startCyrus(['anna', 'support']),
    inbox: 'Other Users/support',
    root: 'Other Users/support/',
  },
];

for (const { name, skip, start, inbox, root } of servers)
  describe(`IMAP on ${name}: the mailbox of somebody else (RFC 2342)`, { skip }, () => {
    let server: SharingServer;
    let support: ImapFlow;
    const opened: Connector[] = [];
    const endpoint = (shared: string | undefined): Endpoint => ({
      host: 'localhost',
      port: server.ports.imaps,
      security: 'tls',
      signIn: { kind: 'password', username: 'anna', password: server.password },
      timeoutMs: 10_000,
      maxMessageBytes: 1024 * 1024,
      caPem: server.caPem,
      inbox: shared,
    });
    const open = async (shared: string | undefined) => {
      const connector = await openImap(endpoint(shared), quiet);
      opened.push(connector);
      const { retriever, folders } = connector;
      assert.ok(retriever && folders);
      return { connector, retriever, folders };
    };
    const raw = (id: string) => Buffer.from(`Message-ID: <${id}@a.example>\r\nSubject: x\r\n\r\nHello.\r\n`);

    before(async () => {
      server = await start();
      support = new ImapFlow({
        host: 'localhost',
        port: server.ports.imaps,
        secure: true,
        auth: { user: 'support', pass: server.password },
        tls: { ca: server.caPem },
        logger: false,
      });
      await support.connect();
      for (const folder of ['Sent', 'Orders']) await support.mailboxCreate(folder).catch(() => undefined);
      for (const folder of ['INBOX', 'Sent', 'Orders'])
        await command(support, 'SETACL', [folder, 'anna', 'lrswipkxte'], 'NONE', () => undefined);
      await support.append('INBOX', raw('inbox'));
      await support.append('Orders', raw('orders'));
    });
    after(async () => {
      for (const connector of opened) connector.abort();
      support?.close();
      await server?.stop();
    });

    const messages = async (path: string): Promise<number> => {
      const status = await support.status(path, { messages: true });
      return status === false ? 0 : (status.messages ?? 0);
    };

    test('FT-18: the folders that others share are among the folders, but not the own ones', async () => {
      const { folders } = await open(undefined);
      const { folders: all } = await folders.folders(undefined, quiet);
      assert.equal(all.filter(({ role }) => role === 'inbox').length, 1);
      const orders = all.find((folder) => folder.name === 'Orders');
      assert.equal(orders?.isForeign, true);
      assert.ok(all.every(({ role, isForeign }) => role !== 'sent' || isForeign !== true));
      const items = [];
      for await (const page of folders.changes(orders?.id ?? '', null, quiet)) items.push(...page.items);
      assert.deepEqual(
        items.map(({ messageId }) => messageId),
        ['orders@a.example'],
      );
    });

    test('PAIN-10: a shared mailbox is read with the credentials of one who may: its inbox, its folders, its sent folder', async () => {
      const { connector, retriever, folders } = await open(inbox);
      assert.match(connector.steps.at(-1)?.detail ?? '', /holds 1 message/);
      const handles = [];
      for await (const page of retriever.list(null, quiet)) handles.push(...page.handles);
      assert.equal(handles.length, 1);
      const tree = await folders.folders(undefined, quiet);
      const own = tree.folders.filter(({ isForeign }) => isForeign !== true);
      assert.deepEqual(own.map((folder) => [folder.name === 'Orders', folder.role]).sort(), [
        [false, 'inbox'],
        [false, 'sent'],
        [true, 'other'],
      ]);
      const fetched = [];
      for await (const one of retriever.fetch(handles, quiet)) fetched.push(one);
      assert.ok(fetched[0] && 'raw' in fetched[0] && fetched[0].raw.includes('<inbox@a.example>'));
      const sent = await openImapSentFolder(endpoint(inbox), quiet);
      await sent.folder.append('copy@a.example', raw('copy'));
      await sent.close();
      assert.equal(await messages('Sent'), 1);
      await retriever.settle(handles, { moveTo: 'Orders' }, quiet);
      assert.deepEqual([await messages('INBOX'), await messages('Orders')], [0, 2]);
    });

    test('a folder that is not there is told with the setting that names it', async () => {
      await assert.rejects(openImap(endpoint(`${root}Nothing`), quiet), {
        code: 'mr_InboxMissing',
        kind: 'configuration',
      });
    });
  });

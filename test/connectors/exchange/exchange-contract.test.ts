import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ExchangeEndpoint } from '../../../src/connectors/exchange/exchange-endpoint.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import type { MailHandle } from '../../../src/contracts/mail-retriever.ts';
import { contractMailboxes, mailRetrieverContract } from '../../../testbed/contracts/mail-retriever-contract.ts';
import { mailSenderContract } from '../../../testbed/contracts/mail-sender-contract.ts';
import { contentOf } from '../../../testbed/exchange/items/item-content.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { el } from '../../../testbed/exchange/xml/xml-node.ts';

const quiet = new AbortController().signal;
const password = 'secret-of-the-tests';
const mailboxes = Array.from({ length: contractMailboxes }, (_, index) => `box${index}@contract.example`);

function endpointOf(server: ExchangeSimulator, mailbox: string, maxMessageBytes = 50_000_000): ExchangeEndpoint {
  return {
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    signIn: { kind: 'password', username: mailbox, password },
    timeoutMs: 10_000,
    maxMessageBytes,
    ewsUrl: server.ewsUrl,
    mailboxAddress: mailbox,
    impersonates: false,
    passwordScheme: 'basic',
    savesSentCopy: true,
  };
}

mailRetrieverContract({
  name: 'Exchange (simulated)',
  skip: false,
  mailboxes,
  start: async () => {
    const server = await startExchange({ mailboxes: mailboxes.map((address) => ({ address, password })) });
    return {
      open: (mailbox, maxMessageBytes) => openExchange(endpointOf(server, mailbox, maxMessageBytes), quiet),
      addMessage: async (mailbox, raw) => server.seed(mailbox, 'inbox', [{ mime: raw, isRead: false }]),
      remaining: async (mailbox) => bytesIn(itemsIn(server, mailbox, 'Inbox')),
      seen: async (mailbox) => itemsIn(server, mailbox, 'Inbox').filter(({ isRead }) => isRead).length,
      undeliverable: async (mailbox) => bytesIn(itemsIn(server, mailbox, 'Undeliverable')),
      stop: () => server.stop(),
    };
  },
});

mailSenderContract('Exchange (simulated)', async () => {
  const server = await startExchange({ mailboxes: [{ address: 'a@sender.example', password }] });
  return {
    from: 'a@sender.example',
    open: () => openExchange(endpointOf(server, 'a@sender.example'), quiet),
    arrived: async () => server.sent.map(({ to, raw }) => ({ to, raw })),
    stop: () => server.stop(),
  };
});

describe('Exchange: undeliverable messages', () => {
  const address = 'ada@harbour.example';
  const mark = 'Tracked to Dynamics 365 (Undeliverable)';
  let server: ExchangeSimulator;
  before(async () => {
    server = await startExchange({ mailboxes: [{ address, password }] });
  });
  after(() => server.stop());

  test('UD-01, UD-02: the category is added to those of the user, the folder is made once, the rest stays', async () => {
    for (const subject of ['one', 'two', 'three']) {
      server.deliver(
        address,
        Buffer.from(`From: mei@northwind.example\r\nTo: ${address}\r\nSubject: ${subject}\r\n\r\nHello\r\n`),
      );
    }
    const [first] = itemsIn(server, address, 'Inbox');
    assert.ok(first);
    contentOf(first, server.account(address).mailbox).properties.set(
      'Categories',
      el('Categories', [el('String', 'Red')]),
    );
    for (const left of [2, 1]) {
      const connector = await openExchange(endpointOf(server, address), quiet);
      const handles: MailHandle[] = [];
      for await (const page of connector.retriever?.list(null, quiet) ?? []) handles.push(...page.handles);
      await connector.retriever?.settle(handles.slice(0, 1), 'undeliverable', quiet);
      await connector.close();
      assert.equal(itemsIn(server, address, 'Inbox').length, left);
    }
    const aside = itemsIn(server, address, 'Undeliverable');
    assert.deepEqual(
      aside.map(({ subject }) => subject),
      ['one', 'two'],
    );
    assert.deepEqual(aside.map(categoriesOf), [['Red', mark], [mark]]);
    assert.deepEqual(
      itemsIn(server, address, 'Inbox').map(({ subject, isRead }) => [subject, isRead]),
      [['three', false]],
    );
    assert.equal(foldersNamed(server, address, 'Undeliverable').length, 1);
  });

  test('UD-03: what was dealt with is moved to a folder in a folder, made once', async () => {
    for (const subject of ['four', 'five']) {
      server.deliver(address, Buffer.from(`From: mei@northwind.example\r\nSubject: ${subject}\r\n\r\nHello\r\n`));
      const connector = await openExchange(endpointOf(server, address), quiet);
      const handles: MailHandle[] = [];
      for await (const page of connector.retriever?.list(null, quiet) ?? []) handles.push(...page.handles);
      await connector.retriever?.settle(handles.slice(-1), { moveTo: 'Archive 2/Done' }, quiet);
      await connector.close();
    }
    assert.deepEqual(
      itemsIn(server, address, 'Done').map(({ subject }) => subject),
      ['four', 'five'],
    );
    assert.equal(foldersNamed(server, address, 'Archive 2').length, 1);
  });
});

const categoriesOf = ({ content }: ReturnType<typeof itemsIn>[number]): readonly string[] =>
  content?.properties.get('Categories')?.children.map(({ text }) => text) ?? [];

const foldersNamed = (server: ExchangeSimulator, mailbox: string, name: string) =>
  [...server.account(mailbox).mailbox.folders.values()].filter((folder) => folder.name === name);

function itemsIn(server: ExchangeSimulator, mailbox: string, folder: string) {
  return foldersNamed(server, mailbox, folder).flatMap(({ byArrival }) => [...byArrival]);
}

function bytesIn(items: ReturnType<typeof itemsIn>): Buffer[] {
  return items.map(({ mime }) => (typeof mime === 'function' ? mime() : (mime ?? Buffer.alloc(0))));
}

import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import { folderTrackerContract } from '../../../testbed/contracts/folder-tracker-contract.ts';
import { contentOf } from '../../../testbed/exchange/items/item-content.ts';
import { startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { el } from '../../../testbed/exchange/xml/xml-node.ts';

const quiet = new AbortController().signal;
const address = 'box@contract.example';
const password = 'secret-of-the-tests';

folderTrackerContract({
  name: 'Exchange (simulated)',
  skip: false,
  hasLastingIds: true,
  start: async () => {
    const server = await startExchange({ mailboxes: [{ address, password }] });
    const { mailbox } = server.account(address);
    const folderOf = (id: string) => mailbox.folders.get(id) ?? mailbox.folderNamed(id);
    const itemOf = (messageId: string) => {
      const [item] = mailbox.itemsWithMessageId(`<${messageId}>`);
      if (item === undefined) throw new Error(`There is no message ${messageId}.`);
      return item;
    };
    return {
      open: async () => {
        const connector = await openExchange(
          {
            host: '127.0.0.1',
            port: server.port,
            security: 'none',
            signIn: { kind: 'password', username: address, password },
            timeoutMs: 10_000,
            maxMessageBytes: 1_000_000,
            ewsUrl: server.ewsUrl,
            mailboxAddress: address,
            impersonates: false,
            passwordScheme: 'basic',
            savesSentCopy: true,
          },
          quiet,
        );
        if (connector.folders === undefined) throw new Error('Exchange has folders.');
        return connector.folders;
      },
      makeFolder: async (parentId, name) => server.makeFolder(address, parentId, name),
      renameFolder: async (id, name) => {
        const folder = folderOf(id);
        folder.name = name;
        mailbox.touchFolder(folder);
      },
      moveFolder: async (id, parentId) => mailbox.moveFolder(folderOf(id), folderOf(parentId)),
      deleteFolder: async (id) => mailbox.removeFolder(folderOf(id)),
      add: async (folderId, messageId) =>
        server.seed(address, folderId, [
          { mime: Buffer.from(`From: a@b.example\r\nMessage-ID: <${messageId}>\r\nSubject: x\r\n\r\nText\r\n`) },
        ]),
      move: async (messageId, toFolderId) => void mailbox.moveItem(itemOf(messageId), folderOf(toFolderId)),
      remove: async (messageId) => mailbox.removeItem(itemOf(messageId)),
      categories: async (messageId) =>
        (contentOf(itemOf(messageId), mailbox).properties.get('Categories')?.children ?? []).map(({ text }) => text),
      setCategories: async (messageId, categories) => {
        const item = itemOf(messageId);
        mailbox.changeItem(item, () => {
          const list = el(
            'Categories',
            categories.map((name) => el('String', name)),
          );
          contentOf(item, mailbox).properties.set('Categories', list);
        });
      },
      stop: () => server.stop(),
    };
  },
});

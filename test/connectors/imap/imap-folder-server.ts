import type { ImapFlow } from 'imapflow';
import { readFolderIds } from '../../../src/connectors/imap/folder-ids.ts';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import type { Connector, Endpoint, OpenConnector } from '../../../src/contracts/connector.ts';
import type { FolderServer } from '../../../testbed/contracts/folder-tracker-contract.ts';

/** A mailbox of an IMAP server as the folder contract steers it: `person` is another program that is signed in, `open` the way that is tried. */
export async function imapFolderServer(
  endpoint: Endpoint,
  person: ImapFlow,
  stop: () => Promise<void>,
  open: OpenConnector = openImap,
): Promise<FolderServer> {
  const opened: Connector[] = [];
  const { delimiter = '/' } = (await person.list())[0] ?? {};
  const idOf = async (path: string): Promise<string> => {
    const ids = await readFolderIds(person, await person.list(), ['*']);
    return ids.get(path) ?? path;
  };
  const pathOf = async (id: string): Promise<string> => {
    const ids = await readFolderIds(person, await person.list(), ['*']);
    return [...ids].find(([, one]) => one === id)?.[0] ?? id;
  };
  /** Runs work where the message lies. */
  const at = async <T>(messageId: string, work: (uid: string) => Promise<T>): Promise<T> => {
    for (const { path } of await person.list()) {
      const lock = await person.getMailboxLock(path);
      try {
        const found = await person.search({ header: { 'message-id': `<${messageId}>` } }, { uid: true });
        if (Array.isArray(found) && found.length > 0) return await work(found.join(','));
      } finally {
        lock.release();
      }
    }
    throw new Error(`There is no ${messageId}.`);
  };
  return {
    open: async () => {
      const connector = await open(endpoint, new AbortController().signal);
      opened.push(connector);
      if (connector.folders === undefined) throw new Error('no folders');
      return connector.folders;
    },
    makeFolder: async (parentId, name) =>
      idOf((await person.mailboxCreate(`${await pathOf(parentId)}${delimiter}${name}`)).path),
    renameFolder: async (id, name) => {
      const path = await pathOf(id);
      await person.mailboxRename(path, [...path.split(delimiter).slice(0, -1), name].join(delimiter));
    },
    moveFolder: async (id, parentId) => {
      const path = await pathOf(id);
      await person.mailboxRename(path, `${await pathOf(parentId)}${delimiter}${path.split(delimiter).at(-1)}`);
    },
    deleteFolder: async (id) => void (await person.mailboxDelete(await pathOf(id))),
    add: async (folderId, messageId) => {
      const raw = Buffer.from(`From: a@contract.example\r\nMessage-ID: <${messageId}>\r\nSubject: x\r\n\r\nHello.\r\n`);
      await person.append(await pathOf(folderId), raw);
    },
    move: (messageId, toFolderId) =>
      at(messageId, async (uid) => void (await person.messageMove(uid, await pathOf(toFolderId), { uid: true }))),
    remove: (messageId) => at(messageId, async (uid) => void (await person.messageDelete(uid, { uid: true }))),
    categories: (messageId) =>
      at(messageId, async (uid) => {
        const found = await person.fetchOne(uid, { flags: true }, { uid: true });
        return found === false ? [] : [...(found.flags ?? [])].filter((flag) => !/^[\\$]/.test(flag));
      }),
    setCategories: (messageId, categories) =>
      at(messageId, async (uid) => void (await person.messageFlagsSet(uid, [...categories], { uid: true }))),
    stop: async () => {
      for (const connector of opened) connector.abort();
      person.close();
      await stop();
    },
  };
}

import { createHash } from 'node:crypto';
import type { FetchMessageObject, ImapFlow, ListResponse } from 'imapflow';
import { MailroomError } from '../../base/errors.ts';
import type {
  FolderItem,
  FolderPage,
  FolderRole,
  FolderTracker,
  FolderTree,
  MailFolder,
} from '../../contracts/folder-tracker.ts';
import type { FetchedMail, MailHandle } from '../../contracts/mail-retriever.ts';
import { formatCursor, type ImapState, isUnchanged, parseCursor } from './imap-cursor.ts';
import { imapAborted, imapError } from './imap-errors.ts';
import { ImapRetriever, type ImapRetrieverOptions } from './imap-retriever.ts';
import { messageIdOf } from './message-id-field.ts';

const inbox = 'INBOX';

/**
 * Folders of an IMAP mailbox (chapter FT), shared ones included, known by their path; one made anew under an old name has another
 * UIDVALIDITY and is read from its start. A message of a folder other than the inbox is `UIDVALIDITY:UID@path`. Each operation leaves
 * the inbox open, for the retriever on the same connection. One operation at a time.
 */
export class ImapFolders implements FolderTracker {
  readonly #client: ImapFlow;
  readonly #options: ImapRetrieverOptions;
  readonly #reader: ImapRetriever;

  constructor(client: ImapFlow, options: ImapRetrieverOptions) {
    this.#client = client;
    this.#options = options;
    this.#reader = new ImapRetriever(client, options);
  }

  async folders(known: FolderTree | undefined, signal: AbortSignal): Promise<FolderTree> {
    const listed = await this.#told('listing the folders', signal, () => this.#client.list());
    const paths = new Set(listed.map(({ path }) => path));
    const folders = listed.map((one) => folderOf(one, paths));
    const text = JSON.stringify(folders.map(({ id, parentId, name, role }) => [id, parentId, name, role]).sort());
    const state = createHash('sha256').update(text).digest('base64url');
    return known?.state === state ? known : { state, folders };
  }

  async *changes(folderId: string, cursor: string | null, signal: AbortSignal): AsyncGenerator<FolderPage> {
    yield await this.#within(folderId, signal, async (now) => {
      const known = parseCursor(cursor);
      const isSame = known !== undefined && known.uidValidity === now.uidValidity;
      const next = formatCursor({ ...now, lastUid: Math.max(0, (now.uidNext ?? 1) - 1) });
      if (isSame && isUnchanged(known, now)) return { items: [], goneIds: [], cursor: next, startsAnew: false };
      // Without an account of what left (QRESYNC) only a whole listing tells.
      const since = isSame && this.#client.enabled.has('QRESYNC') ? known.modseq : undefined;
      const { items, goneIds } = await this.#read(folderId, now, since);
      return { items, goneIds, cursor: next, startsAnew: since === undefined };
    });
  }

  fetch(handles: readonly MailHandle[], signal: AbortSignal): AsyncGenerator<FetchedMail> {
    return this.#each(handles, signal, (plain) => this.#reader.fetch(plain, signal));
  }

  fetchHeads(handles: readonly MailHandle[], maxBytes: number, signal: AbortSignal): AsyncGenerator<FetchedMail> {
    return this.#each(handles, signal, (plain) => this.#reader.fetchHeads(plain, maxBytes, signal));
  }

  /** Reads handles folder by folder, in the order asked as far as they lie in one folder after the other. */
  async *#each(
    handles: readonly MailHandle[],
    signal: AbortSignal,
    read: (plain: readonly MailHandle[]) => AsyncIterable<FetchedMail>,
  ): AsyncGenerator<FetchedMail> {
    for (let start = 0; start < handles.length; ) {
      const folder = splitId(handles[start]?.serverId ?? '').folder;
      let end = start;
      while (end < handles.length && splitId(handles[end]?.serverId ?? '').folder === folder) end += 1;
      const group = handles.slice(start, end);
      start = end;
      await this.#open(folder, signal);
      try {
        const plain = group.map((handle) => ({ ...handle, serverId: splitId(handle.serverId).id }));
        const original = new Map(plain.map((handle, index) => [handle, group[index] ?? handle]));
        for await (const fetched of read(plain))
          yield { ...fetched, handle: original.get(fetched.handle) ?? fetched.handle };
      } finally {
        await this.#reopenInbox();
      }
    }
  }

  async #read(
    folder: string,
    now: ImapState,
    since: bigint | undefined,
  ): Promise<{ readonly items: readonly FolderItem[]; readonly goneIds: readonly string[] }> {
    const items: { readonly uid: number; readonly item: FolderItem }[] = [];
    const goneIds: string[] = [];
    if (this.#client.mailbox !== false && this.#client.mailbox.exists === 0 && since === undefined)
      return { items: [], goneIds };
    const onExpunge = ({ uid }: { readonly uid?: number }): void => {
      if (uid !== undefined && goneIds.length < mostGone) goneIds.push(idIn(folder, now.uidValidity, uid));
    };
    const query = { uid: true, size: true, internalDate: true, flags: true, headers: ['Message-ID'] };
    this.#client.on('expunge', onExpunge);
    try {
      const changed = since === undefined ? {} : { changedSince: since };
      for await (const found of this.#client.fetch('1:*', query, { uid: true, ...changed }))
        items.push({ uid: found.uid, item: itemOf(folder, now.uidValidity, found) });
    } finally {
      this.#client.off('expunge', onExpunge);
    }
    return { items: items.sort((one, other) => one.uid - other.uid).map(({ item }) => item), goneIds };
  }

  /** Opens a folder for reading, does the work and opens the inbox again. */
  async #within<T>(folder: string, signal: AbortSignal, work: (now: ImapState) => Promise<T>): Promise<T> {
    await this.#open(folder, signal);
    try {
      return await this.#told('reading a folder', signal, async () => {
        const { mailbox } = this.#client;
        if (mailbox === false) throw new Error('the folder was closed');
        const modseq = (mailbox.noModseq ? undefined : mailbox.highestModseq) || undefined;
        return work({ uidValidity: String(mailbox.uidValidity), modseq, uidNext: mailbox.uidNext || undefined });
      });
    } finally {
      await this.#reopenInbox();
    }
  }

  async #open(folder: string, signal: AbortSignal): Promise<void> {
    await this.#told('opening a folder', signal, async () => {
      try {
        await this.#client.mailboxOpen(folder, { readOnly: true });
      } catch (error) {
        await this.#reopenInbox();
        const isThere = !this.#client.usable || (await this.#client.list()).some(({ path }) => path === folder);
        if (isThere) throw error;
        throw new MailroomError(`There is no folder "${folder}" on ${this.#options.where} any more.`, {
          code: 'mr_FolderGone',
          kind: 'notFound',
        });
      }
    });
  }

  /** Another folder left open would be taken for the inbox: better no connection then. */
  async #reopenInbox(): Promise<void> {
    if (this.#client.usable) await this.#client.mailboxOpen(inbox).catch(() => this.#client.close());
  }

  async #told<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { where, secrets } = this.#options;
    if (signal.aborted) throw imapAborted(where, signal.reason);
    const onAbort = () => this.#client.close();
    signal.addEventListener('abort', onAbort);
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? imapAborted(where, signal.reason) : imapError(error, where, doing, secrets);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

/** Messages that left a folder, told in one listing. */
const mostGone = 100_000;

const roleOf: Readonly<Record<string, FolderRole>> = {
  '\\Inbox': 'inbox',
  '\\Sent': 'sent',
  '\\Drafts': 'drafts',
  '\\Trash': 'deleted',
};

function folderOf({ path, name, parentPath, specialUse }: ListResponse, paths: ReadonlySet<string>): MailFolder {
  const role = path.toUpperCase() === inbox ? 'inbox' : (roleOf[specialUse ?? ''] ?? 'other');
  const parentId = parentPath !== '' && paths.has(parentPath) ? parentPath : undefined;
  return { id: path, parentId, name, role, itemCount: undefined };
}

const idIn = (folder: string, uidValidity: string, uid: number): string =>
  folder.toUpperCase() === inbox ? `${uidValidity}:${uid}` : `${uidValidity}:${uid}@${folder}`;

function splitId(serverId: string): { readonly id: string; readonly folder: string } {
  const at = serverId.indexOf('@');
  return at < 0 ? { id: serverId, folder: inbox } : { id: serverId.slice(0, at), folder: serverId.slice(at + 1) };
}

function itemOf(folder: string, uidValidity: string, found: FetchMessageObject): FolderItem {
  const flags = [...(found.flags ?? [])];
  const receivedOn = found.internalDate === undefined ? undefined : new Date(found.internalDate);
  return {
    serverId: idIn(folder, uidValidity, found.uid),
    sizeBytes: found.size,
    receivedOn,
    messageId: messageIdOf(found.headers) || undefined,
    modifiedOn: undefined,
    categories: flags.filter((flag) => !/^[\\$]/.test(flag)),
    isMail: !flags.includes('\\Draft'),
  };
}

import type { ImapFlow, ListResponse, StatusQuery } from 'imapflow';
import { MailroomError } from '../../base/errors.ts';
import { readFolderIds } from './folder-ids.ts';
import type { ImapState } from './imap-cursor.ts';
import { imapAborted, imapError } from './imap-errors.ts';
import { isInboxFolder } from './imap-place.ts';
import type { ImapRetrieverOptions } from './imap-retriever.ts';
import { listMatching } from './raw-commands.ts';

/** A folder as the server lists it, with its lasting id: its path where the server gives none. */
export interface KnownFolder {
  readonly id: string;
  readonly listed: ListResponse;
}

/** A message's server id: its place in the inbox, or in another folder. */
export interface PlacedId {
  /** `UIDVALIDITY:UID`. */
  readonly id: string;
  /** Undefined for the inbox. */
  readonly folderId: string | undefined;
}

/** What a folder is opened for. */
export type FolderAccess = 'reading' | 'changing';

/**
 * Opens folders of one connection by their ids. Every operation leaves the inbox open, for the retriever on the same connection; one
 * operation at a time.
 */
export class ImapFolderAccess {
  readonly client: ImapFlow;
  readonly options: ImapRetrieverOptions;
  #known: ReadonlyMap<string, KnownFolder> | undefined;

  constructor(client: ImapFlow, options: ImapRetrieverOptions) {
    this.client = client;
    this.options = options;
  }

  /** All folders that the account sees: other people's and shared ones, too, even where the server lists them only when asked by name (RFC 2342). */
  list(signal: AbortSignal, statusQuery?: StatusQuery): Promise<readonly KnownFolder[]> {
    return this.told('listing the folders', signal, async () => {
      const listed = await this.client.list(statusQuery === undefined ? {} : { statusQuery });
      const hidden = this.options.place.foreign.filter((prefix) => !listed.some(({ path }) => path.startsWith(prefix)));
      const patterns = hidden.map((prefix) => `${prefix}*`);
      for (const pattern of patterns) listed.push(...(await this.#listIfAllowed(pattern)));
      const ids = await readFolderIds(this.client, listed, ['*', ...patterns]);
      const folders = listed.map((one) => ({ id: ids.get(one.path) ?? one.path, listed: one }));
      this.#known = new Map(folders.map((folder) => [folder.id, folder]));
      return folders;
    });
  }

  /** The server id of a message in a folder. */
  serverId(folderId: string, uidValidity: string, uid: number): string {
    const path = this.#known?.get(folderId)?.listed.path;
    return path !== undefined && isInboxFolder(this.options.place, path)
      ? `${uidValidity}:${uid}`
      : `${uidValidity}:${uid}@${folderId}`;
  }

  /**
   * Opens a folder, or the inbox when undefined, and returns what opens the inbox again; every opening must be ended by it. Throws kind
   * `notFound` when there is no such folder any more.
   */
  async open(
    folderId: string | undefined,
    access: FolderAccess,
    signal: AbortSignal,
  ): Promise<{ readonly now: ImapState; readonly close: () => Promise<void> }> {
    return this.told('opening a folder', signal, async () => {
      await this.#open(folderId, access, signal);
      return { now: stateOf(this.client), close: () => this.#reopenInbox() };
    });
  }

  /** Does work in an open folder. */
  async within<T>(
    folderId: string | undefined,
    access: FolderAccess,
    signal: AbortSignal,
    work: (now: ImapState) => Promise<T>,
  ): Promise<T> {
    const { now, close } = await this.open(folderId, access, signal);
    try {
      return await this.told(`${access} a folder`, signal, () => work(now));
    } finally {
      await close();
    }
  }

  /** Runs `work`; what it throws becomes an error of ours, and an abort closes the connection. */
  async told<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { where, secrets } = this.options;
    if (signal.aborted) throw imapAborted(where, signal.reason);
    const onAbort = () => this.client.close();
    signal.addEventListener('abort', onAbort);
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? imapAborted(where, signal.reason) : imapError(error, where, doing, secrets);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #open(folderId: string | undefined, access: FolderAccess, signal: AbortSignal): Promise<void> {
    const open = (path: string) => this.client.mailboxOpen(path, { readOnly: access === 'reading' });
    const { inbox } = this.options.place;
    const known = folderId === undefined ? inbox : this.#known?.get(folderId)?.listed.path;
    if (known !== undefined && isInboxFolder(this.options.place, known)) {
      if (!this.#isInboxOpen()) await open(inbox);
      return;
    }
    try {
      if (known === undefined) throw new Error('the folder is not known yet');
      await open(known);
    } catch (error) {
      await this.#reopenInbox();
      if (!this.client.usable) throw error;
      // It may have been renamed since it was listed.
      const path = (await this.list(signal)).find(({ id }) => id === folderId)?.listed.path;
      if (path === known && path !== undefined) throw error;
      if (path === undefined)
        throw new MailroomError(`There is no folder "${known ?? folderId}" on ${this.options.where} any more.`, {
          code: 'mr_FolderGone',
          kind: 'notFound',
        });
      await open(path);
    }
  }

  /** A namespace that a server names and does not let us look into is no trouble. */
  async #listIfAllowed(pattern: string): Promise<readonly ListResponse[]> {
    try {
      return await listMatching(this.client, pattern);
    } catch (error) {
      if (this.client.usable) return [];
      throw error;
    }
  }

  /** Another folder left open would be taken for the inbox: better no connection then. */
  async #reopenInbox(): Promise<void> {
    if (!this.client.usable || this.#isInboxOpen()) return;
    await this.client.mailboxOpen(this.options.place.inbox).catch(() => this.client.close());
  }

  #isInboxOpen(): boolean {
    const { mailbox } = this.client;
    return mailbox !== false && mailbox.path === this.options.place.inbox && mailbox.readOnly !== true;
  }
}

/** Takes a server id apart. */
export function placedId(serverId: string): PlacedId {
  const at = serverId.indexOf('@');
  return at < 0
    ? { id: serverId, folderId: undefined }
    : { id: serverId.slice(0, at), folderId: serverId.slice(at + 1) };
}

/** What the server said when it opened the folder that is open. Throws when none is. */
export function stateOf({ mailbox }: ImapFlow): ImapState {
  if (mailbox === false) throw new Error('the folder was closed');
  return {
    uidValidity: String(mailbox.uidValidity),
    modseq: (mailbox.noModseq ? undefined : mailbox.highestModseq) || undefined,
    uidNext: mailbox.uidNext || undefined,
  };
}

import { createHash } from 'node:crypto';
import type { ImapFlow, ListResponse } from 'imapflow';
import type {
  ChangedItems,
  FolderItem,
  FolderPage,
  FolderRole,
  FolderTracker,
  FolderTree,
  MailFolder,
  MarkChange,
  MarkOutcome,
} from '../../contracts/folder-tracker.ts';
import type { FetchedMail, MailHandle } from '../../contracts/mail-retriever.ts';
import { findSentFolder } from './find-sent-folder.ts';
import { itemOf, itemQuery } from './folder-item.ts';
import { formatCursor, type ImapState, isUnchanged, parseCursor } from './imap-cursor.ts';
import { ImapFolderAccess, type KnownFolder, placedId } from './imap-folder-access.ts';
import { ImapKeywords } from './imap-keywords.ts';
import { type ImapPlace, isInboxFolder, isOwnFolder } from './imap-place.ts';
import { ImapRetriever, type ImapRetrieverOptions } from './imap-retriever.ts';

/** Messages that left a folder, told in one listing. */
const mostGone = 100_000;

/**
 * Folders of an IMAP mailbox (chapter FT), shared ones included, known by MAILBOXID (RFC 8474) or Dovecot's GUID, so that they may be
 * renamed and moved, else by their path; one made anew under an old name has another UIDVALIDITY and is read from its start. A message
 * of a folder other than the inbox is `UIDVALIDITY:UID@FOLDER`. Categories are keywords (chapter CT). Each operation leaves the inbox
 * open, for the retriever on the same connection. One operation at a time.
 */
export class ImapFolders implements FolderTracker {
  readonly #client: ImapFlow;
  readonly #place: ImapPlace;
  readonly #access: ImapFolderAccess;
  readonly #keywords: ImapKeywords;
  readonly #reader: ImapRetriever;

  constructor(client: ImapFlow, options: ImapRetrieverOptions) {
    this.#client = client;
    this.#place = options.place;
    this.#access = new ImapFolderAccess(client, options);
    this.#keywords = new ImapKeywords(this.#access);
    this.#reader = new ImapRetriever(client, options);
  }

  async folders(known: FolderTree | undefined, signal: AbortSignal): Promise<FolderTree> {
    const found = await this.#access.list(signal);
    const folders = foldersOf(this.#place, found);
    const told = folders.map(({ id, parentId, name, role }) => [id, parentId, name, role]);
    const state = createHash('sha256').update(JSON.stringify(told.sort())).digest('base64url');
    return known?.state === state ? known : { state, folders, tracksAny: true };
  }

  async *changes(folderId: string, cursor: string | null, signal: AbortSignal): AsyncGenerator<FolderPage> {
    yield await this.#access.within(folderId, 'reading', signal, async (now) => {
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

  changedItems(
    asked: Parameters<NonNullable<FolderTracker['changedItems']>>[0],
    cursor: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<ChangedItems> {
    return this.#keywords.changedItems(asked, cursor, signal);
  }

  mark(changes: readonly MarkChange[], signal: AbortSignal): Promise<readonly MarkOutcome[]> {
    return this.#keywords.mark(changes, signal);
  }

  /** Reads handles folder by folder, in the order asked as far as they lie in one folder after the other. */
  async *#each(
    handles: readonly MailHandle[],
    signal: AbortSignal,
    read: (plain: readonly MailHandle[]) => AsyncIterable<FetchedMail>,
  ): AsyncGenerator<FetchedMail> {
    for (let start = 0; start < handles.length; ) {
      const { folderId } = placedId(handles[start]?.serverId ?? '');
      let end = start;
      while (end < handles.length && placedId(handles[end]?.serverId ?? '').folderId === folderId) end += 1;
      const group = handles.slice(start, end);
      start = end;
      const plain = group.map((handle) => ({ ...handle, serverId: placedId(handle.serverId).id }));
      const original = new Map(plain.map((handle, index) => [handle, group[index] ?? handle]));
      const { close } = await this.#access.open(folderId, 'reading', signal);
      try {
        for await (const fetched of read(plain))
          yield { ...fetched, handle: original.get(fetched.handle) ?? fetched.handle };
      } finally {
        await close();
      }
    }
  }

  async #read(
    folderId: string,
    now: ImapState,
    since: bigint | undefined,
  ): Promise<{ readonly items: readonly FolderItem[]; readonly goneIds: readonly string[] }> {
    const items: { readonly uid: number; readonly item: FolderItem }[] = [];
    const goneIds: string[] = [];
    if (this.#client.mailbox !== false && this.#client.mailbox.exists === 0 && since === undefined)
      return { items: [], goneIds };
    const onExpunge = ({ uid }: { readonly uid?: number }): void => {
      if (uid !== undefined && goneIds.length < mostGone)
        goneIds.push(this.#access.serverId(folderId, now.uidValidity, uid));
    };
    this.#client.on('expunge', onExpunge);
    try {
      const changed = since === undefined ? {} : { changedSince: since };
      for await (const found of this.#client.fetch('1:*', itemQuery(this.#client), { uid: true, ...changed }))
        items.push({
          uid: found.uid,
          item: itemOf(this.#access.serverId(folderId, now.uidValidity, found.uid), found),
        });
    } finally {
      this.#client.off('expunge', onExpunge);
    }
    return { items: items.sort((one, other) => one.uid - other.uid).map(({ item }) => item), goneIds };
  }
}

function foldersOf(place: ImapPlace, found: readonly KnownFolder[]): readonly MailFolder[] {
  const idByPath = new Map(found.map(({ id, listed }) => [listed.path, id]));
  const sent = findSentFolder(
    place,
    found.map(({ listed }) => listed),
  );
  return found.map(({ id, listed }) => {
    const isOwn = isOwnFolder(place, listed.path);
    const role = isInboxFolder(place, listed.path)
      ? 'inbox'
      : listed === sent
        ? 'sent'
        : isOwn
          ? roleOf(listed)
          : 'other';
    const parentId = listed.parentPath === '' ? undefined : idByPath.get(listed.parentPath);
    return {
      id,
      parentId,
      name: listed.name,
      role,
      itemCount: undefined,
      ...(isOwn ? {} : { isForeign: true }),
    };
  });
}

function roleOf({ specialUse }: ListResponse): FolderRole {
  return specialUse === '\\Drafts' ? 'drafts' : specialUse === '\\Trash' ? 'deleted' : 'other';
}

import type { Clock } from '../../base/clock.ts';
import { asMailroomError } from '../../base/errors.ts';
import type {
  ChangedItems,
  FolderItem,
  FolderPage,
  FolderTracker,
  FolderTree,
  MailCategory,
  MarkChange,
  MarkOutcome,
} from '../../contracts/folder-tracker.ts';
import type { FetchedMail, MailHandle } from '../../contracts/mail-retriever.ts';
import { nextChangedCursor, readChangedCursor } from './changed-cursor.ts';
import { ensureCategory } from './ensure-category.ts';
import type { ExchangeRetriever } from './exchange-retriever.ts';
import { readFolderTree } from './folder-roles.ts';
import { markItems } from './mark-items.ts';
import { findChangedItems } from './operations/find-changed-items.ts';
import { getFolderStamps } from './operations/get-folder-stamps.ts';
import { type MailChanges, syncMailItems } from './operations/sync-mail-items.ts';
import type { EwsClient } from './soap/ews-client.ts';

/** Folders of one FindItem or GetFolder. */
const foldersAtOnce = 100;
const marksAtOnce = 50;

/** Folders and categories of an Exchange mailbox (FT, CT, SI). Moves give a message a new id; folders keep theirs. */
export class ExchangeFolders implements FolderTracker {
  readonly #client: EwsClient;
  readonly #retriever: ExchangeRetriever;
  readonly #clock: Clock;

  constructor(client: EwsClient, retriever: ExchangeRetriever, clock: Clock) {
    this.#client = client;
    this.#retriever = retriever;
    this.#clock = clock;
  }

  fetch(handles: readonly MailHandle[], signal: AbortSignal): AsyncIterable<FetchedMail> {
    return this.#retriever.fetch(handles, signal);
  }

  fetchHeads(handles: readonly MailHandle[], maxBytes: number, signal: AbortSignal): AsyncIterable<FetchedMail> {
    return this.#retriever.fetchHeads(handles, maxBytes, signal);
  }

  async folders(known: FolderTree | undefined, signal: AbortSignal): Promise<FolderTree> {
    try {
      return await readFolderTree(this.#client, known, signal);
    } catch (thrown) {
      if (known === undefined || asMailroomError(thrown).code !== 'ErrorInvalidSyncStateData') throw thrown;
      return readFolderTree(this.#client, undefined, signal);
    }
  }

  async stamps(folderIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const stamps = new Map<string, string>();
    for (let at = 0; at < folderIds.length; at += foldersAtOnce) {
      const group = folderIds.slice(at, at + foldersAtOnce);
      for (const [id, stamp] of await getFolderStamps(this.#client, group, signal)) stamps.set(id, stamp);
    }
    return stamps;
  }

  async *changes(folderId: string, cursor: string | null, signal: AbortSignal): AsyncGenerator<FolderPage> {
    let state = cursor ?? undefined;
    let page = await this.#sync(folderId, state, signal);
    if (page === 'forgotten') {
      state = undefined;
      page = await this.#sync(folderId, undefined, signal);
    }
    let startsAnew = state === undefined;
    while (page !== 'forgotten') {
      yield { items: oldestFirst(page.present), goneIds: page.goneIds, cursor: page.syncState, startsAnew };
      if (page.isLast) return;
      startsAnew = false;
      page = await this.#sync(folderId, page.syncState, signal);
    }
  }

  async *changedItems(
    asked: { readonly folderIds: readonly string[]; readonly category: string; readonly since: Date },
    cursor: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<ChangedItems> {
    const before = cursor === null ? undefined : readChangedCursor(cursor);
    const from = before?.from ?? new Date(0);
    const initial = cursor === null ? { category: asked.category, receivedSince: asked.since } : {};
    let latest: Date | undefined;
    for (let at = 0; at < asked.folderIds.length; at += foldersAtOnce) {
      const group = asked.folderIds.slice(at, at + foldersAtOnce);
      for await (const items of this.#found(group, { modifiedSince: from, ...initial }, signal)) {
        for (const { modifiedOn } of items) {
          if (modifiedOn !== undefined && (latest === undefined || modifiedOn > latest)) latest = modifiedOn;
        }
        yield { items, cursor: null };
      }
    }
    yield { items: [], cursor: nextChangedCursor(before, latest, this.#clock.now()) };
  }

  ensureCategory(known: MailCategory | undefined, name: string, signal: AbortSignal): Promise<MailCategory> {
    return ensureCategory(this.#client, known, name, signal);
  }

  async mark(changes: readonly MarkChange[], signal: AbortSignal): Promise<readonly MarkOutcome[]> {
    const outcomes: MarkOutcome[] = [];
    for (let at = 0; at < changes.length; at += marksAtOnce) {
      outcomes.push(...(await markItems(this.#client, changes.slice(at, at + marksAtOnce), signal)));
    }
    return outcomes;
  }

  /** Pages of each folder go on from the last time seen, for an offset would pass over what moves to the end meanwhile. */
  async *#found(
    folderIds: readonly string[],
    query: { readonly modifiedSince: Date; readonly category?: string; readonly receivedSince?: Date },
    signal: AbortSignal,
  ): AsyncGenerator<readonly FolderItem[]> {
    const first = await findChangedItems(this.#client, folderIds, { ...query, offset: 0 }, signal);
    for (const [index, folderId] of folderIds.entries()) {
      let { modifiedSince } = query;
      let offset = 0;
      for (let page = first[index]; page !== undefined; ) {
        if (page.items.length > 0) yield page.items;
        if (page.isLast || page.items.length === 0) break;
        const last = page.items.at(-1)?.modifiedOn ?? modifiedSince;
        offset = last.getTime() > modifiedSince.getTime() ? 0 : offset + page.items.length;
        modifiedSince = last;
        [page] = await findChangedItems(this.#client, [folderId], { ...query, modifiedSince, offset }, signal);
      }
    }
  }

  async #sync(folderId: string, state: string | undefined, signal: AbortSignal): Promise<MailChanges | 'forgotten'> {
    try {
      return await syncMailItems(this.#client, folderId, state, signal);
    } catch (error) {
      if (state !== undefined && asMailroomError(error).code === 'ErrorInvalidSyncStateData') return 'forgotten';
      throw error;
    }
  }
}

/** Exchange tells the newest first; what was answered should be known before its answer. */
function oldestFirst(items: readonly FolderItem[]): readonly FolderItem[] {
  return [...items].sort((one, other) => (one.receivedOn?.getTime() ?? 0) - (other.receivedOn?.getTime() ?? 0));
}

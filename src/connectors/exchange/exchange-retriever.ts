import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type {
  FetchedMail,
  MailHandle,
  MailHandlePage,
  MailRetriever,
  Settlement,
} from '../../contracts/mail-retriever.ts';
import { moveToFolder } from './move-to-folder.ts';
import { deleteItems } from './operations/delete-item.ts';
import { getItemHead } from './operations/get-item-head.ts';
import { getItemMime, type ItemMime } from './operations/get-item-mime.ts';
import { type SyncedItem, syncFolderItems } from './operations/sync-folder-items.ts';
import { putAside } from './put-aside.ts';
import type { EwsClient } from './soap/ews-client.ts';

/** Messages in one GetItem with MimeContent; Exchange counts each against a budget. */
const mimeBatch = 10;
/** Bytes of messages in one GetItem, as listed. */
const batchBytes = 8 * 1024 * 1024;
const headBatch = 100;
const settleBatch = 100;

const inbox = { distinguished: 'inbox' } as const;

/**
 * Reads the inbox of an Exchange mailbox (IN-02, IN-04): the SyncState of SyncFolderItems is the cursor, so mail that is moved in
 * later is seen as well. MimeContent gives the bytes and leaves the read state alone (IN-07).
 */
export class ExchangeRetriever implements MailRetriever {
  readonly #client: EwsClient;
  readonly #maxMessageBytes: number;

  constructor(client: EwsClient, maxMessageBytes: number) {
    this.#client = client;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Pages of what came into the inbox since the cursor; a SyncState that the server forgot begins anew. */
  async *list(cursor: string | null, signal: AbortSignal): AsyncGenerator<MailHandlePage> {
    let state = cursor ?? undefined;
    let first = await this.#changes(state, signal);
    if (first === 'forgotten') {
      state = undefined;
      first = await this.#changes(undefined, signal);
    }
    for (let changes = first; changes !== 'forgotten'; changes = await this.#changes(changes.syncState, signal)) {
      yield { handles: oldestFirst(changes.created).map(handleOf), cursor: changes.syncState, complete: false };
      if (changes.isLast) return;
    }
  }

  async *fetchHeads(
    handles: readonly MailHandle[],
    maxBytes: number,
    signal: AbortSignal,
  ): AsyncGenerator<FetchedMail> {
    for (let start = 0; start < handles.length; start += headBatch) {
      const group = handles.slice(start, start + headBatch);
      const heads = await getItemHead(
        this.#client,
        group.map(({ serverId }) => serverId),
        signal,
      );
      yield* group.map((handle, index) => fetched(handle, heads[index], (raw) => raw.subarray(0, maxBytes)));
    }
  }

  async *fetch(handles: readonly MailHandle[], signal: AbortSignal): AsyncGenerator<FetchedMail> {
    for (let start = 0; start < handles.length; ) {
      const group = takeBatch(handles, start);
      start += group.length;
      const small = group.filter(({ sizeBytes }) => (sizeBytes ?? 0) <= this.#maxMessageBytes);
      const found = new Map(
        (
          await getItemMime(
            this.#client,
            small.map(({ serverId }) => serverId),
            signal,
          )
        ).map((one) => [one.id, one]),
      );
      for (const handle of group) {
        if (signal.aborted) throw asMailroomError(signal.reason);
        yield this.#checked(handle, found.get(handle.serverId));
      }
    }
  }

  async settle(handles: readonly MailHandle[], settlement: Settlement, signal: AbortSignal): Promise<void> {
    if (settlement === 'keep') return;
    for (let start = 0; start < handles.length; start += settleBatch) {
      const ids = handles.slice(start, start + settleBatch).map(({ serverId }) => serverId);
      if (settlement === 'undeliverable') {
        await putAside(this.#client, ids, signal);
        continue;
      }
      if (settlement !== 'delete') {
        await moveToFolder(this.#client, ids, settlement.moveTo, signal);
        continue;
      }
      for (const outcome of await deleteItems(this.#client, ids, signal))
        if ('error' in outcome && outcome.error.kind !== 'notFound') throw outcome.error;
    }
  }

  #checked(handle: MailHandle, found: ItemMime | undefined): FetchedMail {
    const size = found !== undefined && 'raw' in found ? found.raw.length : (handle.sizeBytes ?? 0);
    if (found === undefined || size > this.#maxMessageBytes) {
      const error = new MailroomError(
        `A message in the mailbox on ${this.#client.where} is too large: ${size} bytes, where ${this.#maxMessageBytes} are allowed. It stays on the server; raise the limit to have it taken in.`,
        { code: '8005E237', kind: 'item' },
      );
      return { handle, error };
    }
    return fetched(handle, found, (raw) => raw);
  }

  async #changes(state: string | undefined, signal: AbortSignal) {
    try {
      return await syncFolderItems(this.#client, inbox, state, signal);
    } catch (error) {
      if (state !== undefined && asMailroomError(error).code === 'ErrorInvalidSyncStateData')
        return 'forgotten' as const;
      throw error;
    }
  }
}

function fetched(handle: MailHandle, found: ItemMime | undefined, cut: (raw: Buffer) => Buffer): FetchedMail {
  if (found === undefined || 'error' in found) {
    const error =
      found?.error ??
      new MailroomError('Exchange left an item out of its answer.', { code: 'mr_EwsBadAnswer', kind: 'transient' });
    return { handle, error };
  }
  return { handle, raw: cut(found.raw), receivedOn: handle.receivedOn };
}

/** Exchange tells the newest first; what was answered should be known before its answer. */
function oldestFirst(items: readonly SyncedItem[]): readonly SyncedItem[] {
  return [...items]
    .reverse()
    .sort((one, other) => (one.receivedOn?.getTime() ?? 0) - (other.receivedOn?.getTime() ?? 0));
}

function handleOf(item: SyncedItem): MailHandle {
  return { serverId: item.id, sizeBytes: item.sizeBytes, receivedOn: item.receivedOn };
}

function takeBatch(handles: readonly MailHandle[], start: number): readonly MailHandle[] {
  let bytes = 0;
  let end = start;
  while (end < handles.length && end - start < mimeBatch) {
    bytes += handles[end]?.sizeBytes ?? 64 * 1024;
    if (end > start && bytes > batchBytes) break;
    end += 1;
  }
  return handles.slice(start, end);
}
